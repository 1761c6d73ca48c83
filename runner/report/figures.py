"""How numbers and times are written, everywhere a person or a program reads them.

Money is rounded to 8 decimals, the grain the machine compares with. Every other number keeps 12 significant digits and at
most 12 decimals, so that the last bits of a float never differ between two machines. What is not a finite number is None.
Times are ISO 8601 in UTC: whole seconds where they are whole, milliseconds where not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

GRAIN, EXACT = 1e-8, 1e6  # between them an amount with 8 decimals has no more digits than a float tells apart
ONE_STEP = 1e11  # below it and from 1 on, 12 significant digits are a plain decimal number with fewer than 12 decimals


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
    if "e" in shortest:
        plain = format(Decimal(shortest), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return shortest.removesuffix(".0")


def amounts(values: Iterable[float]) -> list[str]:
    """The texts of amounts in account currency; the commonest kind is written in one step."""
    return [
        f"{value:.8f}".rstrip("0").rstrip(".") if GRAIN <= abs(value) < EXACT else text(money(value)) if value else "0" for value in values
    ]


def numbers(values: Iterable[float]) -> list[str]:
    """The texts of prices, quantities or ratios; the commonest kind is written in one step."""
    return [f"{value:.12g}" if 1.0 <= value < ONE_STEP else text(number(value)) for value in values]


def moments(times_ms: NDArray[np.int64]) -> list[str]:
    """The same as `iso` for many times; '' for never."""
    seconds = np.datetime_as_string((times_ms // 1000).astype("datetime64[s]")).tolist()
    rests = zip(seconds, times_ms.tolist(), (times_ms % 1000).tolist(), strict=True)
    return [(f"{second}.{rest:03d}Z" if rest else f"{second}Z") if time > 0 else "" for second, time, rest in rests]


def iso(time_ms: int) -> str | None:
    """UTC milliseconds as '2024-03-01T08:00:00Z'; None for the zero that means 'never'."""
    if time_ms <= 0:
        return None
    moment = datetime.fromtimestamp(time_ms // 1000, UTC).isoformat()[:19]
    return f"{moment}Z" if time_ms % 1000 == 0 else f"{moment}.{time_ms % 1000:03d}Z"


def minute(time_ms: int) -> str:
    """UTC milliseconds as people read them: '2024-03-01 08:00'; '' for never."""
    return datetime.fromtimestamp(time_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M") if time_ms > 0 else ""
