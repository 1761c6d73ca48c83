"""A history drawn from the past, handed out as a source of bars, so that everything after it is the ordinary pipeline."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import InstanceOf

from runner.bars.catalog import coarse
from runner.histories.origins import Slots, origins
from runner.histories.past import PRICES, Past, Series
from runner.model.bars import SUMMED, Bars, Floats
from runner.model.block import Source
from runner.model.duration import DAY_MS, milliseconds, text
from runner.model.errors import DataError, Problem
from runner.model.instrument import Instrument
from runner.model.market import Releases
from runner.model.stream import Funding

Rows = NDArray[np.int64]


def drawn(past: Past, number: int, *, seed: int, days: float) -> Drawn:
    """History `number` of a seed, in blocks of `days` on average; the same three give the same bytes, whatever else is drawn."""
    random = np.random.default_rng([seed, number])
    return Drawn(past=past, origin=origins(past.slots, past.period, days * DAY_MS / past.unit, random))


class Drawn(Source):
    """The past as it might have been: slot by slot the bars of `origin`, chained by their returns.

    The first candle of a block goes on from the close before it; what lies between the two is its own open against the close
    that came before it in the past. All symbols repeat the same moments, so what moved together still does. Volumes stay as
    they were, funding travels with its bars, releases stay at their times.
    """

    past: InstanceOf[Past]
    origin: InstanceOf[np.ndarray[Any, Any]]

    @cached_property
    def _rows(self) -> dict[str, tuple[Rows, Rows]]:
        """By symbol: the bars repeated, and the slots they are placed at."""
        return {symbol: placed(series, self.origin, self.past.unit) for symbol, series in self.past.series.items()}

    @cached_property
    def _bars(self) -> dict[str, Bars]:
        clock = self.past.first + np.arange(self.past.slots) * self.past.unit
        return {symbol: chained(self._series(symbol), rows, clock[slots]) for symbol, (rows, slots) in self._rows.items()}

    def bars(self, symbol: str, timeframe: str) -> Bars:
        """The history's bars, resampled from the finest drawn; DataError for finer ones."""
        finest = self._bars[self._series(symbol).bars.symbol]
        wanted = milliseconds(timeframe)
        if wanted % finest.timeframe_ms:
            message = f"expected a multiple of {text(finest.timeframe_ms)}, which histories are drawn in"
            raise DataError(f"no {timeframe} bars of {symbol}", [Problem(path=symbol, message=message)])
        return finest if wanted == finest.timeframe_ms else coarse(finest, wanted, f"{finest.origin} resampled to {timeframe}")

    def has(self, symbol: str, timeframe: str) -> bool:
        """Whether the timeframe can be made of what was drawn."""
        return milliseconds(timeframe) % self._series(symbol).bars.timeframe_ms == 0

    def finer(self, symbol: str, timeframe: str) -> list[str]:
        """The timeframe that was drawn, where it divides `timeframe` and is finer."""
        finest, whole = self._series(symbol).bars.timeframe_ms, milliseconds(timeframe)
        return [text(finest)] if finest < whole and whole % finest == 0 else []

    def funding(self, symbol: str) -> Funding | None:
        """The payments of the moments repeated, at their new times."""
        series = self._series(symbol)
        if series.paid is None or series.paid_first is None:
            return None
        first, count = series.paid_first[self.origin], np.diff(series.paid_first)[self.origin]
        slot = np.repeat(np.arange(self.past.slots), count)
        payment = np.arange(len(slot)) + np.repeat(first - (np.cumsum(count) - count), count)
        later = (slot - self.origin[slot]) * self.past.unit
        return replace(series.paid, time=series.paid.time[payment] + later, rate=series.paid.rate[payment])

    def instrument(self, symbol: str, bars: Bars | None = None) -> Instrument:  # noqa: ARG002 - given by the room
        """The specification, which is that of the past."""
        return self._series(symbol).instrument

    def releases(self) -> Releases:
        """Every scheduled release at its own time."""
        return self.past.releases

    def conversion(self, quote: str, account: str, bars: Bars) -> Floats | None:  # noqa: ARG002 - given by the room
        """The past's rate, chained like a price; at each bar's close, None where it is always 1."""
        series = self._series(bars.symbol)
        if series.rate is None:
            return None
        rows, _ = self._rows[bars.symbol]
        rate = series.rate[0] * np.cumprod((series.rate / np.r_[series.rate[:1], series.rate[:-1]])[rows])
        at = np.searchsorted(self._bars[bars.symbol].close_time, bars.close_time, side="right") - 1
        return np.asarray(rate[np.maximum(at, 0)])

    def _series(self, symbol: str) -> Series:
        if symbol not in self.past.series:
            raise DataError(f"no bars of {symbol}", [Problem(path=symbol, message="no strategy looks at it, so it was not drawn")])
        return self.past.series[symbol]


def placed(series: Series, origin: Slots, unit: int) -> tuple[Rows, Rows]:
    """The bars repeated and the slots they are placed at; one that opens before the bar before it is complete is left out."""
    row = series.row[origin]
    slots = np.flatnonzero(row >= 0)
    width = series.bars.timeframe_ms // unit
    while len(slots) > 1 and (early := np.diff(slots) < width).any():
        slots = slots[np.r_[True, ~early | np.r_[False, early[:-1]]]]
    return row[slots], slots


def chained(series: Series, rows: Rows, open_time: Rows) -> Bars:
    """Candles whose returns are those of `rows`, from the past's first open on; rounded once, so that no rounding adds up."""
    bars, relative = series.bars, series.relative[:, rows]
    close = bars.open[0] * np.cumprod(relative[-1])
    prices = np.maximum(snapped(relative * np.r_[bars.open[:1], close[:-1]], series.tick), series.tick)
    kept: dict[str, Any] = {name: getattr(bars, name)[rows] for name in ("volume", *SUMMED) if getattr(bars, name) is not None}
    return replace(bars, open_time=open_time, origin=f"{bars.origin} drawn anew", **dict(zip(PRICES, prices, strict=True)), **kept)


def snapped(prices: Floats, tick: float) -> Floats:
    """Prices rounded to a tick, as the numbers their decimals spell."""
    per_unit = round(1 / tick)
    return np.rint(prices * per_unit) / per_unit if abs(per_unit * tick - 1) < 1e-9 else np.rint(prices / tick) * tick
