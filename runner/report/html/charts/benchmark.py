"""The account beside the same symbols simply bought and held."""

from __future__ import annotations

import numpy as np

from runner.model.bars import Bars, Floats, Times
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, MUTED, figure, line, values
from runner.report.html.story import Story
from runner.report.html.thin import telling

MOST = 1_500


def benchmark(story: Story) -> Figure:
    """The figure: both as a share of the initial balance, at the end of each day."""
    moments, account, held = compared(story)
    rows = telling(account, held, most=MOST)
    kinds = (("account", account, line(BLUE, width=2)), ("buy and hold", held, line(MUTED, "dot")))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": times(moments[rows]),
            "y": array(np.round(column[rows], 6)),
            "line": look,
            "hovertemplate": f"%{{x|%Y-%m-%d}}<br>{name} %{{y:+.2%}}<extra></extra>",
        }
        for name, column, look in kinds
    ]
    return figure(traces, 300, yaxis=values(tickformat="+.0%"))


def compared(story: Story) -> tuple[Times, Floats, Floats]:
    """(UTC ms, result of the account, result of holding), fractions of the initial balance, a row for each day; attempts add up."""
    moments = story.equity["time"][story.days]
    return moments, np.cumsum(story.daily) / story.outcome.book.initial, held(story, moments)


def held(story: Story, moments: Times) -> Floats:
    """Equal parts of the balance in each symbol, bought at its first open and never sold; no costs, no leverage."""
    markets = {stream.symbol: stream.market.bars for stream in story.streams if len(stream.market.bars)}
    gains = [gain(bars, moments) for bars in markets.values()]
    return np.mean(gains, axis=0) if gains else np.zeros(len(moments))


def gain(bars: Bars, moments: Times) -> Floats:
    """What one symbol has gained by each moment; zero before its first bar."""
    row = np.searchsorted(bars.close_time, moments, side="right") - 1
    change: Floats = np.where(row >= 0, bars.close[np.maximum(row, 0)] / bars.open[0] - 1.0, 0.0)
    return change


def deepest(result: Floats) -> float:
    """The deepest fall between day ends of a result in fractions of the start, as a share of what it fell from."""
    worth = np.r_[1.0, 1.0 + result]
    peak = np.maximum.accumulate(worth)
    return float(np.max((peak - worth) / np.where(peak > 0, peak, 1.0)))
