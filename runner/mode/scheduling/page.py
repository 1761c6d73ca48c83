"""The schedule on a screen, and for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from runner.mode.scheduling.told import Plan, Planned
from runner.report.terminal import console, readable
from runner.words import counted

NAME = 10  # columns
WHOLE = "\ue000"  # stands for a space where no line may end


def show(plans: Sequence[Plan], begin_ms: int, zone: tzinfo | None, file: TextIO | None = None) -> None:
    """Print it; colours on a terminal only."""
    target = file or sys.stdout
    out = console(target)
    with out.capture() as page:
        for plan in plans:
            shown(plan, begin_ms, zone, out)
        out.print(Text(summary(plans, begin_ms)))
    content = "".join(f"{line.rstrip()}\n" for line in page.get().replace(WHOLE, " ").splitlines())
    target.write(readable(content, target.encoding or "utf-8"))
    target.flush()


def shown(plan: Plan, begin_ms: int, zone: tzinfo | None, out: Console) -> None:
    """An account: its runs one below the other, then its warnings."""
    account = plan.account
    where = ", ".join(part for part in (account.firm, account.program, account.phase, account.environment) if part)
    out.print(Text.assemble((account.name, "bold"), f"  {where}"), soft_wrap=True)
    for run in plan.runs:
        out.print(Padding(cells(run, plan.zone, begin_ms, zone), (0, 0, 0, 2)))
    for warning in plan.warnings:
        grid = Table.grid(padding=(0, 2))
        grid.add_row(Text("!", "bold yellow"), Text(warning.text, "yellow"))
        out.print(Padding(grid, (0, 0, 0, 2)))
    out.print()


def cells(run: Planned, firm: str, begin_ms: int, zone: tzinfo | None) -> Table:
    """A run: when in words, what is typed, and its next times by each clock."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=NAME)
    grid.add_column()
    grid.add_row(Text(run.due.run.name, "bold"), Text(run.words))
    grid.add_row("", Text(run.due.command, "dim"))
    if run.next_ms:
        grid.add_row("", following(run, firm, begin_ms, zone))
    return grid


def following(run: Planned, firm: str, begin_ms: int, zone: tzinfo | None) -> Table:
    """Its next times, a line for each clock; a time is not broken in two."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for name, clock in clocks(firm, begin_ms, zone):
        grid.add_row(Text(name, "cyan"), Text("  ".join(each.replace(" ", WHOLE) for each in listed(run.next_ms, clock, begin_ms))))
    return grid


def clocks(firm: str, begin_ms: int, zone: tzinfo | None) -> Iterator[tuple[str, tzinfo | None]]:
    """The firm's clock and, where it shows another time, the reader's, each with its name."""
    theirs, moment = ZoneInfo(firm), datetime.fromtimestamp(begin_ms / 1000, UTC)
    yield firm, theirs
    mine = moment.astimezone(zone)
    if mine.utcoffset() != moment.astimezone(theirs).utcoffset():
        yield getattr(zone, "key", None) or f"local ({mine:%Z})", zone


def listed(instants: Sequence[int], zone: tzinfo | None, begin_ms: int) -> Iterator[str]:
    """`Sun 22 Nov 12:00:05`, `16:00:05`, `Mon 23 Nov 00:00:05`: the day where it changes, the year where it is not this one."""
    begun, *moments = [datetime.fromtimestamp(each / 1000, UTC).astimezone(zone) for each in (begin_ms, *instants)]
    before = None
    for moment in moments:
        time = f"{moment:%H:%M:%S}" if any(each.second for each in moments) else f"{moment:%H:%M}"
        day = f"{moment:%a %d %b}" if moment.year == begun.year else f"{moment:%a %d %b %Y}"
        yield time if moment.date() == before else f"{day} {time}"
        before = moment.date()


def summary(plans: Sequence[Plan], begin_ms: int) -> str:
    """How much there is."""
    runs, warnings = sum(len(plan.runs) for plan in plans), sum(len(plan.warnings) for plan in plans)
    since = f"{datetime.fromtimestamp(begin_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    return f"{counted(runs, 'run')} of {counted(len(plans), 'account')}, {counted(warnings, 'warning')}; times after {since}"


def record(plans: Sequence[Plan], begin_ms: int, zone: tzinfo | None) -> dict[str, Any]:
    """The same as plain data; times with their offsets from UTC."""
    return {
        "after": iso(begin_ms, UTC),
        "accounts": [
            {
                "account": plan.account.name,
                "environment": plan.account.environment,
                "zone": plan.zone,
                "runs": [
                    {
                        "run": run.due.run.name,
                        "job": run.due.run.job,
                        "when": run.words,
                        "command": run.due.command,
                        "next": [
                            {"utc": iso(each, UTC), "firm": iso(each, ZoneInfo(plan.zone)), "local": iso(each, zone)}
                            for each in run.next_ms
                        ],
                    }
                    for run in plan.runs
                ],
                "warnings": [
                    {"kind": each.kind, "runs": list(each.runs), "at": iso(each.at_ms, UTC), "text": each.text} for each in plan.warnings
                ],
            }
            for plan in plans
        ],
    }


def iso(time_ms: int, zone: tzinfo | None) -> str:
    """`2026-11-22T13:00:05+01:00`."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(zone).isoformat(timespec="seconds")
