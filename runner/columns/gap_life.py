"""The life of fair value gaps: pullbacks into them, closes back out of them, retests, and their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.columns.gaps import Gaps
from runner.model.bars import Bars, Floats

Mask = NDArray[np.bool_]
Confirms = Callable[[NDArray[np.int64]], Mask]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a gap must live through; depths are fractions of the gap, 0 at the boundary met first, 1 at the far one."""

    max_age: int
    max_wick: float
    pullback_min: float
    pullback_max: float
    max_retests: int  # 0: only the first visit counts


@dataclass(kw_only=True)
class Life:
    """Where each gap stands, shape (g,). age: bars from birth to confirmation, 0 = never confirmed."""

    alive: Mask
    visited: Mask  # a pullback has come
    inside: Mask  # the present visit has not closed back out
    worst: Floats  # deepest wick before the pullback
    depth: Floats  # deepest wick of the first visit
    visits: NDArray[np.int64]
    age: NDArray[np.int64]

    @classmethod
    def born(cls, count: int) -> Life:
        """Gaps that nothing has happened to."""
        return cls(
            alive=np.ones(count, np.bool_),
            visited=np.zeros(count, np.bool_),
            inside=np.zeros(count, np.bool_),
            worst=np.zeros(count),
            depth=np.zeros(count),
            visits=np.zeros(count, np.int64),
            age=np.zeros(count, np.int64),
        )


def live(gaps: Gaps, bars: Bars, boundary: Floats, confirms: Confirms, terms: Terms) -> Life:
    """Walk every gap through the bars after its birth, all gaps one bar at a time.

    A visit begins with a wick between `pullback_min` and `pullback_max` deep that no deeper wick than `max_wick` came before, and
    ends with a close beyond `boundary`: confirmed where `confirms` says so. A confirmed gap is used up; an unconfirmed one is too,
    unless retests are allowed: returns into the gap no deeper than its first visit.
    """
    life = Life.born(len(gaps))
    life.worst = np.maximum(_depth(gaps, bars, gaps.born), 0)
    for age in range(1, terms.max_age + 1):
        at = np.minimum(gaps.born + age, len(bars) - 1)
        life.alive &= gaps.born + age < len(bars)
        depth = _depth(gaps, bars, at)
        _visit(life, depth, terms)
        _return(life, depth, terms)
        out = life.alive & life.inside & (gaps.side * (bars.close[at] - boundary) > 0)
        confirmed = out & confirms(at)
        life.age[confirmed] = age
        life.inside &= ~out
        life.alive &= ~(confirmed | (out & (life.visits > terms.max_retests)))
    return life


def _depth(gaps: Gaps, bars: Bars, at: NDArray[np.int64]) -> Floats:
    wick = np.where(gaps.side > 0, bars.low[at], bars.high[at])
    depth: Floats = gaps.side * (gaps.near - wick) / gaps.size
    return depth


def _visit(life: Life, depth: Floats, terms: Terms) -> None:
    """Begin first visits, deepen running ones, end gaps that were pierced too deeply or too early."""
    begins = life.alive & ~life.visited & (depth >= terms.pullback_min)
    life.alive &= ~(begins & (life.worst > terms.max_wick))
    life.worst = np.where(life.visited | begins, life.worst, np.maximum(life.worst, depth))
    life.visited |= begins
    life.inside |= begins
    life.visits += begins
    first = life.visited & life.inside & (life.visits == 1)
    life.depth = np.where(first, np.maximum(life.depth, depth), life.depth)
    life.alive &= ~(first & (depth > terms.pullback_max))


def _return(life: Life, depth: Floats, terms: Terms) -> None:
    """Begin and end retests: each a new visit, none deeper than the first."""
    again = life.alive & life.visited & ~life.inside & (depth > 0)
    life.inside |= again
    life.visits += again
    life.alive &= ~((life.visits > 1) & ((depth > life.depth) | (life.visits > terms.max_retests + 1)))
