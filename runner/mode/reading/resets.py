"""When a clock strikes next, in the reader's own time, and where a clock change will move it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from runner.model.clock import resets_ms
from runner.model.duration import DAY_MS
from runner.model.rules import Reset

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AHEAD_MS = 400 * DAY_MS  # both clock changes of a year lie in it
NEXT = 3


def named(reset: Reset) -> str:
    """'00:00 UTC', '17:00 America/New_York', '16:00 America/New_York on Friday'."""
    days = f" on {', '.join(WEEKDAYS[day] for day in reset.weekdays)}" if reset.weekdays else ""
    return f"{reset.at} {reset.zone}{days}"


def coming(reset: Reset, now_ms: int) -> list[datetime]:
    """Every reset after `now_ms` for more than a year, UTC."""
    instants = resets_ms(reset.at, reset.zone, now_ms, now_ms + AHEAD_MS, reset.weekdays)
    return [datetime.fromtimestamp(int(instant) / 1000, UTC) for instant in instants if instant > now_ms]


def local(moment: datetime, zone: tzinfo | None) -> str:
    """'Sun 2026-11-22 01:00 CET', in `zone` or, where none is given, in that of this computer."""
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def changes(moments: Sequence[datetime], zone: tzinfo | None) -> list[datetime]:
    """The first resets after a clock change, the firm's or the reader's: their time of day is another than that of the one before."""
    hours = [moment.astimezone(zone).strftime("%H:%M") for moment in moments]
    return [moment for moment, hour, before in zip(moments[1:], hours[1:], hours, strict=False) if hour != before]


def lines(reset: Reset, now_ms: int, zone: tzinfo | None) -> list[str]:
    """The next three resets in the reader's time, and the first one after each of the next two clock changes."""
    moments = coming(reset, now_ms)
    following = [f"next  {local(moment, zone)}  ({moment:%H:%M} UTC)" for moment in moments[:NEXT]]
    moved = [f"from  {local(moment, zone)}  ({moment:%H:%M} UTC), after a clock change" for moment in changes(moments, zone)[:2]]
    return [*following, *moved]


def spoken(milliseconds: int) -> str:
    """'30 days', '5 minutes', '4 hours': the largest unit that divides it."""
    seconds = milliseconds // 1000
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % size == 0 and seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{seconds} seconds"
