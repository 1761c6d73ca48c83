"""Heikin-Ashi candles: prices smoothed into bodies that keep one colour along a trend."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from runner.columns.moving import floats, unknown
from runner.model.bars import Bars, Floats

WARM_BARS = 40  # the first open counts half as much at each bar: less than 1e-12 of it is left after forty
NO_BODY = 1e-12  # of the price: a smaller body is rounding or what is left of the first open


class HeikinAshi(NamedTuple):
    """Candles, each float64, shape (n,)."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats


def heikin_ashi(bars: Bars) -> HeikinAshi:
    """The Heikin-Ashi candle of each bar, worked out once.

    close: mean of the bar's four prices, known at once. open: middle of the candle before; the first one is the middle of its bar's open
    and close. high and low: the bar's own, widened to open and close. These three are NaN for `WARM_BARS` bars, until it no longer
    matters where history starts.
    """
    return bars.once(("heikin_ashi",), lambda: _candles(bars))


def colour(candles: HeikinAshi) -> Floats:
    """+1.0 where a candle rises, -1.0 where it falls, 0.0 where it has no body, NaN until warm."""
    body = candles.close - candles.open
    return np.where(np.abs(body) <= NO_BODY * candles.close, 0.0, np.sign(body))


def _candles(bars: Bars) -> HeikinAshi:
    close: Floats = (bars.open + bars.high + bars.low + bars.close) / 4
    opened = _opens(bars, close)
    return HeikinAshi(
        open=opened,
        high=np.maximum(bars.high, np.maximum(opened, close)),
        low=np.minimum(bars.low, np.minimum(opened, close)),
        close=close,
    )


def _opens(bars: Bars, close: Floats) -> Floats:
    """Half the open and half the close of the candle before: an average of earlier closes whose weights halve from bar to bar."""
    if len(bars) <= WARM_BARS:
        return unknown(len(bars))
    import pandas as pd

    first = (bars.open[:1] + bars.close[:1]) / 2
    fed = np.concatenate((first, close[:-1]))
    opened = floats(pd.Series(fed, copy=False).ewm(alpha=0.5, adjust=False).mean()).copy()
    opened[:WARM_BARS] = np.nan
    return opened
