"""The exit `swing_stop`."""

import numpy as np
import pytest

from blocks.exit.swing_stop import SwingStop
from runner.model.market import Market
from tests.blocks.candles import candles
from tests.blocks.drafts import flat, pair
from tests.samples import PLAIN


def turning() -> Market:
    """Bars of 98 to 102, but a low of 90 and a high of 110 at bar 10, and a low of 95 at bar 18."""
    rows = [(100.0, 102.0, 98.0, 100.0)] * 30
    rows[10], rows[18] = (100.0, 110.0, 90.0, 100.0), (100.0, 102.0, 95.0, 100.0)
    return Market(bars=candles(rows), instrument=PLAIN)


@pytest.mark.parametrize(
    ("bars", "stops"),
    [
        pytest.param(10, [94.9, 102.1], id="ten bars back: a low of 95, a high of 102"),
        pytest.param(11, [89.9, 110.1], id="eleven bars reach the turn at bar 10"),
    ],
)
def test_stop_lies_a_tick_behind_the_extreme_of_the_last_bars(bars: int, stops: list[float]) -> None:
    """The signal bar 20 counts; a tick is 0.1."""
    draft = pair(turning())
    SwingStop(bars=bars).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], stops)


@pytest.mark.parametrize(
    ("row", "stop"),
    [pytest.param(20, 95, id="two bars after the low it is confirmed"), pytest.param(19, 90, id="one bar after it the one before holds")],
)
def test_stop_lies_behind_the_last_turn_that_is_confirmed(row: int, stop: float) -> None:
    """Two bars on each side."""
    draft = pair(turning(), row=row)
    SwingStop(swing="confirmed", bars=2, buffer_ticks=0.0).complete(draft)
    assert draft.plans["stop"].tolist() == [stop, 110]


def test_a_buffer_of_average_true_ranges() -> None:
    """Half a range of four below 98 and above 102."""
    draft = pair(flat())
    SwingStop(buffer_atr=0.5, buffer_ticks=0.0).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], [96, 104])


def test_without_an_extreme_the_plan_is_withdrawn() -> None:
    """A flat market has no turn, and a young one not enough bars."""
    for draft, block in ((pair(flat()), SwingStop(swing="confirmed")), (pair(flat(), row=5), SwingStop(bars=10))):
        block.complete(draft)
        assert draft.plans["side"].tolist() == [0, 0]
