"""What the strategies say at the close of a bar: the pipeline of the backtest over the candles so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.live.history import History
from runner.model.bars import Bars, resample
from runner.model.bot import Strategy
from runner.model.duration import milliseconds
from runner.model.market import Market
from runner.model.stream import Stream
from runner.pipeline import Loaded, look, plan, timeframes


@dataclass(frozen=True, kw_only=True)
class Thought:
    """What one strategy says about one symbol at a close: plans that act from now on, and what its columns are."""

    strategy: str
    symbol: str
    plans: tuple[NDArray[Any], ...]  # rows of dtype PLAN
    columns: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """One strategy on one symbol: the market's facts, which do not change with the candles."""

    strategy: Strategy
    loaded: Loaded

    @property
    def symbol(self) -> str:
        """The canonical symbol."""
        return self.loaded.market.symbol

    @property
    def timeframe_ms(self) -> int:
        """Of the bars it decides on."""
        return self.loaded.market.bars.timeframe_ms

    @property
    def execution_ms(self) -> int:
        """Of the bars it is executed on."""
        return self.loaded.execution.timeframe_ms

    def finest_ms(self) -> int:
        """The finest bars it needs; everything coarser is resampled from them."""
        return min([self.timeframe_ms, self.execution_ms, *(milliseconds(name) for name in timeframes(self.strategy))])


class Thinker:
    """The strategies of an account over one history for each symbol, in the finest bars that any of them needs."""

    def __init__(self, outlooks: Sequence[Outlook], histories: Mapping[str, History]) -> None:
        self.outlooks = tuple(outlooks)
        self.histories = histories

    def streams(self) -> list[Stream]:
        """Every outlook compiled over the candles so far."""
        return [self.stream(outlook) for outlook in self.outlooks]

    def stream(self, outlook: Outlook) -> Stream:
        """One outlook compiled over the candles so far."""
        market, execution = self._market(outlook)
        loaded = Loaded(market=market, execution=execution, funding=outlook.loaded.funding, conversion=None)
        return plan(outlook.strategy, look(outlook.strategy, market), loaded)

    def think(self, symbol: str, closed_ms: int) -> list[Thought]:
        """What each strategy whose signal bar of `symbol` closed at that instant says."""
        mine = [each for each in self.outlooks if each.symbol == symbol and closed_ms % each.timeframe_ms == self._phase(each)]
        return [self._thought(outlook, closed_ms) for outlook in mine]

    def bits(self, symbol: str, closed_ms: int, strategies: Sequence[str]) -> int:
        """A bit for each strategy whose signal bar of `symbol` closed at that instant."""
        mine = (each for each in self.outlooks if each.symbol == symbol and closed_ms % each.timeframe_ms == self._phase(each))
        return sum({1 << (strategies.index(each.strategy.name) & 7) for each in mine})

    def _phase(self, outlook: Outlook) -> int:
        """Where in the UTC grid the outlook's bars close."""
        bars = outlook.loaded.market.bars
        return int(bars.open_time[0]) % bars.timeframe_ms if len(bars) else 0

    def _thought(self, outlook: Outlook, closed_ms: int) -> Thought:
        stream = self.stream(outlook)
        rows = [stream.plans[n] for n in range(len(stream.plans)) if stream.plans[n]["time"] == closed_ms]
        row = int(np.searchsorted(stream.market.bars.close_time, closed_ms))
        columns = tuple(float(column[row]) for column in stream.columns)
        return Thought(strategy=outlook.strategy.name, symbol=outlook.symbol, plans=tuple(rows), columns=columns)

    def _market(self, outlook: Outlook) -> tuple[Market, Bars]:
        """The outlook's market as the history knows it, and its execution bars."""
        finest = self.histories[outlook.symbol].bars()
        bars = resample(finest, outlook.timeframe_ms)
        finer = [name for name in sorted(timeframes(outlook.strategy)) if milliseconds(name) < outlook.timeframe_ms]
        known = outlook.loaded.market
        others = {name: resample(finest, milliseconds(name)) for name in finer}
        market = Market(bars=bars, instrument=known.instrument, others=others, releases=known.releases)
        return market, bars if outlook.execution_ms == outlook.timeframe_ms else resample(finest, outlook.execution_ms)
