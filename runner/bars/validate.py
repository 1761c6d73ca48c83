"""What makes candles unusable, each fault named with its row, its values and how often it occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from runner.bars.when import row_name, when
from runner.model.bars import SUMMED, Bars, Floats
from runner.model.duration import HOUR_MS, MINUTE_MS, SECOND_MS, text

Flags = NDArray[np.bool_]
FULL = {HOUR_MS: "a full hour", MINUTE_MS: "a full minute", SECOND_MS: "a full second"}
PRICES = ("open", "high", "low", "close")


def faults(bars: Bars) -> list[str]:
    """One line per kind of fault, with the first row it is found in (the first row is row 1); empty when the bars can be used.

    Zero volume, a single bar and no bar at all are fine. Missing bars are the business of `runner.bars.gaps`.
    """
    columns = {name: getattr(bars, name) for name in (*PRICES, "volume", *SUMMED)}
    by_column = [line for name, column in columns.items() if column is not None for line in values(bars, name, column)]
    return [*by_column, *clock(bars), *shape(bars)]


def values(bars: Bars, name: str, column: Floats) -> Iterator[str]:
    """Missing, infinite and too small values of one column."""
    price = name in PRICES
    low = np.isfinite(column) & ((column <= 0.0) if price else (column < 0.0))
    wanted = "a positive price" if price else "zero or more"
    yield from told(bars, np.isnan(column), lambda _: f"{name} is missing")
    yield from told(bars, np.isinf(column), lambda _: f"{name} is infinite")
    yield from told(bars, low, lambda row: f"{name} is {column[row]:.15g}, expected {wanted}")


def clock(bars: Bars) -> Iterator[str]:
    """Times that go back, repeat, overlap or lie off the grid.

    The grid is the timeframe in UTC up to one hour. Longer bars may start at any full hour, as brokers' days do.
    """
    step = np.diff(bars.open_time, prepend=bars.open_time[:1] - bars.timeframe_ms)
    yield from told(bars, step < 0, lambda row: f"time goes back, the row before is {when(bars.open_time[row - 1])}")
    yield from told(bars, step == 0, lambda _: "time occurs twice")
    overlap = (step > 0) & (step < bars.timeframe_ms)
    yield from told(bars, overlap, lambda row: f"opens before the bar of {when(bars.open_time[row - 1])} is complete")
    grid = min(bars.timeframe_ms, HOUR_MS)
    yield from told(bars, bars.open_time % grid != 0, lambda row: off_grid(int(bars.open_time[row]), grid))


def off_grid(time_ms: int, grid_ms: int) -> str:
    """What was found and expected where a bar does not open on a full hour, minute or other step of the clock."""
    below = time_ms - time_ms % grid_ms
    step = FULL.get(grid_ms, f"a multiple of {text(grid_ms)}")
    late = "; is this the time of the close?" if grid_ms - time_ms % grid_ms in (1, SECOND_MS) else ""
    return f"opens at {clock_time(time_ms)}, expected {step}: {clock_time(below)} or {clock_time(below + grid_ms)}{late}"


def clock_time(time_ms: int) -> str:
    """The time of day in UTC: `09:00`, with seconds and milliseconds where they are not zero."""
    seconds, thousandths = time_ms // SECOND_MS % 60, time_ms % SECOND_MS
    fine = f":{seconds:02}.{thousandths:03}" if thousandths else f":{seconds:02}" if seconds else ""
    return f"{time_ms // HOUR_MS % 24:02}:{time_ms // MINUTE_MS % 60:02}{fine}"


def shape(bars: Bars) -> Iterator[str]:
    """Candles that contradict themselves."""
    high, low = bars.high, bars.low
    yield from told(bars, high < low, lambda row: f"high {high[row]:.15g} is below low {low[row]:.15g}")
    yield from inside(bars, "open", bars.open)
    yield from inside(bars, "close", bars.close)


def inside(bars: Bars, name: str, price: Floats) -> Iterator[str]:
    """Opens or closes beyond the candle's own extremes."""
    high, low = bars.high, bars.low
    outside = (high >= low) & ((price > high) | (price < low))
    yield from told(bars, outside, lambda row: f"{name} {price[row]:.15g} is outside {low[row]:.15g} to {high[row]:.15g}")


def told(bars: Bars, bad: Flags, say: Callable[[int], str]) -> Iterator[str]:
    """The line for the first bad row and the count of the others, or nothing."""
    rows = np.flatnonzero(bad)
    if len(rows):
        row = int(rows[0])
        more = f" (and {len(rows) - 1} more rows)" if len(rows) > 1 else ""
        yield f"{row_name(row)} ({when(bars.open_time[row])}): {say(row)}{more}"
