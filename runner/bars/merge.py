"""New bars joined to stored ones: where both have a bar they must agree, or nothing changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.bars.parquet import unfit
from runner.bars.validate import faults
from runner.bars.when import row_name, when
from runner.model.bars import SUMMED, Bars
from runner.model.errors import DataError

COMPARED = ("open", "high", "low", "close", "volume")
CLOSE_ENOUGH = 1e-9  # relative; text and binary spell the same number differently in the last digit
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The joined bars; how many are new, were there already, or took the place of others; what should be said of it."""

    bars: Bars
    added: int
    same: int
    replaced: int
    notes: tuple[str, ...] = ()


def merge(path: Path, stored: Bars | None, new: Bars, *, overwrite: bool = False) -> Merged:
    """Join `new` to what `path` holds (`stored`; None for nothing). Both are sorted and of one timeframe.

    Raises DataError naming rows of `path` and times where the two disagree, unless `overwrite`; then the new bars win.
    """
    if stored is None or not len(stored):
        return Merged(bars=new, added=len(new), same=0, replaced=0)
    stored, new, notes = alike(path, stored, new, overwrite=overwrite)
    here, there = shared(stored, new)
    differs = disagreement(stored, new, here, there)
    if differs.any() and not overwrite:
        raise conflict(path, stored, new, here[differs], there[differs])
    bars = combined(stored, new, here)
    found = faults(bars)
    if found:
        raise DataError(f"{path.name} does not take the new bars; nothing was changed", unfit(path, *found).problems)
    same = len(here) - int(differs.sum())
    return Merged(bars=bars, added=len(new) - len(here), same=same, replaced=int(differs.sum()), notes=notes)


def alike(path: Path, stored: Bars, new: Bars, *, overwrite: bool) -> tuple[Bars, Bars, tuple[str, ...]]:
    """Both with the same further columns: those the stored bars lack are left out, those they would lose are refused."""
    lost = [name for name in SUMMED if getattr(stored, name) is not None and getattr(new, name) is None]
    extra = [name for name in SUMMED if getattr(stored, name) is None and getattr(new, name) is not None]
    if lost and not overwrite:
        message = f"holds {', '.join(lost)} and the new bars do not; nothing was changed, replace=true gives the columns up"
        raise unfit(path, message)
    notes = (f"{', '.join(extra)} left out: the stored bars have none",) if extra else ()
    return without(stored, lost), without(new, extra), notes


def without(bars: Bars, names: list[str]) -> Bars:
    """The bars without these further columns."""
    gone: dict[str, Any] = dict.fromkeys(names)
    return replace(bars, **gone)


def shared(stored: Bars, new: Bars) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of each at the times both have."""
    _, here, there = np.intersect1d(stored.open_time, new.open_time, assume_unique=True, return_indices=True)
    return here, there


def disagreement(stored: Bars, new: Bars, here: NDArray[np.int64], there: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the shared bars are not the same."""
    differs = np.zeros(len(here), np.bool_)
    for name in COMPARED:
        differs |= unequal(getattr(stored, name)[here], getattr(new, name)[there])
    return differs


def unequal(old: NDArray[np.float64], fresh: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers are not the same number."""
    return np.asarray(np.abs(old - fresh) > CLOSE_ENOUGH * np.maximum(np.abs(old), np.abs(fresh)), np.bool_)


def conflict(path: Path, stored: Bars, new: Bars, here: NDArray[np.int64], there: NDArray[np.int64]) -> DataError:
    """The first bars that disagree, with row, time and both values."""
    lines = [difference(stored, new, int(row), int(other)) for row, other in zip(here[:SHOWN], there[:SHOWN], strict=True)]
    if len(here) > SHOWN:
        lines.append(f"and {len(here) - SHOWN} more bars")
    lines.append("replace=true takes the new bars instead of the stored ones")
    return DataError(f"{path.name} and the new bars disagree; nothing was changed", unfit(path, *lines).problems)


def difference(stored: Bars, new: Bars, row: int, other: int) -> str:
    """`row 5 (2024-01-01 16:00 UTC): stored close 42100, new 42101`."""
    values = ((name, float(getattr(stored, name)[row]), float(getattr(new, name)[other])) for name in COMPARED)
    said = [f"stored {name} {old:.15g}, new {fresh:.15g}" for name, old, fresh in values if unequal(np.array([old]), np.array([fresh]))[0]]
    return f"{row_name(row)} ({when(stored.open_time[row])}): {'; '.join(said)}"


def combined(stored: Bars, new: Bars, here: NDArray[np.int64]) -> Bars:
    """Every bar once, oldest first; where both have one, the new one."""
    kept = np.ones(len(stored), np.bool_)
    kept[here] = False
    old = stored.rows(kept)
    order = np.argsort(np.r_[old.open_time, new.open_time], kind="stable")
    names = ("open_time", *COMPARED, *(name for name in SUMMED if getattr(stored, name) is not None))
    return replace(stored, **{name: np.r_[getattr(old, name), getattr(new, name)][order] for name in names})
