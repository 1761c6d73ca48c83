"""When a run is due, in words."""

from __future__ import annotations

from cron_descriptor import Options, get_description

from runner.model.duration import UNITS_MS
from runner.model.run import Run
from runner.schedule.when import AfterReset, BarClose, Cron, When

SHORT = (("d", "d"), ("h", "h"), ("m", "min"), ("s", "s"))


def said(run: Run, when: When) -> str:
    """`5 s after each 4h bar`, `at 09:00, only on Sunday, Europe/Berlin`, `until stopped`."""
    if isinstance(when, Cron):
        return cron(when.expression, when.zone)
    if isinstance(when, BarClose):
        return f"{lasting(when.offset_ms)} after each {run.every} bar" if when.offset_ms else f"at the close of each {run.every} bar"
    if isinstance(when, AfterReset):
        reset = f"the firm's reset at {when.at} {when.zone}"
        return f"{lasting(when.offset_ms)} after {reset}" if when.offset_ms else f"at {reset}"
    return "until stopped"


def cron(expression: str, zone: str) -> str:
    """A cron expression as people say it, on a clock of 24 hours."""
    options = Options()
    options.use_24hour_time_format = True
    options.locale_code = "en_US"
    told = get_description(expression, options).replace(", between 00:00 and 23:59", "")
    return f"{told[:1].lower()}{told[1:]}, {zone}"


def lasting(milliseconds: int) -> str:
    """`5 s`, `5 min`, `1 h 30 min`."""
    parts, left = [], milliseconds
    for unit, word in SHORT:
        count, left = divmod(left, UNITS_MS[unit])
        parts += [f"{count} {word}"] if count else []
    return " ".join(parts) or "0 s"
