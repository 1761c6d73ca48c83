"""The grid entry: when it begins, where its levels and its range stand, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from blocks.entry.grid import Grid
from blocks.filter.sides import Sides
from runner.columns.judge import judge
from runner.model.duration import DAY_MS
from runner.model.plan import EntryKind, WhenOpen
from tests.contracts.discovery import real, short


def test_a_grid_begins_with_each_period() -> None:
    """With renew 1d at the close of each day's first bar: one that closes at midnight is the first of the new day."""
    market = real()
    signals = Grid(renew="1d").signals(market)
    closes = market.bars.close_time[signals.direction != 0]
    assert len(closes) > 200
    assert np.all(closes % DAY_MS == 0)
    assert np.all(np.diff(closes) == DAY_MS)


def test_levels_and_range_hang_from_the_centre() -> None:
    """One percent from level to level; the range ends a spacing past the outermost."""
    market = real()
    signals = Grid(spacing_fraction=0.01, below=3, above=5, beyond=1.0).signals(market)
    np.testing.assert_array_equal(signals.levels["centre"], market.bars.close)
    np.testing.assert_allclose(signals.plan["quote_spacing"], 0.01 * market.bars.close)
    np.testing.assert_allclose(signals.levels["range_low"], 0.96 * market.bars.close)
    np.testing.assert_allclose(signals.levels["range_high"], 1.06 * market.bars.close)
    assert (signals.plan["entry_kind"], signals.plan["when_open"]) == (EntryKind.LIMIT, WhenOpen.REPLACE)


def test_the_centre_may_be_an_average() -> None:
    """None before enough bars are there; then their mean."""
    market = short(60)
    block = Grid(centre="average", length=50, renew="4h")
    signals = block.signals(market)
    assert not signals.direction[:49].any()
    assert signals.direction[49] == 1
    assert signals.levels["centre"][49] == pytest.approx(market.bars.close[:50].mean())
    assert [reason.holds for reason in block.explain(market, 10)] == [True, False]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"below": 0, "above": 0}, "expected 1 to 64 levels in all, was 0"),
        ({"below": 40, "above": 40, "spacing_fraction": 0.001}, "expected 1 to 64 levels in all, was 80"),
        ({"below": 30, "spacing_fraction": 0.05}, "the lowest level would not be above zero"),
        ({"centre": "moon"}, "close"),
        ({"inventory": 0}, "greater than or equal to 1"),
    ],
)
def test_grids_that_cannot_stand_are_refused(given: dict[str, Any], said: str) -> None:
    """When the block is built."""
    with pytest.raises(ValidationError, match=said):
        Grid(**given)


@pytest.mark.parametrize(
    ("levels", "sides", "passes"),
    [
        pytest.param({}, "long", False, id="both sides where only long is allowed"),
        pytest.param({"above": 0}, "long", True, id="below only"),
        pytest.param({"above": 0}, "short", False, id="below only where only short is allowed"),
        pytest.param({"below": 0}, "short", True, id="above only"),
        pytest.param({}, "both", True, id="both sides where both are allowed"),
    ],
)
def test_filters_are_asked_for_every_side_a_grid_may_hold(levels: Any, sides: Any, passes: bool) -> None:
    """A grid of both sides needs both."""
    market = real()
    entry = Grid(renew="1d", when={"sides": Sides(allowed=sides)}, **levels)
    signals = entry.signals(market)
    passed, _ = judge(entry, market, signals)
    assert bool(passed[signals.direction != 0].any()) is passes
