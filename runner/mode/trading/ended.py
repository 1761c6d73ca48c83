"""An account that has ended: which rule did it, that nothing is traded on it any more, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runner.machine.follower import Follower
from runner.model.rules import RuleBook, State
from runner.report.sentences import GROUNDS
from runner.report.verdict import phase


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """The phases of a ledger that have ended."""

    book: RuleBook
    phases: Any  # dtype PHASE_RESULT


def ended(follower: Follower) -> str:
    """What ended the account, the value and its limit: 'challenge FAILED: DAILY_LOSS (challenge.daily): …'; '' while it goes on."""
    count = int(follower.world.ledger[0]["results"])
    if not follower.ended or not count:
        return "the account has ended" if follower.ended else ""
    last = phase(Verdicts(book=follower.book, phases=follower.world.results[:count]), count - 1)
    state = State[last["state"].upper()]
    return f"{last['phase']} {state.name}: {GROUNDS[state](last)}"


def what_next(follower: Follower) -> str:
    """What somebody has to do now."""
    if follower.following >= 0:
        name = follower.book.phases[follower.following].name
        return f"for the next phase make another account file, with a name of its own and phase: {name}"
    return "to trade on, make another account file, with a name of its own, for the account that the firm gives"
