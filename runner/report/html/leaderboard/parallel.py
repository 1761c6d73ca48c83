"""All jobs at once: an axis for each setting and each objective, a line for each job, the better the stronger and the further in front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.report.html.encode import Figure, array
from runner.report.html.leaderboard.axes import Axis
from runner.report.html.look import BLUE, GREEN, GRID, INK, MUTED, PAPER, UP, VERMILION, figure
from runner.report.leaderboard.columns import Column
from runner.report.leaderboard.rows import Board
from runner.report.leaderboard.sentence import name

MOST = 2_000  # lines
CROWDED = 4  # axes whose names would run into each other on a phone
LONG = 10  # letters of a name that stand in one line
LABELLED = 9  # values of an axis that are written beside it
BANDS = (
    ("the lower half", GRID, 0.8, 1.0, 0.0),
    ("the upper half", UP, 0.8, 1.0, 0.5),
    ("the best quarter", BLUE, 1.0, 0.4, 0.75),
    ("the best tenth", BLUE, 1.6, 1.0, 0.9),
)  # name, colour, width, opacity, and the share of the jobs that are worse
HEIGHT = 430


def parallel(board: Board, swept: Sequence[Axis]) -> Figure:
    """The figure; places along the x axis are 0, 1, 2, …, heights run from 0 to 1."""
    heights = [spread(axis) for axis in swept] + [scaled(board, place) for place in range(len(board.objectives))]
    lines = np.stack(heights, axis=1)
    names = [name(board, each) for each in board.judged]
    drawn = [*bands(len(names)), Band(np.zeros(1, np.int64), "the best", VERMILION, 3.0, 1.0)]
    traces = [trace(lines, names, band) for band in drawn]
    notes = [note for place, axis in enumerate(swept) for note in marks(axis, place)]
    notes += [note for place, aim in enumerate(board.aims) for note in ends(board, aim, len(swept) + place)]
    named = [*(axis.name for axis in swept), *(aim.name for aim in board.aims)]
    notes += [head(text, place, apart=len(named) >= CROWDED) for place, text in enumerate(named)]
    rails = [rail(place, GREEN if place >= len(swept) else MUTED) for place in range(lines.shape[1])]
    plain: dict[str, Any] = {"showgrid": False, "zeroline": False, "showticklabels": False, "fixedrange": True}
    last = lines.shape[1] - 1
    return figure(
        traces,
        HEIGHT,
        xaxis=plain | {"range": [-0.25, last + 0.25]},
        yaxis=plain | {"range": [-0.05, 1.26]},
        annotations=notes,
        shapes=rails,
        margin={"l": 30, "r": 40, "t": 8, "b": 8},
        legend={"orientation": "h", "x": 0, "y": -0.02, "yanchor": "top", "font": {"size": 11}, "traceorder": "reversed"},
    )


def spread(axis: Axis) -> Floats:
    """Every job's height on the axis of a setting: its values at equal distances."""
    return axis.place / (len(axis.labels) - 1)


def scaled(board: Board, place: int) -> Floats:
    """Every job's height on the axis of an objective, the better the higher; what was not measured lies at the bottom."""
    found = np.array([board.objectives[place].score(each.page) for each in board.judged])
    known = found[np.isfinite(found)]
    least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    return (np.where(np.isfinite(found), found, least) - least) / (most - least) if most > least else np.full(len(found), 0.5)


class Band(NamedTuple):
    """Some of the jobs by how good they are. rows: their places, the best job has 0."""

    rows: NDArray[np.int64]
    said: str
    colour: str
    width: float
    opacity: float


def bands(jobs: int) -> list[Band]:
    """All jobs, the worst first; of more than can be told apart some, evenly spread over each band."""
    edges, step = [*(round(jobs * (1.0 - worse)) for *_, worse in BANDS), 0], -(-jobs // MOST)
    parts = [
        Band(np.arange(last, first, step), said, colour, width, opacity)
        for (said, colour, width, opacity, _), first, last in zip(BANDS, edges[:-1], edges[1:], strict=True)
    ]
    return [part for part in parts if len(part.rows)]


def trace(lines: Floats, names: list[str], band: Band) -> dict[str, Any]:
    """Some jobs as one broken line."""
    axes_ = lines.shape[1]
    gap = np.full((len(band.rows), 1), np.nan)
    along = np.tile(np.append(np.arange(axes_, dtype=np.float64), np.nan), len(band.rows))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": band.said,
        "x": array(along),
        "y": array(np.round(np.hstack([lines[band.rows], gap]), 4).ravel()),
        "text": [names[row] if place < axes_ else "" for row in band.rows for place in range(axes_ + 1)],
        "line": {"color": band.colour, "width": band.width},
        "opacity": band.opacity,
        "hovertemplate": "%{text}<extra></extra>",
        "connectgaps": False,
    }


def rail(place: int, colour: str) -> dict[str, Any]:
    """An axis."""
    return {"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "line": {"color": colour, "width": 1}, "layer": "above"}


def marks(axis: Axis, place: int) -> list[dict[str, Any]]:
    """A key's values beside its axis."""
    last = len(axis.labels) - 1
    shown = sorted({round(each) for each in np.linspace(0, last, min(last + 1, LABELLED))})
    return [beside(axis.labels[each], place, each / last) for each in shown]


def ends(board: Board, aim: Column, place: int) -> list[dict[str, Any]]:
    """An objective's ends beside its axis."""
    values = [value for each in board.judged if (value := aim.of(each.page)) is not None and not isinstance(value, str)]
    goal = board.objectives[board.aims.index(aim)]
    low, high = (min(values), max(values)) if goal.larger else (max(values), min(values))
    level = [(low, 0.0), (high, 1.0)] if low != high else [(high, 0.5)]
    return [beside(aim.shown(value), place, height) for value, height in level]


def head(text: str, place: int, *, apart: bool) -> dict[str, Any]:
    """A name above an axis; with `apart`, those of neighbours stand at unequal heights."""
    height = 1.04 + 0.11 * (place % 2) * apart
    return {
        "text": f"<b>{broken(text)}</b>",
        "x": place,
        "y": height,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 11, "color": INK},
    }


def broken(text: str) -> str:
    """A long name in two lines."""
    cuts = [place + 1 for place, letter in enumerate(text) if letter in " _." and place + 1 < len(text)]
    if len(text) <= LONG or not cuts:
        return text
    middle = min(cuts, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:middle]}<br>{text[middle:]}"


def beside(text: str, place: int, height: float) -> dict[str, Any]:
    """A value beside an axis."""
    plain = {
        "showarrow": False,
        "xanchor": "left",
        "xshift": 3,
        "bgcolor": PAPER,
        "opacity": 0.85,
        "borderpad": 0,
        "font": {"size": 10, "color": INK},
    }
    return plain | {"text": text, "x": place, "y": height}
