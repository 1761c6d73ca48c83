"""Times by which everything is closed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from tests.outsider.clock import every
from tests.outsider.left import Bar, Rule, duration


def flat_times(rule: Rule) -> list[int]:
    """Every instant at which nothing may be held any more."""
    by = rule["flat_by"]
    return every(by["at"], by["zone"], tuple(rule["weekdays"] or by.get("weekdays") or ())) if by else []


def inside(rule: Rule, bar: Bar) -> int | None:
    """The first of them that lies within a bar, neither at its beginning nor at its end."""
    times = flat_times(rule)
    at = bisect_right(times, bar.opened)
    return times[at] if at < len(times) and times[at] < bar.closed else None


def shut(rule: Rule, opened: int, closed: int) -> bool:
    """Whether nothing may be opened in a bar: one of the times lies in it, or so soon after its beginning that entries end before."""
    times = flat_times(rule)
    at = bisect_right(times, opened)
    return at < len(times) and (times[at] < closed or times[at] - duration(rule["before"]) <= opened)


def now(rule: Rule, time: int) -> bool:
    """Whether this very instant is one of them."""
    times = flat_times(rule)
    at = bisect_left(times, time)
    return at < len(times) and times[at] == time
