"""Durations and timeframes as text (`5m`, `4h`, `1d`) and as milliseconds."""

from __future__ import annotations

import re

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
UNITS_MS = {"s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
PATTERN = re.compile(r"^([1-9][0-9]*)([smhdw])$")
LOOSE = re.compile(r"^0*([1-9][0-9]*) ?(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)$")
STRANGE = re.compile(r"^[0-9]+ ?([A-Za-z]+)$")
TURNED = re.compile(r"^([mhdw])([1-9][0-9]*)$")


def milliseconds(text: str) -> int:
    """Turn `90s`, `5m`, `4h`, `1d` or `1w` into milliseconds; anything else is a ValueError that says so."""
    found = PATTERN.match(text)
    if found is None:
        raise ValueError(f"expected a duration such as '30s', '5m', '4h' or '1d', was {text!r}{_nearest(text)}")
    return int(found[1]) * UNITS_MS[found[2]]


def _nearest(text: str) -> str:
    """`; nearest is '4h'` for '4H', '4 hours', 'H4'; the units for '4x' and '1M'; empty for what is none at all."""
    written = text.strip().lower()
    loose, turned = LOOSE.match(written), TURNED.match(written)
    number, unit = (loose[1], loose[2][0]) if loose else (turned[2], turned[1]) if turned else ("", "")
    if number and text.strip() != "1M":
        return f"; nearest is '{number}{unit}'"
    strange = STRANGE.match(text.strip())
    return f"; {strange[1]!r} is no unit, there are s, m, h, d and w" if strange and strange[1] not in UNITS_MS else ""


def text(duration_ms: int) -> str:
    """The shortest exact text of a duration: 14_400_000 becomes '4h'."""
    for unit in ("w", "d", "h", "m", "s"):
        if duration_ms % UNITS_MS[unit] == 0 and (unit != "w" or duration_ms > UNITS_MS["w"] - 1):
            return f"{duration_ms // UNITS_MS[unit]}{unit}"
    return f"{duration_ms}ms"
