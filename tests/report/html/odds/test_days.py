"""The histogram of days to pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.odds.results import Ending
from runner.report.html.odds.days import BINS, bin_width, days
from tests.report.html.drawn import named, numbers, valid
from tests.report.html.odds.cases import challenge


def test_every_start_that_passed_is_in_one_bar() -> None:
    """The one its days fall into."""
    full = challenge()
    bars = named(valid(days(full)), "starts that passed")
    took = full.attempts["days"][full.attempts["outcome"] == Ending.PASSED]
    assert numbers(bars["y"]).sum() == len(took) == full.shares.passed
    for (left, right), count in zip(bars["customdata"], numbers(bars["y"]), strict=True):
        assert ((took >= left) & (took < right)).sum() == count


def test_the_median_is_the_results() -> None:
    """As a line and in words."""
    full = challenge()
    layout = days(full)["layout"]
    assert layout["shapes"][0]["x0"] == layout["annotations"][0]["x"] == full.days.median
    assert layout["annotations"][0]["text"] == f"median {full.days.median:.0f} days"


@pytest.mark.parametrize(("longest", "width"), [(1.0, 1), (24.0, 1), (24.5, 2), (100.0, 5), (700.0, 30), (20_000.0, 1_095)])
def test_bars_are_as_wide_as_people_count(longest: float, width: int) -> None:
    """And never more of them than fit."""
    assert bin_width(longest) == width
    assert longest / width <= BINS


def test_nobody_passed() -> None:
    """An empty axis, without a median."""
    full = challenge()
    attempts = full.attempts.copy()
    attempts["outcome"] = Ending.FAILED
    figure = valid(days(replace(full, attempts=attempts)))
    assert figure["layout"]["shapes"] == []
    assert not np.any(numbers(figure["data"][0]["y"]))
