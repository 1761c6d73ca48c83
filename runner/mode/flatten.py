"""Flatten: close everything an account has in the market, by hand. REST only; works when bot, guard and disk do not."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from runner.alert.alert import Alert, Severity
from runner.alert.outbox import Outbox
from runner.live.flatten import Left, one_line
from runner.mode.leaving import DONE, Leaving, leaving
from runner.mode.recording import by_hand
from runner.model.bot import Errand
from runner.model.duration import milliseconds
from runner.model.errors import RunnerError
from runner.model.terms import Duration

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False
FLATTENED = "flattened by hand"
UNFINISHED = "not_flat"  # the kind of its alert


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
            alert(way, left, errand.home)
        status = way.status(left, written=written)
        by_hand(errand.home, way.account.name, "flatten", way.account.environment, passed=status == DONE)
        return status


def outcome(left: Left) -> str:
    """What stands beside the halt at the end: flattened only where the venue has said so."""
    return FLATTENED if left.nothing else f"flatten by hand did not finish: {left.line()}"


def alert(way: Leaving, left: Left, home: Path) -> None:
    """Put it among the alerts, critical: whoever flattens takes it for flat. A disk that does not take it is told and stops nothing."""
    now_ms = way.clock.now_ms()
    again = f"runner mode=flatten account={way.account.name}"
    text = f"What is still open stays open, with the stop it had. Look at the venue now and close it there, or try again: {again}"
    unfinished = Alert(
        id=f"{way.account.name}.flatten.{now_ms}",
        account=way.account.name,
        environment=way.account.environment,
        severity=Severity.CRITICAL,
        kind=UNFINISHED,
        title=f"A FLATTEN BY HAND DID NOT FINISH: {left.line()}",
        text=text,
        at_ms=now_ms,
    )
    try:
        with Outbox.of(home) as outbox:
            outbox.put(unfinished)
    except RunnerError as error:
        way.say(f"among the alerts it is not written that it did not finish: {one_line(error)}")


def told(state: str, why: str) -> str:
    """With the reason, where one was given."""
    return state if why == FLATTENED else f"{state}: {why}"
