"""How studies write money, shares and what was not measured."""

from __future__ import annotations

import math

NOT_MEASURED = "–"


def signed(value: float) -> str:
    """Money with its sign, whole from 1,000 on: '+12,345', '-12.30'; a dash for what is not a number."""
    return NOT_MEASURED if not math.isfinite(value) else f"{value:+,.0f}" if abs(value) >= 1_000 else f"{value:+,.2f}"


def percent(value: float) -> str:
    """A share: '22 %'; a dash for what is not a number."""
    return NOT_MEASURED if not math.isfinite(value) else f"{value * 100:.0f} %"


def plain(value: float) -> str:
    """Three significant digits, whole from 1,000 on; a dash for what is not a number."""
    return NOT_MEASURED if not math.isfinite(value) else f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def ratio(value: float) -> str:
    """Two decimals; a dash for what is not a number."""
    return NOT_MEASURED if not math.isfinite(value) else f"{value:.2f}"


def of(part: int, whole: int, what: str) -> str:
    """'3 of 5 windows'."""
    return f"{part} of {whole} {what}{'' if whole == 1 else 's'}"
