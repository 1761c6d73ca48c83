"""Flatten: close everything an account has in the market, by hand. REST only; works when bot, guard and disk do not."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from runner.live.flatten import Left
from runner.mode.leaving import DONE, leaving
from runner.mode.recording import by_hand
from runner.model.bot import Errand
from runner.model.duration import milliseconds
from runner.model.terms import Duration

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False
FLATTENED = "flattened by hand"


class Options(BaseModel):
    """What `mode.…` may say of leaving the market."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    halt: bool = Field(True, description="halt the account first, so that a running bot does not enter again")
    why: str = Field(FLATTENED, min_length=1, max_length=200, description="what is written beside the halt")
    within: Duration = Field("60s", description="how long to try until nothing is left")


def run(errand: Errand) -> int:
    """Halt, withdraw, close, verify. 0: the venue says that nothing is left. 3: something is, or the halt could not be written."""
    options = Options(**errand.options)
    with leaving(errand, "flatten") as way:
        written = way.halt(told("to be flattened by hand", options.why)) if options.halt else True
        left = way.out().flatten(milliseconds(options.within))
        if options.halt and written:
            way.amend(told(outcome(left), options.why))
        if not left.nothing:
            way.unfinished(left, errand.home, "flatten", "What is still open stays open, with the stop it had. Close it at the venue")
        status = way.status(left, written=written)
        if left.nothing:
            way.nothing_open()
        by_hand(errand.home, way.account.name, "flatten", way.account.environment, passed=status == DONE)
        return status


def outcome(left: Left) -> str:
    """What stands beside the halt at the end: flattened only where the venue has said so."""
    return FLATTENED if left.nothing else f"flatten by hand did not finish: {left.line()}"


def told(state: str, why: str) -> str:
    """With the reason, where one was given."""
    return state if why == FLATTENED else f"{state}: {why}"
