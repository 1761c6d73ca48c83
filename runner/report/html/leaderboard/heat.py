"""Two settings at a time: the objective over every pair of their values, as the mean and as the best over all other settings.

The page's script makes the same maps of any other pair from the numbers of `payload`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.model.bars import Floats
from runner.report.html.encode import Figure, array
from runner.report.html.leaderboard.axes import Axis
from runner.report.html.look import BLUE, GRID, INK, MUTED, SKY, VERMILION, figure, line, values
from runner.report.leaderboard.columns import Column
from runner.report.leaderboard.rows import Board

SCALE = [[0.0, GRID], [1.0, BLUE]]
WRITTEN = 150  # cells that still hold a number each
CELL, AROUND = 30, 130


def grid(board: Board, across: Axis, up: Axis, how: str) -> Floats:
    """The objective by pair, shape (values of `up`, values of `across`), NaN where no job has the pair. how: mean or best."""
    found = np.array(board.values)
    made = np.full((len(up.labels), len(across.labels)), np.nan)
    for row, column in sorted(set(zip(up.place.tolist(), across.place.tolist(), strict=True))):
        mine = found[(up.place == row) & (across.place == column)]
        made[row, column] = mine.mean() if how == "mean" else mine.max() if board.objectives[0].larger else mine.min()
    return made


def heat(board: Board, across: Axis, up: Axis, how: str) -> Figure:
    """One map."""
    made, aim = grid(board, across, up, how), board.aims[0]
    cells = [[None if np.isnan(value) else float(value) for value in row] for row in made]
    drawn = {
        "type": "heatmap",
        "x": list(range(len(across.labels))),
        "y": list(range(len(up.labels))),
        "z": cells,
        "text": [["" if value is None else aim.shown(value) for value in row] for row in cells],
        "texttemplate": "%{text}" if made.size <= WRITTEN else "",
        "hovertemplate": f"{across.name} %{{customdata[0]}}, {up.name} %{{customdata[1]}}<br>{how} %{{text}}<extra></extra>",
        "customdata": [[[one, other] for one in across.labels] for other in up.labels],
        "colorscale": SCALE,
        "reversescale": not board.objectives[0].larger,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"thickness": 10, "len": 0.9, "outlinewidth": 0, "tickfont": {"color": MUTED, "size": 10}, "tickformat": aim.form},
    }
    height = AROUND + max(3, min(len(up.labels), 16)) * CELL
    margin = {"l": 58, "r": 10, "t": 8, "b": 54}
    return figure([drawn], height, xaxis=ticks(across), yaxis=ticks(up), margin=margin, showlegend=False)


def ticks(axis: Axis) -> dict[str, Any]:
    """The values of a key along an axis, at equal distances."""
    step = max(1, len(axis.labels) // 20)
    shown = list(range(0, len(axis.labels), step))
    return {
        "title": {"text": axis.name, "standoff": 8, "font": {"size": 12}},
        "tickvals": shown,
        "ticktext": [axis.labels[place] for place in shown],
        "range": [-0.5, len(axis.labels) - 0.5],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": MUTED},
    }


def along(board: Board, axis: Axis) -> Figure:
    """One setting alone: every job as a point, the mean and the best of each value as lines."""
    found, aim = np.array(board.values), board.aims[0]
    places = np.arange(len(axis.labels))
    extreme = np.max if board.objectives[0].larger else np.min
    best = np.array([extreme(found[axis.place == place]) for place in places])
    mean = np.array([found[axis.place == place].mean() for place in places])
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "a job",
            "x": array(axis.place),
            "y": array(found),
            "marker": {"color": SKY, "size": 6},
        },
        {"type": "scatter", "mode": "lines", "name": "mean", "x": array(places), "y": array(mean), "line": line(BLUE, "dash")},
        {"type": "scatter", "mode": "lines", "name": "best", "x": array(places), "y": array(best), "line": line(VERMILION)},
    ]
    upright = values(tickformat=aim.form, title={"text": aim.name, "font": {"color": INK, "size": 12}})
    return figure(traces, 320, xaxis=ticks(axis), yaxis=upright, margin={"l": 58, "r": 14, "t": 34, "b": 54})


def payload(board: Board, mapped: tuple[Axis, ...]) -> dict[str, Any]:
    """What the page's script makes maps of other pairs from."""
    aim: Column = board.aims[0]
    return {
        "names": [each.name for each in mapped],
        "labels": [list(each.labels) for each in mapped],
        "places": [each.place.tolist() for each in mapped],
        "values": list(board.values),
        "larger": board.objectives[0].larger,
        "form": aim.form,
        "written": WRITTEN,
        "around": AROUND,
        "cell": CELL,
    }
