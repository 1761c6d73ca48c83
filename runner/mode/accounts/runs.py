"""The runs of an account as they are written, and what is wrong with them, whatever is wrong with the rest of the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from runner.check.combinations import runs as run_faults
from runner.compose import Composition
from runner.menu import Menu
from runner.model.errors import Problem
from runner.model.settings import NAME, RunSection
from runner.schedule.when import cron_fault
from runner.words import nearest

KINDS = ("strategy", "portfolio")
Section = Mapping[str, Any]


def faults(composed: Composition, menu: Menu) -> Iterator[Problem]:
    """Everything that its fields do not say of themselves: a part that is wrong hides no other part of the same run."""
    readable = sound(composed)
    found = [*run_faults(readable), *crons(composed, readable), *strangers(composed, menu)]
    for problem in found:
        yield Problem(path=problem.path, message=problem.message, where=composed.trace.where(tuple(problem.path.split("."))))


def sound(composed: Composition) -> dict[str, RunSection]:
    """Those that can be read, by name; what is wrong with others is said where the account is checked."""
    found: dict[str, RunSection] = {}
    for name, section in enabled(composed):
        try:
            found[name] = RunSection.model_validate(section)
        except ValidationError:
            continue
    return found


def crons(composed: Composition, readable: Mapping[str, RunSection]) -> Iterator[Problem]:
    """Expressions of cron in runs that cannot be read for another reason."""
    for name, section in enabled(composed):
        schedule = section.get("schedule")
        cron = schedule.get("cron") if isinstance(schedule, Mapping) else None
        fault = cron_fault(cron) if isinstance(cron, str) and name not in readable else None
        if fault is not None:
            yield Problem(path=f"account.runs.{name}.schedule.cron", message=fault)


def strangers(composed: Composition, menu: Menu) -> Iterator[Problem]:
    """Strategies and portfolios that are not in the menu, with the nearest; what is no name at all has been said."""
    for name, section in enabled(composed):
        for kind in KINDS:
            work = section.get(kind)
            if isinstance(work, str) and NAME.match(work) and menu.find(f"{kind}/{work}") is None:
                message = f"there is no {kind} {work!r}{nearest(work, menu.choices(kind), also='there are')}"
                yield Problem(path=f"account.runs.{name}.{kind}", message=message)


def enabled(composed: Composition) -> Iterator[tuple[str, Section]]:
    """Each run that is not switched off, as it is written."""
    account = composed.data.get("account")
    written = account.get("runs") if isinstance(account, Mapping) else None
    for name, section in written.items() if isinstance(written, Mapping) else ():
        if isinstance(section, Mapping) and section.get("enabled", True) is not False:
            yield str(name), section
