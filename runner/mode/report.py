"""Report: what an account has done in a day or a week, printed, kept and told. It trades nothing and asks no venue.

0  the page is printed and kept; or there is nothing to report on yet, which is no fault of a schedule: no journal, or nothing in it
   says how the account stands
2  refused: configuration, or no account was named
4  the page cannot be kept; it is printed all the same
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from runner import private
from runner.alert.alert import Alert, Severity
from runner.alert.outbox import Outbox
from runner.journal.live import LiveJournal
from runner.live.clock import WallClock
from runner.live.state import StateFolder, state_of, unwritable, written
from runner.live.status import read
from runner.mode.explaining.moment import Instant, instant
from runner.mode.leaving import chosen
from runner.mode.reporting.gathered import Report, gathered
from runner.mode.reporting.page import page, title
from runner.mode.reporting.span import span
from runner.mode.trading.options import address
from runner.model.bot import Errand
from runner.model.errors import UnwritableError
from runner.schedule.runs import reset_of
from runner.usage import block, complain

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False
DONE, UNWRITTEN = 0, 4


class Options(BaseModel):
    """What `mode.…` may say of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    period: Literal["today", "day", "week"] = Field(
        "today",
        description="the firm's day, within an hour of its reset the one before; day: the last that is over; week: seven",
    )
    at: Instant | None = Field(None, description="as of when, '2026-12-01 12:00'; null = now")
    journal: str = Field(
        "", description="'' = journal.db in the account's state folder; a postgresql:// URL, or the environment variable that holds it"
    )
    tell: bool = Field(True, description="put it among the alerts, as information")


def run(errand: Errand) -> int:
    """Print, keep and tell; the statuses are the module's."""
    options = Options(**errand.options)
    account = chosen(errand, "report")
    state = state_of(errand.home, account.name)
    where = address(options, state)
    if isinstance(where, Path) and not where.is_file():
        complain(f"{account.name} has no journal yet ({where}): it has not traded from here, so there is nothing to report")
        return DONE
    now_ms = WallClock().now_ms() if options.at is None else instant(options.at)
    status = read(state)
    if options.at is not None and status is not None and status.at_ms > now_ms:
        status = None  # it says nothing of a time that is past
    with LiveJournal.open(where, account=account.name, read_only=True) as journal:
        period = "week" if options.period == "week" else "day"
        report = gathered(journal, span(reset_of(account), now_ms, options.period), period, status)
    if report is None:
        complain(f"{account.name} has not been marked by that time: nothing says how it stood, so there is nothing to report")
        return DONE
    print(page(report), end="")
    return kept(report, state, errand.home if options.tell else None)


def kept(report: Report, state: StateFolder, home: Path | None) -> int:
    """Leave the page and its figures beside the account's state, and put it among the alerts."""
    name = report.span.name if report.period == "day" else f"{report.span.name}.week"
    try:
        folder = state.root / "reports"
        figures = report.record()
        written(folder / f"{name}.json", figures)
        placed(folder / f"{name}.md", page(report))
        if home is not None:
            tell(report, home)
    except UnwritableError as error:
        complain(block(error))
        return UNWRITTEN
    return DONE


def placed(file: Path, text: str) -> None:
    """Put text in place of a file, whole. UnwritableError when the disk does not take it."""
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with open(part, "w", encoding="utf-8", opener=private.opener) as stream:
            stream.write(text)
        part.replace(file)
    except OSError as error:
        raise unwritable(file, error) from error


def tell(report: Report, home: Path) -> None:
    """Put it among the alerts, once for each day and week that is over."""
    if not report.span.over:
        return
    alert = Alert(
        id=f"report:{report.account}:{report.period}:{report.span.name}",
        account=report.account,
        severity=Severity.INFO,
        kind="report",
        title=title(report).partition(": ")[2],
        text=page(report),
        at_ms=report.span.end_ms,
        environment=report.status.environment,
    )
    with Outbox.of(home) as outbox:
        outbox.put(alert)
