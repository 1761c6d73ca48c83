"""The most that a strategy without edge can pass: no drift, no costs, no jump over a barrier, every other rule forgotten.

With a floor standing still at distance L and a target at T a fair game passes with L / (L + T). With a floor that follows the highest
equity at distance D it passes with exp(-T / D); one that stops following when it has risen to a lock passes up to there by the second
formula and from there on by the first. A floor that only follows day ends lies between the two, and the larger one bounds it. Other
rules can only lower these numbers, so a strategy that passes more often has an edge in these bars, or the account has a rule that was
not written down.
"""

from __future__ import annotations

import math

from runner.model.rules import Anchor, Code, RuleBook, RuleRow
from runner.odds.results import Ceiling
from runner.odds.shares import allowed, wanted


def ceiling(book: RuleBook, last: int) -> Ceiling:
    """The product over the phases up to `last` that have a target; each is the least of what its overall floors allow."""
    found = [bound(book, phase) for phase in range(last + 1) if target(book, phase) is not None]
    return Ceiling(share=math.prod(share for share, _ in found), phases=tuple(s for s, _ in found), how=tuple(text for _, text in found))


def target(book: RuleBook, phase: int) -> float | None:
    """The phase's target as a fraction of the initial balance."""
    return next((wanted(book, row) for row in book.rows if row.phase == phase and row.code == Code.PROFIT_TARGET), None)


def bound(book: RuleBook, phase: int) -> tuple[float, str]:
    """The phase's ceiling and how it came about."""
    goal = target(book, phase) or 0.0
    floors = [row for row in book.rows if row.phase == phase and row.code == Code.MAX_LOSS and row.firm == 1]
    shares = [of_floor(book, row, goal) for row in floors]
    share, text = min(shares, default=(1.0, "no overall floor"))
    return share, f"{book.phases[phase].name}: {text}"


def of_floor(book: RuleBook, row: RuleRow, goal: float) -> tuple[float, str]:
    """What one floor allows a fair game."""
    room = allowed(book, row)
    if row.anchor not in (Anchor.INITIAL, Anchor.EQUITY_HIGH):
        return still(room, goal)
    first = still if row.anchor == Anchor.INITIAL else following
    stop, after = lock(book, row, room)
    if stop >= goal:
        return first(room, goal)
    before, text = first(room, stop)
    rest, more = still(after, goal - stop)
    return before * rest, f"{text} · {more}"


def still(room: float, goal: float) -> tuple[float, str]:
    """A fair game between a floor standing `room` below and a target `goal` above."""
    return room / (room + goal), f"{room:g} / ({room:g} + {goal:g})"


def following(room: float, goal: float) -> tuple[float, str]:
    """A fair game before a floor that follows the highest equity `room` below it."""
    return math.exp(-goal / room), f"exp(-{goal:g} / {room:g})"


def lock(book: RuleBook, row: RuleRow, room: float) -> tuple[float, float]:
    """Profit at which the floor moves for the last time, and how far below it then stands; (inf, inf) when it never does."""
    locks = [(math.inf, math.inf)]
    if math.isfinite(row.lock) and row.anchor != Anchor.INITIAL:
        locks.append((row.lock / book.initial - 1.0 + room, room))
    if math.isfinite(row.lock_trigger):
        locks.append((row.lock_trigger, row.lock_trigger))
    return min(locks)
