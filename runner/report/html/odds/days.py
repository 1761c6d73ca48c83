"""How long passing took."""

from __future__ import annotations

import math

import numpy as np

from runner.odds.results import Challenge, Ending
from runner.report.html.encode import Figure, array
from runner.report.html.look import GREEN, INK, MUTED, figure, line, values

BINS = 24
NICE = (1, 2, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365)


def days(challenge: Challenge) -> Figure:
    """The figure: starts that passed by the days they took, with the median."""
    took = challenge.attempts["days"][challenge.attempts["outcome"] == Ending.PASSED]
    width = bin_width(float(took.max(initial=1.0)))
    count = np.bincount((took // width).astype(np.int64))
    left = np.arange(len(count)) * width
    bars = {
        "type": "bar",
        "name": "starts that passed",
        "x": array(left + width / 2),
        "y": array(count, "i4"),
        "width": float(width) * 0.94,
        "customdata": np.array([left, left + width]).T.tolist(),
        "marker": {"color": GREEN},
        "hovertemplate": "%{customdata[0]} to %{customdata[1]} days: %{y} starts<extra></extra>",
    }
    median = challenge.days.median
    shapes = (
        [{"type": "line", "x0": median, "x1": median, "yref": "paper", "y0": 0, "y1": 1, "line": line(INK, "dash", 1)}] if len(took) else []
    )
    for shape in shapes:
        shape["line"] = {"color": INK, "dash": "dash", "width": 1}
    said = {"text": f"median {median:.0f} days", "x": median, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    notes = [said | {"font": {"size": 11, "color": INK}}] if len(took) else []
    axis = values(title={"text": "calendar days to pass", "font": {"size": 11, "color": MUTED}}, rangemode="tozero")
    return figure([bars], 270, shapes=shapes, annotations=notes, xaxis=axis, yaxis=values(tickformat=",d"), showlegend=False, bargap=0)


def bin_width(longest: float) -> int:
    """Whole days, as round as people count, so that at most `BINS` bars cover the longest."""
    wanted = longest / BINS
    return next((nice for nice in NICE if nice >= wanted), math.ceil(wanted / 365) * 365)
