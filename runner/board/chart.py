"""Equity, balance and floors over time, drawn as SVG: no script, no library, the numbers of the marks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from runner.board.card import floor_of, shown_rule
from runner.journal.live_rows import Note
from runner.live.status import RuleStatus
from runner.model.duration import DAY_MS, MINUTE_MS

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 72, 12, 12, 28
STEPS = 4  # lines across
HOLE = 4  # times the usual distance between marks is a hole: nothing is drawn over it


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the picture. kind: equity, balance or floor. points: time and money; None where nothing is known."""

    name: str
    kind: str
    points: tuple[tuple[int, float | None], ...]

    @property
    def last(self) -> float | None:
        """Its newest value."""
        return next((value for _, value in reversed(self.points) if value is not None), None)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What the template draws, in the units of the view box."""

    lines: tuple[tuple[Line, tuple[str, ...]], ...]  # with the pieces of each as points of a polyline
    names: tuple[tuple[float, str], ...]  # of floors, at their height
    levels: tuple[tuple[float, str], ...]  # heights and what is written at them
    times: tuple[tuple[float, str], ...]
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(marks: Sequence[Note], currency: str) -> Chart | None:
    """The picture of these marks; None with fewer than two."""
    lines = [line for line in lines_of(marks) if line.last is not None]
    values = [value for line in lines for _, value in line.points if value is not None]
    if len(marks) < 2 or not values:
        return None
    begin, end = marks[0].time_ms, max(marks[-1].time_ms, marks[0].time_ms + MINUTE_MS)
    low, high = padded(min(values), max(values))

    def across(at_ms: int) -> float:
        return round(LEFT + (at_ms - begin) / (end - begin) * (WIDTH - LEFT - RIGHT), 1)

    def down(value: float) -> float:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    hole_ms = hole(marks)
    pieces = tuple((line, tuple(broken(line.points, hole_ms, across, down))) for line in lines)
    steps = rounded(low, high)
    stamps = [begin + (end - begin) * number // 3 for number in range(4)]
    last = ", ".join(f"{line.name} {line.last:,.2f}" for line in lines)
    return Chart(
        lines=pieces,
        names=tuple((down(line.last) - 5, line.name) for line in lines if line.kind == "floor" and line.last is not None),
        levels=tuple((down(value), f"{value:,.0f}" if steps[-1] - steps[0] >= 4 else f"{value:,.2f}") for value in steps),
        times=tuple((across(at), stamp(at, end - begin)) for at in stamps),
        words=f"{stamp(begin, DAY_MS * 9)} to {stamp(end, DAY_MS * 9)} UTC; last: {last} {currency}",
    )


def lines_of(marks: Sequence[Note]) -> list[Line]:
    """Equity, balance and one line for each floor of any mark."""
    money = [
        Line(name=name, kind=name, points=tuple((mark.time_ms, number(mark.detail.get(name))) for mark in marks))
        for name in ("equity", "balance")
    ]
    floors = [dict(floors_of(mark.detail)) for mark in marks]
    names = list(dict.fromkeys(name for each in floors for name in each))
    drawn = [
        Line(name=name, kind="floor", points=tuple((mark.time_ms, each.get(name)) for mark, each in zip(marks, floors, strict=True)))
        for name in names
    ]
    return [*drawn, money[1], money[0]]  # equity on top


def floors_of(detail: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    """Floors of a mark by the names of their rules."""
    equity = number(detail.get("equity"))
    for record in detail.get("rules", ()) if equity is not None else ():
        rule = RuleStatus(**record)
        floor = floor_of(rule, equity or 0.0)
        if floor is not None:
            yield f"{shown_rule(rule)} floor", floor


def number(value: Any) -> float | None:
    """A number, where it is one."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def padded(low: float, high: float) -> tuple[float, float]:
    """A little room above and below."""
    room = max((high - low) * 0.06, abs(high) * 1e-4, 0.01)
    return low - room, high + room


def rounded(low: float, high: float) -> list[float]:
    """Round values between two, some four of them."""
    raw = (high - low) / STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)] or [low, high]


def hole(marks: Sequence[Note]) -> int:
    """The distance between two marks from which nothing is drawn between them."""
    gaps = sorted(after.time_ms - before.time_ms for before, after in pairwise(marks))
    return max(HOLE * gaps[len(gaps) // 2], 30 * MINUTE_MS)


def broken(points: Iterable[tuple[int, float | None]], hole_ms: int, across: Any, down: Any) -> Iterable[str]:
    """The pieces of a line."""
    piece: list[str] = []
    before = None
    for at_ms, value in points:
        if piece and (value is None or (before is not None and at_ms - before > hole_ms)):
            yield " ".join(piece)
            piece = []
        if value is not None:
            piece.append(f"{across(at_ms)},{down(value)}")
            before = at_ms
    if piece:
        yield " ".join(piece)


def stamp(at_ms: int, span_ms: int) -> str:
    """A time as short as the span lets it be."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    if span_ms <= 2 * DAY_MS:
        return f"{at:%H:%M}"
    return f"{at:%d %b %H:%M}" if span_ms <= 10 * DAY_MS else f"{at:%d %b %y}"
