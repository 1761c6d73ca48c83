"""Figures as they stand on the page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from runner.live.status import RuleStatus
from runner.model.duration import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

NOTHING = "–"
MINUS = "−"
MONEY = ("DAILY_LOSS", "MAX_LOSS", "SYMBOL_DAILY_LOSS", "PROFIT_TARGET", "PROFIT_CAP", "PAYOUT")
TIMES = ("INACTIVITY", "TIME_LIMIT")
SHARES = ("HOUSE", "CONSISTENCY")  # fractions, where the limit is one


def money(value: float | None) -> str:
    """`9,870.92`; a dash for nothing."""
    return NOTHING if value is None else f"{cents(value):,.2f}".replace("-", MINUS)


def signed(value: float | None) -> str:
    """`+12.00`, `−3.10`, `0.00`."""
    return NOTHING if value is None else f"{cents(value):{'+' if cents(value) else ''},.2f}".replace("-", MINUS)


def sign(value: float | None) -> str:
    """`gain`, `loss` or '', for colours."""
    found = cents(value or 0.0)
    return "gain" if found > 0 else "loss" if found < 0 else ""


def cents(value: float) -> float:
    """To the cent; nothing has no sign."""
    return round(value, 2) or 0.0


def number(value: float | None) -> str:
    """Money of a rule, or a count, without digits that say nothing."""
    if value is None:
        return NOTHING
    return (
        f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", MINUS) if abs(value) >= 1 or value == 0 else f"{value:.4g}".replace("-", MINUS)
    )


def length(ms: int) -> str:
    """`3 s`, `12 min`, `2 h 5 min`, `3 d`."""
    ms = abs(ms)
    if ms < MINUTE_MS:
        return f"{ms // SECOND_MS} s"
    if ms < HOUR_MS:
        return f"{ms // MINUTE_MS} min"
    if ms < 2 * DAY_MS:
        hours, minutes = ms // HOUR_MS, ms % HOUR_MS // MINUTE_MS
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{ms // DAY_MS} d"


def ago(at_ms: int, now_ms: int) -> str:
    """`3 s ago`; `never` for 0."""
    return f"{length(now_ms - at_ms)} ago" if at_ms else "never"


def ahead(at_ms: int, now_ms: int) -> str:
    """`in 12 min`; a dash for 0."""
    return f"in {length(at_ms - now_ms)}" if at_ms else NOTHING


def when(at_ms: int) -> str:
    """`2026-11-22 16:00:00`, UTC."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}" if at_ms else NOTHING


def hour(at_ms: int) -> str:
    """`16:00`, UTC."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%H:%M}" if at_ms else NOTHING


def iso(at_ms: int) -> str:
    """For a `time` element."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def left(rule: RuleStatus) -> str:
    """`61 %`: what is left of a rule's allowance; a dash where it has none."""
    return NOTHING if rule.share_left is None else f"{max(0.0, rule.share_left) * 100:.0f} %"


def room(rule: RuleStatus) -> str:
    """What is left of a rule in its own unit."""
    return measured(rule, rule.headroom)


def measured(rule: RuleStatus, value: float | None) -> str:
    """A figure of a rule as people say it: money to the cent, shares in percent, times in days and hours, counts as they are."""
    if value is None:
        return NOTHING
    if rule.code in MONEY:
        return money(value)
    if rule.code in TIMES:
        return length(int(value)) if value >= 0 else f"{MINUS}{length(int(value))}"
    if rule.code in SHARES and rule.limit is not None and rule.limit <= 1:
        return f"{value * 100:.2f} %".replace("-", MINUS)
    return number(value)


def told(detail: Any) -> str:
    """What a note says, in one line."""
    if not isinstance(detail, dict):
        return str(detail)
    return ", ".join(f"{name} {value}" for name, value in detail.items() if value not in ("", None, [], {}))
