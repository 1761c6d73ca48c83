"""What one unit of an instrument's quote currency is worth in the account's, bar by bar, from bars of the catalog."""

from __future__ import annotations

import numpy as np

from runner.bars.catalog import Catalog
from runner.bars.when import when
from runner.model.bars import Bars, Floats
from runner.model.currency import dollar
from runner.model.duration import DAY_MS, milliseconds, text
from runner.model.errors import DataError, Problem

STALE_MS = 7 * DAY_MS  # a rate older than this is no rate


def conversion(catalog: Catalog, quote: str, account: str, bars: Bars) -> Floats | None:
    """Account currency per unit of `quote` at each bar's close, float64, shape (n,); None where it is always 1.

    Only rates of bars complete at that close are used. Stable coins count as US dollars. A pair is looked up as it is, turned
    round, or through the dollar. Raises DataError when no pair is there, or none covers the bars.
    """
    start, end = dollar(quote), dollar(account)
    if start == end or not len(bars):
        return None
    direct = pair(catalog, start, end, bars)
    if direct is not None:
        return direct
    halves = [pair(catalog, start, "USD", bars), pair(catalog, "USD", end, bars)] if "USD" not in (start, end) else [None]
    if any(half is None for half in halves):
        message = f"expected bars of {start}{end} or {end}{start} to turn {quote} of {bars.symbol} into {account}"
        raise DataError("no conversion", [Problem(path=str(catalog.root), message=message)])
    first, second = halves
    return first * second if first is not None and second is not None else None


def pair(catalog: Catalog, start: str, end: str, bars: Bars) -> Floats | None:
    """`end` per `start` at each close, from {start}{end} or turned round from {end}{start}; None when there is neither."""
    for symbol, turned in ((start + end, False), (end + start, True)):
        timeframe = timeframe_for(catalog, symbol, bars)
        if timeframe:
            rate = at_close(catalog.bars(symbol, timeframe), bars)
            return 1.0 / rate if turned else rate
    return None


def timeframe_for(catalog: Catalog, symbol: str, bars: Bars) -> str | None:
    """The bars' own timeframe where it can be had, else the finest there is."""
    own = text(bars.timeframe_ms)
    there = catalog.finest(symbol)
    return own if catalog.has(symbol, own) else next(iter(sorted(there, key=milliseconds)), None)


def at_close(rates: Bars, bars: Bars) -> Floats:
    """The last close of `rates` complete at each bar's close; DataError where there is none or it is stale."""
    index = np.searchsorted(rates.close_time, bars.close_time, side="right") - 1
    known = rates.close_time[np.maximum(index, 0)] if len(rates) else np.zeros(len(bars), np.int64)
    bad = np.flatnonzero((index < 0) | (bars.close_time - known > STALE_MS))
    if len(bad):
        covered = f"{when(rates.close_time[0])} to {when(rates.close_time[-1])}" if len(rates) else "nothing"
        message = f"covers {covered}, but {bars.symbol} needs a rate at {when(bars.close_time[bad[0]])}"
        raise DataError("no conversion", [Problem(path=f"{rates.symbol} {text(rates.timeframe_ms)}", message=message)])
    return rates.close[index]
