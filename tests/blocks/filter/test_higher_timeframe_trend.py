"""The filter `higher_timeframe_trend`."""

import numpy as np
import pytest

from blocks.filter.higher_timeframe_trend import HigherTimeframeTrend
from runner.model.market import Market
from tests.blocks.candles import candles
from tests.samples import PLAIN


def days(*closes: float) -> Market:
    """Six 4h bars a day that all open at 105 and close at the day's close."""
    return Market(bars=candles([(105, max(105, close), min(105, close), close) for close in closes for _ in range(6)]), instrument=PLAIN)


def test_only_complete_days_count() -> None:
    """The second day rises above its average, but that is known at its last bar and not before."""
    passes = HigherTimeframeTrend(timeframe="1d", length=2).passes(days(100, 110, 120), 1)
    assert passes.tolist() == [False] * 11 + [True] * 7


@pytest.mark.parametrize(("closes", "long", "short"), [((100, 110), True, False), ((110, 100), False, True), ((100, 100), False, False)])
def test_direction(closes: tuple[float, float], long: bool, short: bool) -> None:
    """Above the average only longs pass, below only shorts, on it neither."""
    block = HigherTimeframeTrend(timeframe="1d", length=2)
    assert [bool(block.passes(days(*closes), direction)[-1]) for direction in (1, -1)] == [long, short]


def test_finer_than_the_signal_bars_is_refused_by_name() -> None:
    """The message names timeframe and symbol."""
    with pytest.raises(LookupError, match="no 1h bars of BTCUSDT"):
        HigherTimeframeTrend(timeframe="1h").passes(days(1, 2), 1)


def test_is_asked_for_when_loading() -> None:
    """The timeframe is announced, so that finer bars could be loaded."""
    assert HigherTimeframeTrend(timeframe="1w").timeframes() == {"1w"}


def test_no_bars_pass_nothing() -> None:
    """An empty market has an empty answer."""
    empty = days(1.0).closed_by(0)
    assert HigherTimeframeTrend().passes(empty, 1).tolist() == np.empty(0).tolist()
