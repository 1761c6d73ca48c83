"""No block looks ahead, and a block that does is caught."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from runner.audit import peeks, warm_up
from runner.columns.library import library
from runner.columns.moving import ema
from runner.model.bars import Bars, Floats
from runner.model.block import Block, Entry, Exit, Filter, Indicator
from runner.model.draft import Draft
from runner.model.market import Market
from runner.model.signal import Signals
from tests.contracts.discovery import built, cases, real

ROOMS = ("indicator", "filter", "entry", "exit", "sizing")
SHIPPED = [(room, name, changed) for room in ROOMS for name, changed in cases(room)]


@pytest.mark.parametrize(("room", "name", "changed"), SHIPPED)
@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
def test_shipped_blocks_are_causal(room: str, name: str, changed: dict[str, Any], symbol: str) -> None:
    """Taking later bars away changes no value, bit for bit, on real bars."""
    found = peeks(built(room, name, **changed), real(symbol, 900))
    assert not found, found[0].line()


class NextClose(Indicator):
    """Leaks: shift −1."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """The close of the next bar."""
        return {"next": np.append(bars.close[1:], np.nan)}


class CentredMean(Indicator):
    """Leaks: a window that is centred on the bar."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """Mean of two bars before, the bar and two after."""
        return {"mean": np.array(pd.Series(bars.close).rolling(5, center=True).mean())}


class FullSampleScore(Indicator):
    """Leaks: mean and deviation of the whole history."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """Z-score of the close."""
        return {"score": (bars.close - bars.close.mean()) / bars.close.std()}


class Chikou(Indicator):
    """Leaks: the lagging span of Ichimoku is the close of 26 bars later."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """The library's own chikou column."""
        high, low, close = pd.Series(bars.high), pd.Series(bars.low), pd.Series(bars.close)
        return {"chikou": np.array(library().ichimoku(high, low, close, lookahead=True)[0]["ICS_26"])}


class OpenDay(Filter):
    """Leaks: asks the daily bar that the signal bar lies in, before it has closed."""

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """Whether the day goes this way."""
        day = market.bars.open_time // 86_400_000
        first, last = np.searchsorted(day, day, side="left"), np.searchsorted(day, day, side="right") - 1
        return direction * (market.bars.close[last] - market.bars.open[first]) > 0


class LateDecision(Entry):
    """Leaks: takes only signals that turned out well."""

    def signals(self, market: Market) -> Signals:
        """Long where the close three bars on is higher."""
        closes = market.bars.close
        direction = np.zeros(len(closes), np.int8)
        direction[:-3] = closes[3:] > closes[:-3]
        return Signals(direction=direction, strength=np.ones(len(closes)))


class PeakStop(Exit):
    """Leaks: a stop under the lowest low still to come."""

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `stop`."""
        coming = np.minimum.accumulate(draft.market.bars.low[::-1])[::-1]
        draft.plans["stop"] = draft.at(np.ascontiguousarray(coming))


LEAKERS = [NextClose(), CentredMean(), FullSampleScore(), Chikou(), OpenDay(), LateDecision(), PeakStop()]


@pytest.mark.parametrize("leaker", LEAKERS, ids=lambda leaker: type(leaker).__name__)
def test_leakers_are_caught(leaker: Block) -> None:
    """Each way of looking ahead is found, and the finding names column, bar and both values."""
    found = peeks(leaker, real("BTCUSDT", 900), np.arange(100, 890, 30))
    assert found
    assert found[0].column in found[0].line()
    assert found[0].whole != found[0].cut


class Forever(Indicator):
    """Causal, but never forgets: a sum since the first bar."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """Cumulative volume."""
        return {"sum": np.cumsum(bars.volume)}


def test_cumulative_sums_are_causal_but_depend_on_the_start() -> None:
    """The checker tells the two faults apart."""
    assert peeks(Forever(), real()) == []
    assert warm_up(Forever(), real()) is None


def test_the_warm_up_measured_is_the_one_needed() -> None:
    """A plain mean of twenty bars needs twenty; an exponential one several times its length."""
    plain, slow = warm_up(built("indicator", "sma"), real()), warm_up(built("indicator", "ema"), real())
    assert plain is not None
    assert slow is not None
    assert 19 <= plain <= 19 + 1500 // 16
    assert slow > plain


def test_library_averages_stay_within_their_own_path() -> None:
    """The exponential average is the textbook recursion, whichever libraries are installed beside pandas-ta."""
    closes = real().bars.close
    expected = np.full(len(closes), np.nan)
    expected[19] = closes[:20].mean()
    for row in range(20, len(closes)):
        expected[row] = expected[row - 1] + (closes[row] - expected[row - 1]) * 2 / 21
    np.testing.assert_allclose(ema(closes, 20), expected, rtol=1e-12)
