"""Votes: what a voter thinks of a bar, from −2 (strong sell) over 0 (no opinion) to +2 (strong buy)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from runner.columns.merge import Directions, merged
from runner.model.bars import Floats
from runner.model.plan import WhenOpen
from runner.model.reason import Reason
from runner.model.signal import Signals


def voting(vote: Floats, contributions: Mapping[str, Floats]) -> Signals:
    """An opinion at every bar: the sign of the vote is its direction, its size the strength. A vote that is not known (NaN) is none."""
    known = np.where(np.isnan(vote), 0.0, vote)
    return Signals(direction=np.sign(known).astype(np.int8), strength=np.abs(known), contributions=contributions)


def ahead(fast: Floats, slow: Floats, state: float, fresh: float) -> Floats:
    """+`state` while `fast` stands above `slow`, −`state` while below, `fresh` instead on the bar of the cross; float64, shape (n,)."""
    side = np.where(fast > slow, 1.0, np.where(fast < slow, -1.0, 0.0))
    crossed = np.zeros(len(side), np.bool_)
    crossed[1:] = (side[1:] != side[:-1]) & ~np.isnan(fast[:-1] - slow[:-1])
    vote: Floats = side * np.where(crossed, fresh, state)
    return vote


def graded(up: NDArray[np.bool_], strongly_up: NDArray[np.bool_], down: NDArray[np.bool_], strongly_down: NDArray[np.bool_]) -> Floats:
    """1 for a plain vote, 2 for a strong one, with its sign; 0 where neither side holds; float64, shape (n,)."""
    return up.astype(np.float64) + strongly_up - down - strongly_down


def check(thresholds: Sequence[float], weights: Mapping[str, float], voters: Collection[str]) -> None:
    """ValueError unless the thresholds from strong sell to strong buy rise, and weights are positive and of voters."""
    if sorted(thresholds) != list(thresholds):
        raise ValueError(f"strong_sell, sell, buy, strong_buy must rise, were {', '.join(map(str, thresholds))}")
    wrong = [name for name, weight in weights.items() if name not in voters or weight <= 0]
    if wrong:
        raise ValueError(f"weights name voters and are positive; wrong: {', '.join(wrong)}")


def total(votes: Mapping[str, Signals], weights: Mapping[str, float], combine: str) -> Floats:
    """`mean` or `sum` of each voter's direction times strength times weight, float64, shape (n,)."""
    given = [weights.get(name, 1.0) for name in votes]
    score: Floats = np.sum([weight * vote.direction * vote.strength for weight, vote in zip(given, votes.values(), strict=True)], axis=0)
    return score / sum(given) if combine == "mean" else score


def sided(score: Floats, buy: float, sell: float) -> Directions:
    """+1 from `buy` up, -1 from `sell` down, else 0; int8, shape (n,)."""
    return (score >= buy).astype(np.int8) - (score <= sell).astype(np.int8)


def result(votes: Mapping[str, Signals], side: Directions, strength: Floats, when_open: str, *, repeat: bool) -> Signals:
    """The votes as one opinion, spoken at every bar a side lasts or where it begins; what becomes of an open position is said here.

    Contributions: each voter's vote, and what it gave itself as `voter.name`.
    """
    direction = side if repeat else np.where(begun(side), side, 0).astype(np.int8)
    return replace(merged(votes, direction, strength), plan={"when_open": WhenOpen[when_open.upper()]})


def for_side(reasons: Sequence[Reason], side: float) -> tuple[Reason, ...]:
    """What voters say, each held against the side of the verdict."""
    return tuple(replace(reason, holds=bool(reason.measured == np.sign(side) != 0)) for reason in reasons)


def begun(side: Directions) -> NDArray[np.bool_]:
    """Where a side is another one than at the bar before; bool, shape (n,)."""
    before = np.concatenate((np.zeros(min(1, len(side)), np.int8), side[:-1]))
    new: NDArray[np.bool_] = side != before
    return new


def is_new(side: Directions, row: int) -> Reason:
    """Whether the side at this bar is another one than at the bar before."""
    before = float(side[row - 1]) if row else 0.0
    return Reason(name="the verdict is new: the bar before had another", holds=float(side[row]) != before, measured=before, unit="signed")
