"""The jobs of a sweep in order: the best first, equal ones by their settings, so that nothing depends on who ran them or when."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from runner.report.figures import text
from runner.report.leaderboard.columns import Column, asked, figures
from runner.report.objective import Objective, score

CSV, HTML = "leaderboard.csv", "leaderboard.html"
ABSENT = object()  # a job that has no such setting


@dataclass(frozen=True, kw_only=True)
class Row:
    """What came of one job. values: what sets it apart, by key as typed, settled; page: its summary.json or challenge.json, if it ran.

    folder: where its files are; said: why it did not run; skipped: an earlier run of the sweep had done it.
    """

    values: Mapping[str, Any]
    status: int
    page: Mapping[str, Any] | None
    folder: str
    said: str
    skipped: bool = False


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A job that ran. rank: 1 = best, equal ones share it; None where the first objective was not measured."""

    rank: int | None
    row: Row
    page: Mapping[str, Any]
    folder: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """A leaderboard. placed: best first; failed: those without a result; keys: what differs between jobs; columns: figures shown."""

    objectives: tuple[Objective, ...]
    keys: tuple[str, ...]
    placed: tuple[Placed, ...]
    failed: tuple[Row, ...]
    columns: tuple[Column, ...]

    @cached_property
    def judged(self) -> tuple[Placed, ...]:
        """The jobs that have a rank."""
        return tuple(each for each in self.placed if each.rank is not None)

    @cached_property
    def front(self) -> frozenset[tuple[float, ...]]:
        """Of several objectives the scores that no job beats in all of them (Pareto front); of one objective none."""
        return front([score(each.page, self.objectives) for each in self.placed]) if len(self.objectives) > 1 else frozenset()

    def ahead(self, placed: Placed) -> bool:
        """Whether the job is on the front."""
        return score(placed.page, self.objectives) in self.front

    @property
    def aims(self) -> tuple[Column, ...]:
        """The columns of the objectives."""
        return tuple(asked(objective) for objective in self.objectives)

    @cached_property
    def values(self) -> tuple[float, ...]:
        """The first objective of each job that has a rank."""
        found = (self.objectives[0].of(each.page) for each in self.judged)
        return tuple(math.nan if value is None else value for value in found)


def board(folder: Path, rows: Sequence[Row], objectives: Sequence[Objective]) -> Board:
    """The jobs of a sweep in order; their folders are told as seen from `folder`."""
    keys, rows = differing(rows), [replace(row, said=" ".join(row.said.split())) for row in rows]
    ran = [(row.page, row) for row in rows if row.page is not None]
    ran.sort(
        key=lambda one: (
            *(-each for each in score(one[0], objectives)),
            *settings(one[1], keys),
            str(one[0].get("config_hash")),
            one[1].folder,
        )
    )
    scores = [score(page, objectives) for page, _ in ran]
    ranks = {reached: len(scores) - place for place, reached in enumerate(reversed(scores))}  # the first that is as good
    return Board(
        objectives=tuple(objectives),
        keys=keys,
        placed=tuple(
            Placed(rank=None if reached[0] == -math.inf else ranks[reached], row=row, page=page, folder=seen_from(folder, row.folder))
            for reached, (page, row) in zip(scores, ran, strict=True)
        ),
        failed=tuple(sorted((row for row in rows if row.page is None), key=lambda row: (*settings(row, keys), row.said))),
        columns=figures([page for page, _ in ran], objectives),
    )


def front(scores: Sequence[tuple[float, ...]]) -> frozenset[tuple[float, ...]]:
    """Those that no other equals or beats in everything, without those of which something was not measured."""
    kept: list[tuple[float, ...]] = []
    for one in sorted({each for each in scores if -math.inf not in each}, reverse=True):  # none is beaten by one that comes later
        if not any(all(theirs >= ours for theirs, ours in zip(other, one, strict=True)) for other in kept):
            kept.append(one)
    return frozenset(kept)


def differing(rows: Sequence[Row]) -> tuple[str, ...]:
    """Keys in which jobs differ, by name; of jobs that do not, all that were named."""
    named = sorted({key for row in rows for key in row.values})
    apart = tuple(key for key in named if len({told(row.values.get(key, ABSENT)) for row in rows}) > 1)
    return apart or tuple(named)


def settings(row: Row, keys: Sequence[str]) -> tuple[tuple[int, float, str], ...]:
    """The job's values in an order of their own: nothing, yes and no, numbers by size, then words."""
    return tuple(sortable(row.values.get(key, ABSENT)) for key in keys)


def sortable(value: Any) -> tuple[int, float, str]:
    """A value that can be set against any other."""
    if value is ABSENT or value is None:
        return (0, 0.0, told(value))
    if isinstance(value, bool):
        return (1, float(value), "")
    return (2, float(value), "") if isinstance(value, int | float) else (3, 0.0, told(value))


def told(value: Any) -> str:
    """A value as it is typed; '' of a setting the job does not have."""
    if value is ABSENT:
        return ""
    if type(value) is int:
        return str(value)
    if isinstance(value, float):
        return text(value) if math.isfinite(value) else str(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def short(keys: Sequence[str]) -> dict[str, str]:
    """Every key by as many of its last words as tell it from the others: `strategy.entry.fast` as `fast`."""
    return {key: next((each for each in endings(key) if alone(each, keys)), key) for key in keys}


def alone(ending: str, keys: Sequence[str]) -> bool:
    """Whether only one of the keys ends so."""
    return sum(key == ending or key.endswith(f".{ending}") for key in keys) == 1


def endings(key: str) -> list[str]:
    """`fast`, `entry.fast`, `strategy.entry.fast`."""
    words = key.split(".")
    return [".".join(words[-count:]) for count in range(1, len(words) + 1)]


def seen_from(folder: Path, place: str) -> str:
    """A job's folder as it is reached from the sweep's; as it is where it lies elsewhere."""
    here, there = f"{folder.absolute()}{os.sep}", str(Path(place).absolute())
    return there.removeprefix(here).replace(os.sep, "/") if place and there.startswith(here) else place
