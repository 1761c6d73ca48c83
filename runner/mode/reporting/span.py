"""Which day, or which week, a report is of: days begin at the firm's reset."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from runner.model.clock import resets_ms
from runner.model.duration import DAY_MS
from runner.model.rules import Reset
from runner.schedule.runs import JUST_MS
from runner.schedule.when import local

DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Span:
    """Days one after the other, each (begin, end) in UTC ms; the last one may still run. zone: of the firm's clock."""

    days: tuple[tuple[int, int], ...]
    zone: str
    over: bool

    @property
    def begin_ms(self) -> int:
        """When the first one began."""
        return self.days[0][0]

    @property
    def end_ms(self) -> int:
        """When the last one ended, or now."""
        return self.days[-1][1]

    @property
    def name(self) -> str:
        """The date on which the last day began, by the firm's clock."""
        return date(self.days[-1][0], self.zone)


def span(reset: Reset, now_ms: int, period: str) -> Span:
    """Of a firm's days. today: the one that runs, or the one before within an hour of the reset; day, week: the last that ended.

    A reset on some weekdays only makes days of the firm that last longer.
    """
    edges = [int(each) for each in resets_ms(reset.at, reset.zone, now_ms - 70 * DAY_MS, now_ms, reset.weekdays) if each <= now_ms]
    over = period != "today" or now_ms - edges[-1] < JUST_MS
    if not over:
        edges.append(now_ms)
    days = list(pairwise(edges))
    return Span(days=tuple(days[-DAYS if period == "week" else -1 :]), zone=reset.zone, over=over)


def date(time_ms: int, zone: str) -> str:
    """`2026-11-22` on the clocks of a zone."""
    return f"{local(time_ms, zone):%Y-%m-%d}"
