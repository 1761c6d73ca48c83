"""Maps of how good trials are over their parameters: two of them as a plane, one as a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from runner.model.bars import Floats
from runner.report.html.encode import Figure
from runner.report.html.look import BLUE, GRID, INK, MUTED, ORANGE, PAPER, VERMILION, figure, line, values
from runner.report.study.about import parameters, short
from runner.study.choice import steps

SCALE = [[0, VERMILION], [0.5, PAPER], [1, BLUE]]
ROW, PLANE_ROW, LEAST, MOST = 22, 34, 170, 620
BETTER = "better than %{z:.0%} of the others"
WRITTEN = 12  # columns of a plane that still have their figures in the cells


def height(rows: int) -> int:
    """Of a map with so many rows."""
    return int(min(MOST, max(LEAST, 90 + ROW * rows)))


def bar() -> dict[str, Any]:
    """The key to the colours."""
    return {
        "thickness": 10,
        "outlinewidth": 0,
        "tickvals": [0, 0.5, 1],
        "ticktext": ["worst", "middle", "best"],
        "tickfont": {"size": 11, "color": MUTED},
    }


def axes(values_of: Sequence[Mapping[str, Any]]) -> list[str]:
    """The parameters of numbers with more than one value, those with most values first; at most two."""
    tried = parameters(values_of)
    numeric = [key for key, each in tried.items() if len(each) > 1 and steps(each) is not None]
    return sorted(numeric, key=lambda key: -len(tried[key]))[:2]


def stability(values_of: Sequence[Mapping[str, Any]], sides: Sequence[tuple[str, Floats]]) -> list[tuple[str, Figure]]:
    """Mean standing over the parameters, for each side (a name and one number for each trial), as pictures with their titles.

    Other parameters are averaged over. One parameter of numbers: a line for each side. Two: a plane for each side. None: no picture.
    """
    keys = axes(values_of)
    if not keys:
        return []
    if len(keys) == 1:
        return [("", lines(values_of, keys[0], sides))]
    return [(name, plane(values_of, keys, standing)) for name, standing in sides]


def lines(values_of: Sequence[Mapping[str, Any]], key: str, sides: Sequence[tuple[str, Floats]]) -> Figure:
    """One parameter."""
    at = steps(parameters(values_of)[key]) or []
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": at,
            "y": [round(mean(values_of, standing, {key: value}), 4) for value in at],
            "line": line(colour, width=2),
            "hovertemplate": f"{short([key])[key]} %{{x}}: better than %{{y:.0%}} of the others, {name}<extra></extra>",
        }
        for (name, standing), colour in zip(sides, (ORANGE, BLUE), strict=False)
    ]
    axis = values(title={"text": short([key])[key], "font": {"size": 11, "color": MUTED}}, showgrid=False)
    return figure(traces, 300, xaxis=axis, yaxis=values(range=[-0.03, 1.03], tickformat=".0%", gridcolor=GRID))


def plane(values_of: Sequence[Mapping[str, Any]], keys: Sequence[str], standing: Floats) -> Figure:
    """Two parameters."""
    tried, names = parameters(values_of), short(keys)
    across, up = (steps(tried[key]) or [] for key in keys)
    cells = {
        "type": "heatmap",
        "z": [[blank(mean(values_of, standing, {keys[0]: x, keys[1]: y})) for x in across] for y in up],
        "x": [str(x) for x in across],
        "y": [str(y) for y in up],
        "colorscale": SCALE,
        "zmin": 0,
        "zmax": 1,
        "colorbar": bar(),
        "showscale": len(across) > WRITTEN,
        "xgap": 1,
        "ygap": 1,
        "texttemplate": "%{z:.0%}" if len(across) <= WRITTEN else "",
        "textfont": {"size": 11, "color": INK},
        "hovertemplate": f"{names[keys[0]]} %{{x}}, {names[keys[1]]} %{{y}}<br>{BETTER}<extra></extra>",
    }
    titles = [{"text": names[key], "font": {"size": 11, "color": MUTED}} for key in keys]
    layout = {
        "xaxis": values(type="category", title=titles[0], showgrid=False),
        "yaxis": values(type="category", title=titles[1], showgrid=False),
    }
    return figure([cells], min(MOST, 90 + PLANE_ROW * len(up)), showlegend=False, **layout)


def mean(values_of: Sequence[Mapping[str, Any]], standing: Floats, fixed: Mapping[str, Any]) -> float:
    """The mean over the trials that have these values; NaN of none."""
    own = [place for place, each in enumerate(values_of) if all(each.get(key) == value for key, value in fixed.items())]
    return float(np.mean(standing[own])) if own else float("nan")


def blank(value: float) -> float | None:
    """What JSON can say of it."""
    return None if np.isnan(value) else round(value, 4)
