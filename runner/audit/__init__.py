"""Proof that blocks do not look ahead: recompute on history cut by close time and compare, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.columns.judge import judge
from runner.model.bars import Bars, Floats
from runner.model.block import Block, Entry, Exit, Filter, Indicator, Sizing, nested
from runner.model.bot import Strategy
from runner.model.draft import Draft
from runner.model.market import Market
from runner.model.plan import PLAN, empty_plans
from runner.model.signal import Signals

Columns = dict[str, NDArray[Any]]
CLOSE_ENOUGH = 1e-6


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A value that changed when later bars were taken away: at the close of bar `row`, known until `known_ms`."""

    column: str
    row: int
    known_ms: int
    whole: float
    cut: float

    def line(self) -> str:
        """The finding as one line of text."""
        return (
            f"{self.column} at bar {self.row}: {self.whole} with later bars, {self.cut} when only bars closed by {self.known_ms} are known"
        )


class _AnyLevel(dict[str, Floats]):
    """Price levels for exits under test: those of the bar, and the close for any name that is not known."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Floats:
        return self["boundary"]


def columns(block: Block, market: Market) -> Columns:
    """Everything a column block says about a market, by name, shape (n,). Raises TypeError for rooms without columns."""
    match block:
        case Indicator():
            return dict(block.columns(market.bars))
        case Filter():
            return {"long": block.passes(market, 1), "short": block.passes(market, -1)}
        case Entry():
            return _signals(block, market)
        case Exit() | Sizing():
            return {f"{name}{side:+d}": values for side in (1, -1) for name, values in _plans(block, market, side).items()}
    raise TypeError(f"{type(block).__name__} has no columns")


def _signals(block: Entry, market: Market) -> Columns:
    signals = block.signals(market)
    passed, filters = judge(block, market, signals)
    return {
        "direction": signals.direction,
        "strength": signals.strength,
        "passed": passed,
        **{f"when.{name}": values for name, values in filters.items()},
        **{f"levels.{name}": values for name, values in signals.levels.items()},
        **{f"contributions.{name}": values for name, values in signals.contributions.items()},
        **_wide(signals),
    }


def _wide(signals: Signals) -> Columns:
    return {f"plan.{name}": np.broadcast_to(values, signals.direction.shape) for name, values in signals.plan.items()}


def _plans(block: Exit | Sizing, market: Market, side: int) -> Columns:
    """The fields of a plan at every bar, and the columns attached to it, after `block` has completed them."""
    draft = probe(market, side, stop=not (isinstance(block, Exit) and block.part == "stop"))
    block.complete(draft)
    fields: Columns = {}
    for name in PLAN.names or ():
        values = draft.plans[name]
        fields |= {name: values} if values.ndim == 1 else {f"{name}.{step}": values[:, step] for step in range(values.shape[1])}
    return fields | {f"column.{number}": column for number, column in enumerate(draft.columns)}


def probe(market: Market, side: int, *, stop: bool = True, rows: NDArray[np.int64] | None = None) -> Draft:
    """A plan of `side` at every bar, or at those of `rows` alone, with the bar itself as its zone.

    Its stop is one bar's range away, unless `stop` is False.
    """
    bars = market.bars
    rows = np.arange(len(bars)) if rows is None else rows
    low, high, close = bars.low[rows], bars.high[rows], bars.close[rows]
    plans = np.repeat(empty_plans(1), len(rows))
    plans["time"], plans["side"], plans["reference_price"] = bars.close_time[rows], side, close
    plans["stop"] = close - side * (high - low) if stop else np.nan
    levels = _AnyLevel(zone_lower=low, zone_upper=high, gap=high - low, boundary=close)
    direction = np.sign(bars.close - bars.open).astype(np.int8)
    return Draft(market=market, plans=plans, rows=rows, direction=direction, levels=levels)


def peeks(block: Block, market: Market, rows: NDArray[np.int64] | None = None) -> list[Finding]:
    """Where the block's values at or before a bar depend on bars that close later: first finding per column and cut, [] when causal.

    rows: the bars at whose close history is cut; None takes `cuts` of them.
    """
    whole = columns(block, market)
    found: list[Finding] = []
    for row in cuts(len(market.bars)) if rows is None else rows:
        known_ms = int(market.bars.close_time[row])
        cut = columns(block, market.closed_by(known_ms))
        found += [each for name in whole if (each := _differ(name, whole[name], cut.get(name), known_ms)) is not None]
    return found


def _differ(name: str, whole: NDArray[Any], cut: NDArray[Any] | None, known_ms: int) -> Finding | None:
    if cut is None:
        return Finding(column=name, row=0, known_ms=known_ms, whole=float(whole[0]), cut=np.nan)
    before = whole[: len(cut)]
    wrong = np.flatnonzero((before != cut) & ~(np.isnan(before) & np.isnan(cut)))
    if not len(wrong):
        return None
    row = int(wrong[-1])
    return Finding(column=name, row=row, known_ms=known_ms, whole=float(before[row]), cut=float(cut[row]))


def cuts(count: int, spread: int = 24, run: int = 48) -> NDArray[np.int64]:
    """Bars at which to cut: some spread over the history, and a run of neighbours that meets every phase of higher timeframes."""
    if count < 2:
        return np.empty(0, np.int64)
    far = np.linspace(0, count - 2, spread).astype(np.int64)
    near = np.arange(max(0, count // 2 - run), count // 2)
    rows: NDArray[np.int64] = np.unique(np.concatenate((far, near)))
    return rows


def warm_up(block: Block, market: Market, rows: NDArray[np.int64] | None = None) -> int | None:
    """How many bars the block really needs before a bar until its values there no longer depend on where history starts.

    rows: the bars looked at; None takes ten late ones, where the block speaks when it is an entry. Values count as the same within
    one millionth. None: they still differ with half of the history, so the block is start-dependent.
    """
    whole = columns(block, market)
    rows = _late(whole, len(market.bars)) if rows is None else rows
    needed = [_needed(block, market, whole, int(row)) for row in rows]
    return None if None in needed else max((each for each in needed if each is not None), default=0)


def _late(whole: Mapping[str, NDArray[Any]], count: int) -> NDArray[np.int64]:
    spread = np.linspace(count * 3 // 4, count - 1, 5).astype(np.int64)
    spoken = np.flatnonzero(whole["direction"])[-5:] if "direction" in whole else spread - 1
    late: NDArray[np.int64] = np.unique(np.concatenate((spread, spoken[spoken >= count // 2])))
    return late


def _needed(block: Block, market: Market, whole: Columns, row: int) -> int | None:
    """Smallest number of bars, to within a sixteenth, by halving."""
    low, high = 0, row // 2
    if not _same(block, market, whole, row, high):
        return None
    while high - low > max(1, high // 16):
        middle = (low + high) // 2
        low, high = (low, middle) if _same(block, market, whole, row, middle) else (middle, high)
    return high


def _same(block: Block, market: Market, whole: Columns, row: int, bars: int) -> bool:
    late = columns(block, since(market, row - bars, row))
    return all(
        name in late and bool(np.isclose(float(values[row]), float(late[name][-1]), rtol=CLOSE_ENOUGH, atol=0, equal_nan=True))
        for name, values in whole.items()
        if name not in {"signal_index+1", "signal_index-1"}
    )


def since(market: Market, first: int, last: int) -> Market:
    """The market as if its history began at bar `first` and ended with bar `last`, on every timeframe."""
    start, end = int(market.bars.open_time[first]), int(market.bars.close_time[last])

    def part(bars: Bars) -> Bars:
        return bars.between(start, end)

    return replace(market, bars=part(market.bars), others={name: part(bars) for name, bars in market.others.items()})


def parts(strategy: Strategy) -> Iterator[tuple[str, Block]]:
    """Every block of a strategy with its dotted path, nested ones included."""
    for path, block in (
        ("entry", strategy.entry),
        *((f"exit.{name}", each) for name, each in strategy.exits.items()),
        ("sizing", strategy.sizing),
    ):
        yield from nested(path, block)
