"""Averages and indices written out as plain loops, for entries on real bars to be held against."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from runner.model.bars import Bars
from runner.model.block import Entry
from runner.model.market import Market
from tests.contracts.discovery import source
from tests.samples import PLAIN

NAN = float("nan")


def shipped(symbol: str, count: int = 2500) -> Bars:
    """The first 4h bars of a symbol that ship."""
    return source().bars(symbol, "4h").rows(slice(0, count))


def market(bars: Bars) -> Market:
    """Those bars with a plain instrument."""
    return Market(bars=bars, instrument=PLAIN)


def votes(entry: Entry, bars: Bars) -> list[float]:
    """Direction times strength at every bar."""
    signals = entry.signals(market(bars))
    found: list[float] = (signals.direction * signals.strength).tolist()
    return found


def plain_average(values: Sequence[float], length: int) -> list[float]:
    """Mean of the last values."""
    return [sum(values[row + 1 - length : row + 1]) / length if row + 1 >= length else NAN for row in range(len(values))]


def ema(values: Sequence[float], length: int) -> list[float]:
    """The mean of the first values, then 2/(length + 1) of the distance to each next one."""
    found = [NAN] * (length - 1) + [sum(values[:length]) / length]
    for value in values[length:]:
        found.append(found[-1] + (value - found[-1]) * 2 / (length + 1))
    return found


def rsi(values: Sequence[float], length: int) -> list[float]:
    """J. W. Wilder's index: his averages of rises and falls, seeded with their first means."""
    rises = [max(0.0, now - before) for before, now in pairwise(values)]
    falls = [max(0.0, before - now) for before, now in pairwise(values)]
    up, down = sum(rises[:length]) / length, sum(falls[:length]) / length
    found = [NAN] * length + [100 * up / (up + down)]
    for rise, fall in zip(rises[length:], falls[length:], strict=True):
        up, down = up + (rise - up) / length, down + (fall - down) / length
        found.append(100 * up / (up + down))
    return found


def ahead(fast: Sequence[float], slow: Sequence[float], state: float, fresh: float) -> list[float]:
    """The vote for the higher of two lines, another one at the bar of the cross."""
    found, before = [], NAN
    for one, two in zip(fast, slow, strict=True):
        side = float(one > two) - float(one < two)
        crossed = before == before and side not in (0.0, before)  # noqa: PLR0124 - not a number before the lines are known
        found.append(side * (fresh if crossed else state))
        before = side if one == one and two == two else NAN  # noqa: PLR0124
    return found
