"""Pictures of scaling: seconds over size on logarithmic axes, as SVG without any library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.record import FIRST, SHELL, Row, seconds
from benchmarks.scaling import BARS, STAGES

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 50, 50
COLOURS = {"command": "#64748b", "sum": "#0f172a", "columns": "#2563eb", "plans": "#059669", "machine": "#dc2626"}

Points = list[tuple[float, float]]


def lines_of(rows: Sequence[Row]) -> dict[str, Points]:
    """Seconds by size: each stage, their sum, the whole command."""
    first, whole = ([row for row in rows if row.timed == timed] for timed in (FIRST, SHELL))
    drawn = {"command": [(row.n, row.seconds) for row in whole], "sum": [(row.n, row.seconds) for row in first]}
    return drawn | {stage: [(row.n, row.figures[stage]) for row in first] for stage in STAGES}


def picture(rows: Sequence[Row]) -> str:
    """The whole picture. A straight line of the slope of the grid's diagonal is linear growth; a dotted one shows it."""
    drawn = {name: sorted(points) for name, points in lines_of(rows).items() if points}
    xs, ys = ([value for points in drawn.values() for point in points for value in point[at : at + 1]] for at in (0, 1))
    across, up = Axis(xs, LEFT, WIDTH - RIGHT), Axis(ys, HEIGHT - BOTTOM, TOP)
    what = "bars of one symbol" if rows[0].part == BARS else "symbols of one account"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="12">',
        f"<title>Seconds by {what}, both axes logarithmic</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        text(LEFT, 26, f"Seconds by {what} (both axes logarithmic; dotted: linear growth)", size=14),
        *(tick_across(across.at(value), f"{value:,.0f}") for value in across.ticks()),
        *(tick_up(up.at(value), f"{value:g} s") for value in up.ticks()),
        straight(drawn["sum"], across, up),
        *curves(drawn, across, up),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class Axis:
    """A logarithmic axis from the decade under the least value to that over the greatest."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(self.low + 1, math.ceil(math.log10(max(values)) - 1e-9))
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        """Where a value stands."""
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """One a decade."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def curves(drawn: Mapping[str, Points], across: Axis, up: Axis) -> list[str]:
    """A line with dots for each, its name at its end, names kept apart."""
    made, last = [], -math.inf
    for name in sorted(drawn, key=lambda name: up.at(drawn[name][-1][1])):
        points = [(across.at(x), up.at(y)) for x, y in drawn[name]]
        path, colour = " ".join(f"{x:.1f},{y:.1f}" for x, y in points), COLOURS[name]
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
        last = max(points[-1][1], last + 15)
        made += [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}']
        made += [text(points[-1][0] + 10, last + 4, f"{name}, {seconds(drawn[name][-1][1])}", colour=colour)]
    return made


def straight(points: Points, across: Axis, up: Axis) -> str:
    """Linear growth through the last point of the sum."""
    (x, y), first = points[-1], points[0][0]
    least = max(first, x * 10.0**up.low / y)
    spots = f'x1="{across.at(least):.1f}" y1="{up.at(y * least / x):.1f}" x2="{across.at(x):.1f}" y2="{up.at(y):.1f}"'
    return f'<line {spots} stroke="#94a3b8" stroke-width="1.5" stroke-dasharray="2 4"/>'


def tick_across(x: float, said: str) -> str:
    """A vertical line of the grid and its number."""
    line = f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#e2e8f0"/>'
    return line + text(x, HEIGHT - BOTTOM + 20, said, anchor="middle")


def tick_up(y: float, said: str) -> str:
    """A horizontal line of the grid and its number."""
    return f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#e2e8f0"/>' + text(
        LEFT - 8, y + 4, said, anchor="end"
    )


def text(x: float, y: float, said: str, *, colour: str = "#334155", anchor: str = "start", size: int = 12) -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-size="{size}">{escape(said)}</text>'
