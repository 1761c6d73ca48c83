"""Several entries heard as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.columns.judge import opinion
from runner.columns.moving import unknown
from runner.model.bars import Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import DEFAULTS
from runner.model.reason import Reason
from runner.model.signal import Signals

Directions = NDArray[np.int8]


def heard(entries: Mapping[str, Entry], market: Market) -> dict[str, Signals]:
    """Each entry's signals with its own filters applied, by name."""
    return {name: opinion(entry, market) for name, entry in entries.items()}


def agreed(parts: Mapping[str, Signals]) -> Directions:
    """The direction all parts share, 0 where one is silent or differs; int8, shape (n,)."""
    first, *others = (part.direction for part in parts.values())
    same = np.logical_and.reduce([other == first for other in others]) if others else True
    return np.where(same, first, 0).astype(np.int8)


def held(part: Signals, bars: int) -> Signals:
    """The same opinions, each standing for `bars` bars (its own included) or until the next one."""
    if bars == 1:
        return part
    count = len(part.direction)
    last = np.maximum.accumulate(np.where(part.direction != 0, np.arange(count), -1)) if count else np.empty(0, np.int64)
    stands = (last >= 0) & (np.arange(count) - last < bars)
    rows = np.maximum(last, 0)

    def moved(columns: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value[rows] if np.ndim(value) else value for name, value in columns.items()}

    direction = np.where(stands, part.direction[rows], 0).astype(np.int8)
    return replace(part, direction=direction, strength=part.strength[rows], levels=moved(part.levels), plan=moved(part.plan))


def fresh(parts: Mapping[str, Signals]) -> NDArray[np.bool_]:
    """Where at least one part speaks at this very bar, bool, shape (n,)."""
    speaks: NDArray[np.bool_] = np.logical_or.reduce([part.direction != 0 for part in parts.values()])
    return speaks


def merged(parts: Mapping[str, Signals], direction: Directions, strength: Floats) -> Signals:
    """One opinion made of several. Levels come from the first part that gives them, plan fields from the first part that speaks."""
    speaks = {name: (part.direction == direction) & (direction != 0) for name, part in parts.items()}
    return Signals(
        direction=direction,
        strength=strength,
        levels=_levels(parts, speaks, len(direction)),
        contributions=_contributions(parts),
        plan=_plan(parts, speaks, len(direction)),
    )


def _levels(parts: Mapping[str, Signals], speaks: Mapping[str, NDArray[np.bool_]], count: int) -> dict[str, Floats]:
    levels: dict[str, Floats] = {}
    for name, part in parts.items():
        for level, column in part.levels.items():
            known = levels.get(level, unknown(count))
            levels[level] = np.where(np.isnan(known) & speaks[name], column, known)
    return levels


def _contributions(parts: Mapping[str, Signals]) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    for name, part in parts.items():
        columns[name] = part.direction * part.strength
        columns |= {f"{name}.{inner}": column for inner, column in part.contributions.items()}
    return columns


def _plan(parts: Mapping[str, Signals], speaks: Mapping[str, NDArray[np.bool_]], count: int) -> dict[str, Any]:
    first = np.argmax(np.array(list(speaks.values())), axis=0)
    fields = sorted({field for part in parts.values() for field in part.plan})
    plan: dict[str, Any] = {}
    for field in fields:
        default = DEFAULTS.get(field, 0)
        values = [np.broadcast_to(part.plan.get(field, default), (count,)) for part in parts.values()]
        plan[field] = np.array(values)[first, np.arange(count)]
    return plan


def explained(entries: Mapping[str, Entry], standing: Mapping[str, Signals], market: Market, row: int) -> list[Reason]:
    """One reason for each entry at bar `row`: what it stands for now, held against what the first that speaks stands for.

    standing: each entry's opinions as the combination counts them. All reasons hold where all entries share one direction.
    """
    directions = {name: int(part.direction[row]) for name, part in standing.items()}
    lead = next((direction for direction in directions.values() if direction), 0)
    return [
        Reason(
            name=name,
            holds=directions[name] == lead != 0,
            measured=float(directions[name]),
            unit="signed",
            parts=tuple(own_reasons(entry, market, row)),
        )
        for name, entry in entries.items()
    ]


def own_reasons(entry: Entry, market: Market, row: int) -> list[Reason]:
    """What an entry says of a bar, then what its own filters say of its signal there."""
    direction = int(entry.signals(market).direction[row])
    filters = entry.when.items() if direction else ()
    return [*entry.explain(market, row), *(reason for _, block in filters for reason in block.explain(market, row, direction))]


def spoken_now(parts: Mapping[str, Signals], row: int) -> Reason:
    """Whether one of them speaks at this very bar."""
    return Reason(name="one of them speaks at this very bar", holds=bool(fresh(parts)[row]))
