"""One symbol's prices with its zones, entries, exits and stops as they moved.

The figure holds few candles; all of them travel beside it, packed, and the page's script draws finer ones where one zooms in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Floats
from runner.model.stream import Stream
from runner.report.html.charts import trading
from runner.report.html.charts.ends import ends, lived
from runner.report.html.encode import Figure, array, plane, times
from runner.report.html.look import DOWN, UP, dates, figure, values
from runner.report.html.story import Story
from runner.report.html.thin import candles

OVERVIEW = 400
FINE = 240_000  # candles of all symbols together that travel with the page
COARSEST_STEP = 2**24  # prices without a usable tick are drawn on this grid


def prices(story: Story, symbol: str) -> Figure:
    """The figure of one symbol, opened on the time the account lived where it ended early; without bars an empty one."""
    streams = [stream for stream in story.streams if stream.symbol == symbol]
    bars = finest(streams)
    traces = [overview(bars), *trading.marks(story, streams)]
    shown, (shapes, notes) = lived(story, bars.open_time), ends(story)
    reach: dict[str, Any] = {"range": shown, "autorange": False} if shown else {}
    price = values(side="right", hoverformat=f",.{decimals(streams[0])}f")
    axes = {"xaxis": dates(rangeslider={"visible": False}, **reach), "yaxis": price}
    return figure(traces, 460, margin={"l": 10, "r": 66, "t": 44, "b": 34}, shapes=shapes, annotations=notes, **axes)


def finest(streams: Sequence[Stream]) -> Bars:
    """The signal bars of the first strategy that has any."""
    return next((stream.market.bars for stream in streams if len(stream.market.bars)), streams[0].market.bars)


def decimals(stream: Stream) -> int:
    """Decimals of the symbol's tick."""
    tick = stream.market.instrument.tick
    return len(np.format_float_positional(tick, trim="-").partition(".")[2]) if tick > 0 else 2


def overview(bars: Bars) -> dict[str, Any]:
    """The whole range in few candles."""
    when, opened, high, low, close = candles(bars, OVERVIEW)
    look = {
        name: {"line": {"color": colour, "width": 1}, "fillcolor": colour} for name, colour in (("increasing", UP), ("decreasing", DOWN))
    }
    columns = {"open": opened, "high": high, "low": low, "close": close}
    shown: dict[str, Any] = {"type": "candlestick", "name": bars.symbol, "x": times(when), "showlegend": False, "whiskerwidth": 0}
    return shown | {name: array(column, "f4") for name, column in columns.items()} | look


def packable(story: Story, symbol: str) -> Bars:
    """All candles of one symbol; merged where all symbols' together would make the page too heavy."""
    bars = finest([stream for stream in story.streams if stream.symbol == symbol])
    most = FINE // max(1, len(story.page["symbols"]))
    if len(bars) <= most:
        return bars
    when, opened, high, low, close = candles(bars, most)
    return replace(bars, open_time=when, open=opened, high=high, low=low, close=close, volume=np.zeros(len(when)), **NOTHING)


NOTHING: dict[str, Any] = {"buy_volume": None, "sell_volume": None, "trades": None, "ends": None}


def facts(bars: Bars, tick: float) -> dict[str, Any]:
    """What the page's script needs to read the packed candles: their number, step of the price and first time."""
    first = int(bars.open_time[0]) if len(bars) else 0
    return {"count": len(bars), "step": step(bars, tick), "first": first, "every": bars.timeframe_ms}


def step(bars: Bars, tick: float) -> float:
    """The tick where all prices lie on it, else a grid fine enough for the eye."""
    columns = np.concatenate([bars.open, bars.high, bars.low, bars.close])
    if len(columns) == 0:
        return 1.0
    fine = float(np.abs(columns).max()) / COARSEST_STEP or 1.0
    return tick if tick > fine and bool(np.all(np.abs(columns / tick - np.rint(columns / tick)) < 1e-3)) else fine


def packed_candles(bars: Bars, tick: float) -> bytes:
    """Candles as five planes of small whole numbers, one after the other: what differs from the candle before, in steps of the price.

    time beyond one timeframe (in seconds), open above the close before, high above the body, low under it, close above the open.
    """
    opened, high, low, close = (steps(column, step(bars, tick)) for column in (bars.open, bars.high, bars.low, bars.close))
    late = (np.diff(bars.open_time, prepend=bars.open_time[:1] - bars.timeframe_ms) - bars.timeframe_ms) // 1_000
    body = np.maximum(opened, close), np.minimum(opened, close)
    parts = (
        late,
        np.diff(opened, prepend=0) if len(opened) == 0 else opened - np.r_[0, close[:-1]],
        high - body[0],
        body[1] - low,
        close - opened,
    )
    return b"".join(plane(part) for part in parts)


def steps(column: Floats, size: float) -> NDArray[np.int64]:
    """Prices as whole steps."""
    return np.rint(column / size).astype(np.int64)
