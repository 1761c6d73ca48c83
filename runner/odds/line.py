"""The sentence to repeat to a friend."""

from __future__ import annotations

import math

from runner.odds.results import Interval, Point, Shares, Spread

WORTH_SAYING = 0.01  # odds better by less are not mentioned


def percent(share: float) -> str:
    """'43 %'; small shares keep a digit, so that few is not none."""
    if 0 < share < 0.01 or 0.99 < share < 1:
        return f"{share * 100:.1f} %"
    return f"{share * 100:.0f} %"


def within(odds: Interval) -> str:
    """'43 % pass (95 % CI 35–51)'."""
    return f"{percent(odds.value)} pass ({odds.level * 100:.0f} % CI {odds.low * 100:.0f}–{odds.high * 100:.0f})"


def size(point: Point, unit: str) -> str:
    """'0.8 % risk' or '2 × its size'."""
    return f"{point.risk * 100:.3g} % risk" if unit == "risk" else f"{point.factor:.3g} × the size"


def line(found: Shares, odds: Interval, days: Spread, own_risk: float, better: Point | None, unit: str) -> str:
    """'43 % pass (95 % CI 35–51), median 31 days, most fail on the daily floor; at 0.8 % risk instead of 3 % it is 61 %'."""
    parts = [within(odds)]
    if days.count:
        parts.append(f"median {days.median:.0f} days")
    if found.causes:
        first = article(found.causes[0].label)
        most = found.causes[0].count * 2 > found.failed
        parts.append(f"most fail on {first}" if most else f"more fail on {first} than on anything else")
    if found.unfinished * 20 > found.starts:
        parts.append(f"{percent(found.unfinished / found.starts)} unfinished when the data ended")
    said = ", ".join(parts)
    if better is None or better.odds.value - odds.value < WORTH_SAYING:
        return said
    instead = f" instead of {own_risk * 100:.3g} %" if unit == "risk" and not math.isnan(own_risk) else ""
    return f"{said}; at {size(better, unit)}{instead} it is {percent(better.odds.value)}"


def article(label: str) -> str:
    """'the daily floor', 'the daily floor in verification', 'inactivity'."""
    return f"the {label}" if " " in label.partition(" in ")[0] else label
