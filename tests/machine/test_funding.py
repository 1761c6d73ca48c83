"""Funding history is completed with the configured constant, and said to be."""

from __future__ import annotations

import numpy as np
import pytest

from runner.machine.funding import complete, due_times
from runner.model.bars import Bars
from runner.model.bot import Costs
from runner.model.stream import Funding
from tests.machine.adversary import HOUR_MS, START_MS, instrument

EIGHT = 8 * HOUR_MS
SPEC = instrument("BTCUSDT", 100.0)


def bars(hours: int) -> Bars:
    """Hourly bars from midnight at a constant price."""
    flat = np.full(hours, 100.0)
    times = START_MS + HOUR_MS * np.arange(hours, dtype=np.int64)
    return Bars(symbol="BTCUSDT", timeframe_ms=HOUR_MS, open_time=times, open=flat, high=flat, low=flat, close=flat, volume=flat)


def test_payments_lie_on_the_grid_and_inside_the_bars() -> None:
    """A day of bars from midnight holds 08:00, 16:00 and the midnight that ends it, not the one that begins it."""
    assert (due_times(EIGHT, bars(24)) - START_MS).tolist() == [EIGHT, 2 * EIGHT, 3 * EIGHT]


@pytest.mark.parametrize(
    ("known", "rates", "assumed"),
    [
        pytest.param(None, [0.0001, 0.0001, 0.0001], True, id="no history at all"),
        pytest.param([1, 2, 3], [0.5, 0.5, 0.5], False, id="complete history stays as it is"),
        pytest.param([1, 3], [0.5, 0.0001, 0.5], True, id="a hole is filled"),
        pytest.param([1], [0.5, 0.0001, 0.0001], True, id="history that ends early is continued"),
    ],
)
def test_missing_payments_take_the_constant(known: list[int] | None, rates: list[float], assumed: bool) -> None:
    """What is missing gets the rate of the costs; what is known is kept."""
    history = None if known is None else Funding(time=START_MS + EIGHT * np.array(known), rate=np.full(len(known), 0.5))
    found = complete(history, SPEC, bars(24), Costs(funding_rate=0.0001))
    assert found is not None
    assert (found.rate.tolist(), found.assumed) == (rates, assumed)


def test_no_funding_is_paid_where_costs_say_so() -> None:
    """A venue without funding pays none, history or not."""
    assert complete(Funding(time=np.array([START_MS]), rate=np.array([0.1])), SPEC, bars(24), Costs(funding=False)) is None
