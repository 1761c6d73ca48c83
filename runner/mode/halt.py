"""Halt: take no new entries on an account. Its resting entries are withdrawn, its positions keep their stops."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from runner.live.clock import WallClock
from runner.live.state import halts, release, released, state_of
from runner.mode.leaving import DONE, chosen, leaving, sayer
from runner.mode.recording import by_hand
from runner.model.bot import Errand
from runner.model.duration import milliseconds
from runner.model.terms import Duration

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False


class Options(BaseModel):
    """What `mode.…` may say of a halt."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    release: bool = Field(False, description="lift every halt of the account instead, the guard's too")
    why: str = Field("by hand", min_length=1, max_length=200, description="what is written beside it")
    within: Duration = Field("30s", description="how long to try until no entry rests any more")


def run(errand: Errand) -> int:
    """Halt the account (or release it). 0: done and verified. 3: an entry still rests, or the halt could not be written."""
    options = Options(**errand.options)
    if options.release:
        return lifted(errand)
    with leaving(errand, "halt") as way:
        written = way.halt(options.why)
        left = way.out().withdraw(milliseconds(options.within))
        if not left.nothing:
            way.unfinished(left, errand.home, "halt", "Entries that still rest may fill. Withdraw them at the venue")
        status = way.status(left, written=written)
        by_hand(errand.home, way.account.name, "halt", way.account.environment, passed=status == DONE)
        return status


def lifted(errand: Errand) -> int:
    """Let the account trade again; the venue is not asked."""
    account = chosen(errand, "halt")
    state, clock = state_of(errand.home, account.name), WallClock()
    stood = halts(state, clock.now_ms())
    sayer(account.name, account.environment, clock)(released(release(state), stood))
    return DONE
