"""The risk curve's two pictures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from runner.odds.results import Curve, Interval
from runner.report.html.odds.colours import causes
from runner.report.html.odds.risk import endings, size, value, worth
from tests.report.html.drawn import named, valid
from tests.report.html.odds.cases import challenge


def curve() -> Curve:
    """The made-up one."""
    made = challenge().curve
    assert made is not None
    return made


def test_the_endings_fill_each_bar() -> None:
    """Passed, unfinished and every cause are all starts at every size."""
    figure = valid(endings(curve(), causes(challenge())))
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    assert np.sum([trace["y"] for trace in bars], axis=0) == pytest.approx(np.ones(len(curve().points)))
    assert named(figure, "passed")["y"] == pytest.approx([point.shares.passed / point.shares.starts for point in curve().points])


def test_the_odds_stand_on_the_passed_with_their_interval() -> None:
    """The line's points are the tops of the green bars."""
    figure = endings(curve(), causes(challenge()))
    odds = named(figure, "odds, 95 % interval")
    assert odds["y"] == pytest.approx(named(figure, "passed")["y"])
    high = np.array(odds["y"]) + np.array(odds["error_y"]["array"])
    assert high == pytest.approx([point.odds.high for point in curve().points])


def test_causes_without_a_colour_are_other_rules() -> None:
    """With a single cause named, the rest stands together and the bars stay full."""
    first = dict(list(causes(challenge()).items())[:1])
    figure = endings(curve(), first)
    assert sum(named(figure, "failed: other rules")["y"]) > 0
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    assert np.sum([trace["y"] for trace in bars], axis=0) == pytest.approx(np.ones(len(curve().points)))


def test_the_strategys_own_size_stands_out() -> None:
    """Once, in bold."""
    ticks = endings(curve(), {})["layout"]["xaxis"]["ticktext"]
    assert [tick for tick in ticks if "yours" in tick] == ["<b>1 %</b><br>yours"]


def test_the_worth_is_the_curves_with_a_star_at_the_most() -> None:
    """Values, their intervals, and the size that is worth most."""
    figure = valid(worth(curve(), "USDT"))
    values = [point.value for point in curve().points]
    assert named(figure, "worth on average")["y"] == [round(each.value, 2) for each in values if each]
    best = curve().points[curve().best_value or 0]
    star = named(figure, "worth most")
    assert (star["x"], star["y"]) == ([size(best, "risk")], [round(best.value.value, 2)] if best.value else None)
    assert named(figure, "lost before the first payout (right)")["y"] == [round(point.ruin.value, 8) for point in curve().points]


def test_without_a_price_only_the_losses_are_drawn() -> None:
    """No line is invented."""
    bare = replace(curve(), points=tuple(replace(point, value=None) for point in curve().points), best_value=None)
    assert [trace["name"] for trace in valid(worth(bare, "USDT"))["data"]] == ["lost before the first payout (right)"]


def test_sizes_are_written_as_people_do() -> None:
    """A share of the balance, or a multiple of the strategy's own."""
    point = curve().points[0]
    assert size(point, "risk") == "0.25 %"
    assert size(replace(point, factor=1.5), "size") == "1.5×"


def test_a_size_at_which_every_start_is_worth_the_same_has_no_band() -> None:
    """Limits that nobody knows are no numbers; the chart shows the value alone there."""
    whole = challenge().curve
    assert whole is not None
    first = replace(whole.points[0], value=Interval(value=-119.0, low=math.nan, high=math.nan))
    band = value([first], replace(whole, best_value=None), "USDT")[0]
    assert band["y"] == [-119.0, -119.0]
