"""What is said of a tick: how it ended, or that it was not made."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from runner.serve.child import clock
from runner.serve.order import ALREADY, FAULT, LATE, Ended
from runner.serve.plan import Tick
from runner.serve.told import Level, Told
from runner.sweep.pool import ending

SEEN = {
    1: "a fault of ours",
    2: "refused",
    3: "the venue does not let us trade, or cannot be reached",
    4: "the journal or the state folder cannot be written",
    5: "a position has no stop at the venue, or the venue did not say",
    6: "entries are held back",
    7: "another bot is at work",
}
ALERTED: dict[int, tuple[Level, str]] = {
    2: ("warning", "tick_refused"),
    3: ("warning", "tick_failed"),
    4: ("critical", "tick_failed"),
    5: ("critical", "unprotected"),
}
QUIET = (0, 6)
NOT_MADE = {LATE: "its account or others were busy too long", 7: "another bot is at work on the account"}
TAIL = 2_000


def tell_missed(told: Told, tick: Tick, due: Sequence[int], why: str) -> None:
    """Ticks that are not made: one alert, however many there are."""
    many = f"{len(due)} ticks from {clock(due[0])} to {clock(due[-1])} are" if len(due) > 1 else f"the tick of {clock(due[0])} is"
    told.alert("warning", "missed_tick", tick, f"{tick.run} missed", f"{many} not made: {why}", due[-1])


def tell_end(told: Told, tick: Tick, due_ms: int, ended: Ended) -> None:
    """A line of a tick that has ended, and an alert where somebody should know."""
    head = f"{tick.run}  due {clock(due_ms)}"
    if ended.status == LATE:
        told.say(f"{head}  not begun; the next serve makes it, if that is in time")
    elif ended.status in QUIET:
        told.say(f"{head}  status {ended.status}  {said(tick, ended)}".rstrip())
    else:
        level, kind = ALERTED.get(ended.status, ("critical", "tick_crashed"))
        text = f"{said(tick, ended)}; see {tick.folder}/serve.log"
        told.alert(level, kind, tick, f"{tick.run}, due {clock(due_ms)}, failed", text, due_ms)


def said(tick: Tick, ended: Ended) -> str:
    """What a process said at its end where all is well, else why it ended."""
    if ended.status in QUIET:
        return last_line(Path(tick.folder) / "serve.log")
    return f"{'it took too long and was stopped; ' if ended.overran else ''}{reason(ended.status)}"


def reason(status: int) -> str:
    """Why a process ended, in words."""
    if status == FAULT:
        return "its process could not begin"
    if status == ALREADY:
        return "it was at work when its nursery died, and was killed too"
    return f"it ended with status {status}: {SEEN[status]}" if status in SEEN else ending(status)


def last_line(file: Path) -> str:
    """The last thing that was said, as far as it is one line."""
    with suppress(OSError), file.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - TAIL))
        lines = stream.read().decode("utf-8", "replace").splitlines()
        return lines[-1][:300] if lines and not lines[-1].startswith("---") else ""
    return ""
