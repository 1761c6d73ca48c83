"""Blocks that look ahead, each in one of the usual ways, and a strategy to put them into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from blocks.entry.ema_cross import EmaCross
from blocks.exit.atr_stop import AtrStop
from blocks.exit.r_targets import RTargets
from blocks.filter.indicator_range import IndicatorRange
from blocks.sizing.fixed_risk import FixedRisk
from runner.audit.proof import Column, Proof, Wanted, proof
from runner.columns.library import library
from runner.model.bars import Bars, Floats
from runner.model.block import Entry, Exit, Filter, Indicator, Sizing
from runner.model.bot import Strategy
from runner.model.draft import Draft
from runner.model.duration import DAY_MS
from runner.model.market import Market
from runner.model.signal import Signals
from tests.contracts.discovery import real

BARS = 900
ONCE = count()


class NextClose(Indicator):
    """shift(-1)."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """One column that is sound, and the close of the next bar."""
        return {"own": bars.close.copy(), "next": np.append(bars.close[1:], np.nan)}


class CentredMean(Indicator):
    """A window with the bar in its middle."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """Mean of two bars before, the bar and two after."""
        return {"mean": np.array(pd.Series(bars.close).rolling(5, center=True).mean())}


class FullSampleScore(Indicator):
    """Normalised with the mean and deviation of the whole series."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """Z-score of the close."""
        return {"score": (bars.close - bars.close.mean()) / bars.close.std()}


class BackFilled(Indicator):
    """What is missing at first is filled from behind."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """A mean of twenty bars without its beginning."""
        return {"mean": np.array(pd.Series(bars.close).rolling(20).mean().bfill())}


class Chikou(Indicator):
    """The lagging span of Ichimoku is the close of 26 bars later."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """The library's own chikou column."""
        high, low, close = pd.Series(bars.high), pd.Series(bars.low), pd.Series(bars.close)
        return {"chikou": np.array(library().ichimoku(high, low, close, lookahead=True)[0]["ICS_26"])}


class CentredDpo(Indicator):
    """The detrended price oscillator as textbooks draw it."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """Centred, half its length ahead."""
        return {"dpo": np.array(library().dpo(pd.Series(bars.close), length=20, centered=True))}


class LeftLabel(Indicator):
    """A resample whose label is the beginning of the day, brought back without a shift."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """The day's close, known from its first bar on."""
        close = pd.Series(bars.close, index=pd.to_datetime(bars.open_time, unit="ms", utc=True))
        daily = close.resample("1D", label="left").last()
        return {"day": np.array(daily.reindex(close.index, method="ffill"))}


class OpenDay(Filter):
    """Asks the daily bar that the signal bar lies in, before it has closed."""

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """Whether the day goes this way."""
        day = market.bars.open_time // DAY_MS
        first, last = np.searchsorted(day, day, side="left"), np.searchsorted(day, day, side="right") - 1
        passes: NDArray[np.bool_] = direction * (market.bars.close[last] - market.bars.open[first]) > 0
        return passes


class FinerPeek(Filter):
    """Reads the hour that begins when the signal bar closes."""

    def timeframes(self) -> frozenset[str]:
        """The hours."""
        return frozenset({"1h"})

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """Whether that hour goes this way."""
        hours = market.at("1h")
        row = np.minimum(np.searchsorted(hours.open_time, market.bars.close_time), len(hours) - 1)
        passes: NDArray[np.bool_] = direction * (hours.close[row] - hours.open[row]) > 0
        return passes


class RareWinner(Entry):
    """Speaks seldom, and only where it turned out well."""

    def signals(self, market: Market) -> Signals:
        """Long at one bar in sixty when the close three bars on is higher."""
        closes = market.bars.close
        direction = np.zeros(len(closes), np.int8)
        direction[:-3] = (closes[3:] > closes[:-3]) & (np.arange(len(closes) - 3) % 60 == 30)
        return Signals(direction=direction, strength=np.ones(len(closes)))


class ComingLow(Exit):
    """A stop under the lowest low still to come."""

    def complete(self, draft: Draft) -> None:
        """Gives `stop`."""
        coming = np.minimum.accumulate(draft.market.bars.low[::-1])[::-1]
        draft.plans["stop"] = draft.at(np.ascontiguousarray(coming)) * 0.99


class ComingTrail(Exit):
    """A column handed to the machine: the range of the next bar."""

    def complete(self, draft: Draft) -> None:
        """Gives the trail."""
        bars = draft.market.bars
        draft.plans["trail_column"] = draft.attach(np.append((bars.high - bars.low)[1:], 1.0))


class LaterPlans(Exit):
    """Counts the plans that follow."""

    def complete(self, draft: Draft) -> None:
        """Gives a time stop, longer where more is to come."""
        draft.plans["time_stop_ms"] = (len(draft.rows) - np.arange(len(draft.rows))) * 1000


class WholeRange(Sizing):
    """Sizes by the average range of all bars."""

    def complete(self, draft: Draft) -> None:
        """Gives the sizing."""
        bars = draft.market.bars
        draft.plans["sizing_value"] = 0.01 / float(np.mean(bars.high / bars.low))


class EachTimeAnew(Filter):
    """Another answer each time it is asked."""

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:  # noqa: ARG002 - the same for both
        """Every other bar, and the next time the others."""
        passes: NDArray[np.bool_] = (np.arange(len(market.bars)) + next(ONCE) // 2) % 2 == 0
        return passes


class Impatient(Filter):
    """Cannot do without fifty bars."""

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """Against the close fifty bars before."""
        closes = market.bars.close
        first = closes[49]
        passes: NDArray[np.bool_] = direction * (closes - first) > 0
        passes[:50] = False
        return passes


class Forever(Indicator):
    """Never forgets: a sum since the first bar."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """Cumulative volume."""
        return {"sum": np.cumsum(bars.volume)}


def strategy(**parts: Any) -> Strategy:
    """A moving average cross with some of its parts replaced."""
    plain: dict[str, Any] = {
        "name": "planted",
        "symbols": ("BTCUSDT",),
        "timeframe": "4h",
        "detail_timeframe": None,
        "entry": EmaCross(fast=3, slow=8),
        "exits": {"stop": AtrStop(), "targets": RTargets()},
        "sizing": FixedRisk(),
    }
    return Strategy(**plain | parts)


def filtered(**when: Filter) -> Strategy:
    """The strategy with these filters."""
    return strategy(entry=EmaCross(fast=3, slow=8, when=when))


def through(indicator: Indicator, column: str | None = None) -> Strategy:
    """The strategy with a filter that reads the indicator."""
    return filtered(mine=IndicatorRange(indicator=indicator, column=column, upper=1e12))


def market(bars: int = BARS, symbol: str = "BTCUSDT") -> Market:
    """Real bars, the first ones."""
    return real(symbol, bars)


def proved(of: Strategy, on: Market | None = None, cuts: int = 48, **wanted: Any) -> Proof:
    """The proof on a short market."""
    return proof(of, [market() if on is None else on], Wanted(cuts=cuts, **wanted))


def leaks(found: Proof) -> Mapping[tuple[str, str], Column]:
    """The leaking columns by block and name."""
    return {(column.path, column.name): column for column in found.leaks}


def with_finer(on: Market, timeframe: str) -> Market:
    """The market with bars of a finer timeframe."""
    from blocks.source.files import Files

    finer = Files().bars(on.symbol, timeframe).between(int(on.bars.open_time[0]), int(on.bars.close_time[-1]))
    return replace(on, others={timeframe: finer})
