"""Bars that are made up."""

import numpy as np
from pydantic import Field

from runner.bars.instruments import instrument
from runner.model.bars import Bars
from runner.model.block import Source
from runner.model.duration import milliseconds
from runner.model.instrument import Instrument
from runner.model.market import Releases
from runner.model.stream import Funding


class Template(Source):
    """The same price for ever: every symbol, every timeframe."""

    price: float = Field(100.0, gt=0, description="the price of everything")
    count: int = Field(1000, ge=0, description="bars of each series")

    def bars(self, symbol: str, timeframe: str) -> Bars:
        """`count` bars from 1970 on in which nothing moves."""
        step = milliseconds(timeframe)
        time = np.arange(self.count, dtype=np.int64) * step
        flat = np.full(self.count, self.price)
        volume = np.ones(self.count)
        return Bars(symbol=symbol, timeframe_ms=step, open_time=time, open=flat, high=flat, low=flat, close=flat, volume=volume)

    def has(self, symbol: str, timeframe: str) -> bool:
        """Always."""
        return True

    def finer(self, symbol: str, timeframe: str) -> list[str]:
        """None are stored."""
        return []

    def funding(self, symbol: str) -> Funding | None:
        """None is known."""
        return None

    def instrument(self, symbol: str, bars: Bars | None = None) -> Instrument:
        """Facts where the project has them, else inferred from the bars."""
        return instrument(symbol, "bybit_linear", bars or self.bars(symbol, "1h"))

    def releases(self) -> Releases:
        """None are scheduled."""
        return Releases()
