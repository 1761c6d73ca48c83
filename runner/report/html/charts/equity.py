"""Equity with every floor under it, the target above it, and the moment it came closest to a floor."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.model.bars import Floats
from runner.report.equity import floors
from runner.report.figures import minute
from runner.report.html.charts.benchmark import curve as curve_of
from runner.report.html.charts.ends import ends
from runner.report.html.charts.lines import broken
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, GREEN, INK, LINES, MUTED, SHADE, dates, figure, line, note, values
from runner.report.html.story import Closest, Story
from runner.report.html.thin import changes, telling

MOST = 1_600
STEPS = 4_000
ROOM = 0.06  # above and below what the account reached


def equity(story: Story) -> Figure:
    """The figure."""
    traces = [*band(story), *drawn_floors(story), *targets(story), held(story), curve(story), *approaches(story)]
    shapes, notes = ends(story)
    axes = {"xaxis": dates(rangeselector=BUTTONS), "yaxis": values(**reach(story))}
    return figure(traces, 460, shapes=shapes, annotations=[*notes, *words(story)], margin={"l": 62, "r": 14, "t": 74, "b": 36}, **axes)


BUTTONS: dict[str, Any] = {
    "buttons": [
        {"step": "all", "label": "all"},
        {"step": "year", "count": 1, "stepmode": "backward", "label": "1 y"},
        {"step": "month", "count": 3, "stepmode": "backward", "label": "3 m"},
        {"step": "month", "count": 1, "stepmode": "backward", "label": "1 m"},
    ],
    "bgcolor": SHADE,
    "activecolor": SHADE,
    "font": {"size": 11},
    "x": 1,
    "xanchor": "right",
    "y": 1.1,
    "yanchor": "bottom",
}


def held(story: Story) -> dict[str, Any]:
    """What the initial balance would have become by buying and holding."""
    worth = np.round(story.outcome.book.initial + story.holding.profit, 2)
    hover = "%{x|%Y-%m-%d}<br>buy and hold %{y:,.2f}<extra></extra>"
    return curve_of("buy and hold", story.holding.time, worth, line(MUTED, width=1)) | {"hovertemplate": hover}


def reach(story: Story) -> dict[str, Any]:
    """The amounts to show at first: those of the account, its floors and targets; holding may leave the picture."""
    marks, initial = story.equity, story.outcome.book.initial
    aimed = story.outcome.phases["target"]
    levels = [column[np.isfinite(column)] for column in (marks["high"], marks["low"], aimed + initial, *floors(story.outcome).values())]
    low, high = (float(pick([initial, *(pick(each) for each in levels if len(each))])) for pick in (np.min, np.max))
    room = ROOM * (high - low)
    return {"range": [round(low - room, 2), round(high + room, 2)], "autorange": False} if room > 0 else {}


def curve(story: Story) -> dict[str, Any]:
    """Equity at the close of each instant."""
    marks = story.equity
    rows = telling(marks["close"], marks["low"], most=MOST)
    moments, (close,) = broken(story, rows, marks["close"][rows])
    hover = "%{x|%Y-%m-%d %H:%M}<br>equity %{y:,.2f}<extra></extra>"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "equity",
        "x": times(moments),
        "y": array(np.round(close, 2)),
        "line": line(BLUE, width=2),
        "hovertemplate": hover,
    }


def band(story: Story) -> list[dict[str, Any]]:
    """Highest and lowest equity inside the bars, as a shade around the line: one closed shape for each attempt."""
    marks = story.equity
    rows = telling(marks["high"], marks["low"], most=MOST)
    pieces = [piece for piece in np.split(rows, np.searchsorted(rows, story.breaks)) if len(piece)]
    gap = np.full(1, np.nan)
    x = [part for piece in pieces for part in (marks["time"][piece], marks["time"][piece[::-1]], gap)]
    y = [part for piece in pieces for part in (marks["high"][piece], marks["low"][piece[::-1]], gap)]
    shape = {"type": "scatter", "mode": "lines", "name": "range inside the bars", "hoverinfo": "skip", "line": {"width": 0}}
    return [
        shape | {"fill": "toself", "fillcolor": SHADE, "x": times(np.concatenate(x[:-1])), "y": array(np.round(np.concatenate(y[:-1]), 2))}
    ]


def drawn_floors(story: Story) -> list[dict[str, Any]]:
    """Each floor as steps, told apart by colour and dash."""
    columns = [(name, column) for name, column in floors(story.outcome).items() if np.isfinite(column).any()]
    return [floor(story, name, column, *LINES[place % len(LINES)]) for place, (name, column) in enumerate(columns)]


def floor(story: Story, name: str, column: Floats, colour: str, dash: str) -> dict[str, Any]:
    """One floor."""
    rows = changes(column)
    rows = rows if len(rows) <= STEPS else rows[telling(column[rows], most=STEPS)]
    rows = np.unique(np.r_[rows, story.breaks, np.maximum(story.breaks - 1, 0)]).astype(np.int64)
    moments, (level,) = broken(story, rows, column[rows])
    said = name.removeprefix("floor_").replace("_", " ")
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"floor: {said}",
        "x": times(moments),
        "y": array(np.round(level, 2)),
        "line": line(colour, dash, shape="hv"),
        "hovertemplate": f"%{{x|%Y-%m-%d %H:%M}}<br>{said} %{{y:,.2f}}<extra></extra>",
    }


def targets(story: Story) -> list[dict[str, Any]]:
    """The profit target of each attempt."""
    phases = story.outcome.phases
    aimed = phases[np.isfinite(phases["target"])]
    if len(aimed) == 0:
        return []
    x, y = [], []
    for phase in aimed.tolist():
        named = dict(zip(phases.dtype.names or (), phase, strict=True))
        level = round(story.outcome.book.initial + named["target"], 2)
        x += [named["started"], named["ended"], None]
        y += [level, level, None]
    shown = {"type": "scatter", "mode": "lines", "name": "target", "x": x[:-1], "y": y[:-1], "line": line(GREEN, "longdash")}
    return [shown | {"hovertemplate": "target %{y:,.2f}<extra></extra>"}]


def approaches(story: Story) -> list[dict[str, Any]]:
    """Where equity came closest to each floor: of the nearest a mark and a thin line to the floor, of the others a small mark."""
    return [nearest_approach(each) if place == 0 else mark(each) for place, each in enumerate(story.floors)]


def nearest_approach(closest: Closest) -> dict[str, Any]:
    """The one that is named."""
    return mark(closest) | {
        "mode": "lines+markers",
        "x": [closest.time, closest.time],
        "y": [round(closest.value, 8), round(closest.floor, 8)],
        "line": line(INK, "dot", width=1),
        "marker": {"symbol": ["circle-open", "line-ew-open"], "size": 11, "color": INK},
        "text": [told(closest)] * 2,
        "showlegend": True,
    }


def mark(closest: Closest) -> dict[str, Any]:
    """One that tells itself when touched."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "closest approach",
        "x": [closest.time],
        "y": [round(closest.value, 8)],
        "marker": {"symbol": "circle-open", "size": 7, "color": MUTED},
        "text": [told(closest)],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
    }


def told(closest: Closest) -> str:
    """Which floor, where equity and the floor stood, what was left, when."""
    stood = f"equity {closest.value:,.2f}, floor {closest.floor:,.2f}"
    return f"{closest.name}<br>{stood}<br>{closest.left:,.2f} left, {minute(closest.time)}"


def words(story: Story) -> list[dict[str, Any]]:
    """The nearest approach in words."""
    if not story.floors:
        return []
    nearest = story.floors[0]
    own = nearest.name.partition(".")[2] or nearest.name
    said = f"closest: {nearest.left:,.2f} above {own.replace('_', ' ')}" if nearest.left > 0 else f"reached {own.replace('_', ' ')}"
    bounds = story.equity["time"]
    right = len(bounds) > 0 and nearest.time > (int(bounds[0]) + int(bounds[-1])) / 2
    return [note(said, nearest.time, nearest.floor, ay=34, ax=-30 if right else 30, xanchor="right" if right else "left")]
