"""How numbers and times are written, everywhere a person or a program reads them.

Money is rounded to 8 decimals, the grain the machine compares with. Every other number keeps 12 significant digits and at
most 12 decimals, so that the last bits of a float never differ between two machines. What is not a finite number is None.
Times are ISO 8601 in UTC: whole seconds where they are whole, milliseconds where not.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal


def money(value: float) -> float | None:
    """An amount in account currency, 8 decimals; None when it is not finite."""
    return round(float(value), 8) + 0.0 if math.isfinite(value) else None


def number(value: float) -> float | None:
    """A price, quantity or ratio, 12 significant digits and at most 12 decimals; None when it is not finite."""
    return round(float(f"{float(value):.12g}"), 12) + 0.0 if math.isfinite(value) else None


def text(value: float | None) -> str:
    """A rounded number as the shortest decimal text, never with an exponent: '61250.1', '0.00001'; '' for None."""
    if value is None:
        return ""
    shortest = repr(float(value))
    plain = format(Decimal(shortest), "f") if "e" in shortest else shortest
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def iso(time_ms: int) -> str | None:
    """UTC milliseconds as '2024-03-01T08:00:00Z'; None for the zero that means 'never'."""
    if time_ms <= 0:
        return None
    moment = datetime.fromtimestamp(time_ms // 1000, UTC).isoformat()[:19]
    return f"{moment}Z" if time_ms % 1000 == 0 else f"{moment}.{time_ms % 1000:03d}Z"


def minute(time_ms: int) -> str:
    """UTC milliseconds as people read them: '2024-03-01 08:00'; '' for never."""
    return datetime.fromtimestamp(time_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M") if time_ms > 0 else ""
