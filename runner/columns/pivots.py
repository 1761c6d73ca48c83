"""Levels drawn from the last session that is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from runner.columns.moving import unknown
from runner.columns.oscillators import middle_price
from runner.columns.sessions import Sessions, completed, sessions
from runner.model.bars import Bars, Floats
from runner.model.rules import Reset

Method = Literal["classic", "fibonacci", "camarilla"]
Levels = dict[str, Floats]


def pivots(bars: Bars, method: Method, clock: Reset) -> Levels:
    """`pivot`, resistances `r1`… and supports `s1`… by name, of the last session over at each bar's close; NaN until one was seen whole.

    A bar belongs to the session it opens in.
    """
    return bars.once(("pivots", method, clock), lambda: _pivots(bars, method, clock))


def _pivots(bars: Bars, method: Method, clock: Reset) -> Levels:
    if len(bars) == 0:
        return dict.fromkeys(METHODS[method](*(unknown(0),) * 3), unknown(0))
    days = sessions(bars, clock)
    levels = METHODS[method](*_extremes(bars, days))
    last = completed(bars, days)
    return {name: np.where(last >= 0, level[last], np.nan) for name, level in levels.items()}


def _extremes(bars: Bars, days: Sessions) -> tuple[Floats, Floats, Floats]:
    """High, low and close of each session."""
    last = np.r_[days.first[1:], len(bars)] - 1
    return np.maximum.reduceat(bars.high, days.first), np.minimum.reduceat(bars.low, days.first), bars.close[last]


def _classic(high: Floats, low: Floats, close: Floats) -> Levels:
    pivot = middle_price(high, low, close)
    above = {"r1": 2 * pivot - low, "r2": pivot + high - low, "r3": high + 2 * (pivot - low)}
    return {"pivot": pivot, **above, "s1": 2 * pivot - high, "s2": pivot - high + low, "s3": low - 2 * (high - pivot)}


def _fibonacci(high: Floats, low: Floats, close: Floats) -> Levels:
    pivot = middle_price(high, low, close)
    return {"pivot": pivot, **_steps(pivot, high - low, (0.382, 0.618, 1.0))}


def _camarilla(high: Floats, low: Floats, close: Floats) -> Levels:
    return {"pivot": middle_price(high, low, close), **_steps(close, high - low, (1.1 / 12, 1.1 / 6, 1.1 / 4, 1.1 / 2))}


def _steps(middle: Floats, height: Floats, shares: tuple[float, ...]) -> Levels:
    """Shares of the session's range above and below a middle."""
    above = {f"r{step}": middle + share * height for step, share in enumerate(shares, 1)}
    return above | {f"s{step}": middle - share * height for step, share in enumerate(shares, 1)}


METHODS: Mapping[Method, Callable[[Floats, Floats, Floats], Levels]] = {
    "classic": _classic,
    "fibonacci": _fibonacci,
    "camarilla": _camarilla,
}
