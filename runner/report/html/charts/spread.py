"""How the days of a run are spread: how many brought how much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.report.analysis.spread import NOTHING
from runner.report.html.encode import Figure
from runner.report.html.look import GREEN, MUTED, VERMILION, dates, figure, values
from runner.report.html.story import Story

BINS = 40


def spread(story: Story) -> Figure:
    """The figure: a bar for each band of results; days on which equity did not move are left out and counted in the table."""
    moved = story.daily[np.abs(story.daily) >= NOTHING]
    count, edges = bands(moved)
    middle = (edges[1:] + edges[:-1]) / 2
    trace = {
        "type": "bar",
        "x": np.round(middle, 2).tolist(),
        "y": count.tolist(),
        "width": np.round(np.diff(edges), 2).tolist(),
        "customdata": np.round(np.c_[edges[:-1], edges[1:]], 2).tolist(),
        "marker": {
            "color": [GREEN if each > 0 else VERMILION for each in middle.tolist()],
            "pattern": {"shape": ["" if each > 0 else "/" for each in middle.tolist()], "size": 4},
        },
        "hovertemplate": "%{customdata[0]:+,.2f} to %{customdata[1]:+,.2f}<br>%{y} days<extra></extra>",
    }
    below = dates(type="linear", tickformat=",~f", zeroline=True, zerolinecolor=MUTED, title={"text": story.currency, "font": {"size": 11}})
    return figure([trace], 260, bargap=0.06, showlegend=False, xaxis=below, yaxis=values(title={"text": "days", "font": {"size": 11}}))


def bands(moved: Floats) -> tuple[NDArray[np.int64], Floats]:
    """(days, edges) of equally wide bands, one of which begins at nothing; empty without a day that moved."""
    if not len(moved):
        return np.empty(0, np.int64), np.zeros(1)
    low, high = min(0.0, float(moved.min())), max(0.0, float(moved.max()))
    wide = (high - low) / BINS
    first, last = int(np.floor(low / wide)), int(np.ceil(high / wide))
    edges = wide * np.arange(first, last + 1)
    count, _ = np.histogram(np.clip(moved, edges[0], edges[-1]), edges)
    return count.astype(np.int64), np.asarray(edges, np.float64)
