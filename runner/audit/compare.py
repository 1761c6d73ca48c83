"""Two answers of one part laid beside each other: on the whole history, and on one that was cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.audit.said import Rows, Said, Written, column_of, fields, handed, named, unlike


@dataclass(frozen=True, kw_only=True)
class Unlike:
    """Bars at which a column says something else, rising, and both values there; NaN where one says nothing."""

    column: str
    rows: Rows
    whole: NDArray[np.float64]
    cut: NDArray[np.float64]


def differences(whole: Said, cut: Said, count: int, closeness: float = 0.0) -> Iterator[Unlike]:
    """Every column whose values at the first `count` bars differ.

    closeness: differences up to this share of the value, or of the column's usual size, do not count.
    """
    for name, values in whole.columns.items():
        other = cut.columns.get(name)
        if other is None or other.shape != (count,):
            other = np.full(count, np.nan)
        wrong = _plain(name, values[:count], other, closeness)
        if wrong is not None:
            yield wrong
    for kind, written in whole.written.items():
        yield from _plans(kind, written, cut.written[kind], count, closeness)


def _plain(name: str, whole: NDArray[Any], cut: NDArray[Any], closeness: float, rows: Rows | None = None) -> Unlike | None:
    """One column against the other, value by value."""
    wrong = np.flatnonzero(_beyond(whole, cut, closeness))
    if not len(wrong):
        return None
    at = wrong if rows is None else rows[wrong]
    return Unlike(column=name, rows=at, whole=whole[wrong].astype(np.float64), cut=cut[wrong].astype(np.float64))


def _beyond(whole: NDArray[Any], cut: NDArray[Any], closeness: float) -> NDArray[np.bool_]:
    wrong = unlike(whole, cut)
    if closeness and wrong.any() and whole.dtype.kind == cut.dtype.kind == "f":
        usual = float(np.nanmedian(np.abs(whole))) if not np.isnan(whole).all() else 0.0
        with np.errstate(invalid="ignore"):  # inf against inf
            wrong &= ~(np.abs(whole - cut) <= closeness * np.maximum(np.abs(whole), usual))
    return wrong


def _plans(kind: str, whole: Written, cut: Written, count: int, closeness: float) -> Iterator[Unlike]:
    """Plans field by field, where both have one; a plan that only one of them has differs in its side."""
    kept = int(np.searchsorted(whole.rows, count))
    same_rows = len(cut.rows) == kept and np.array_equal(whole.rows[:kept], cut.rows)
    if not same_rows:
        yield _missing(kind, whole, cut, kept)
    if not (same_rows and whole.plans[:kept].tobytes() == cut.plans.tobytes()):
        _, ours, theirs = np.intersect1d(whole.rows[:kept], cut.rows, return_indices=True)
        for (name, values), (_, others) in zip(fields(whole.plans[ours]), fields(cut.plans[theirs]), strict=True):
            wrong = _plain(named(kind, name), values, others, closeness, whole.rows[ours])
            if wrong is not None:
                yield wrong
    yield from _handed(kind, whole, cut, count, closeness)


def _missing(kind: str, whole: Written, cut: Written, kept: int) -> Unlike:
    """Plans that only one history leads to."""
    rows = np.setxor1d(whole.rows[:kept], cut.rows)

    def sides(written: Written) -> NDArray[np.float64]:
        place = np.searchsorted(written.rows, rows)
        there = np.isin(rows, written.rows)
        side = np.full(len(rows), np.nan)
        side[there] = written.plans["side"][place[there]]
        return side

    return Unlike(column=named(kind, "side"), rows=rows, whole=sides(whole), cut=sides(cut))


def _handed(kind: str, whole: Written, cut: Written, count: int, closeness: float) -> Iterator[Unlike]:
    """The columns that plans refer to, each through the first plan that does."""
    for name, (place, row) in handed(whole).items():
        theirs = np.flatnonzero(cut.rows == whole.rows[row])
        column, other = column_of(whole, place, row), column_of(cut, place, int(theirs[0])) if len(theirs) else None
        if column is None or not len(theirs):
            continue
        wrong = _plain(named(kind, name), column[:count], np.full(count, np.nan) if other is None else other, closeness)
        if wrong is not None:
            yield wrong
