"""The pictures of cross_validate.html."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.model.duration import DAY_MS
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, GRID, INK, MUTED, UP, VERMILION, dates, figure, line, values
from runner.report.html.thin import telling
from runner.report.study.cross_validate.found import CrossValidated, Floats
from runner.study.overfit import line as through

MOST_PATHS, MOST_ROWS, MOST_CHOSEN = 60, 500, 20
SMALL = {"size": 11, "color": MUTED}


def titled(text: str, **more: Any) -> dict[str, Any]:
    """An axis of amounts with its name."""
    return values(title={"text": text, "font": SMALL}, **more)


def across(y: float) -> dict[str, Any]:
    """A thin line from side to side."""
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": {"color": INK, "width": 1, "dash": "dash"}}


def fan(found: CrossValidated) -> Figure:
    """What each path earned until each day, the middle one in bold, and the best trial in hindsight; groups begin at the thin lines."""
    paths, days = found.crossed.paths, found.crossed.days
    order = np.argsort(found.profits, kind="stable")
    shown = [int(order[at]) for at in np.unique(np.linspace(0, len(order) - 1, min(MOST_PATHS, len(order))).astype(int))]
    middle = int(order[(len(order) - 1) // 2])
    traces = [
        run(days, paths[at].profits, f"path {at + 1}", line(UP, width=1.2), legend="a path" if at == shown[0] else "") for at in shown
    ]
    traces += [
        run(days, paths[middle].profits, f"path {middle + 1}", line(BLUE, width=2.4), legend="the middle path"),
        run(days, found.crossed.hindsight.profits, "in hindsight", line(VERMILION, "dash", 2), legend="the best try in hindsight"),
    ]
    borders = [
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": each.start_ms, "x1": each.start_ms, "line": {"color": GRID, "width": 1.5}}
        for each in found.crossed.groups[1:]
    ]
    axis = titled(f"profit so far, {found.about.currency}")
    return figure(traces, 380, xaxis=dates(), yaxis=axis, shapes=[*borders, across(0.0)])


def run(days: Any, profits: Floats, name: str, look: dict[str, Any], *, legend: str) -> Figure:
    """A line of profits added up; `legend` '' leaves it out of the legend."""
    total = np.cumsum(profits)
    kept = telling(total, most=MOST_ROWS)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": legend or name,
        "showlegend": bool(legend),
        "x": times(days[kept] * DAY_MS),
        "y": array(total[kept], "f4"),
        "line": look,
        "hovertemplate": f"{name}: %{{y:,.0f}}, %{{x|%Y-%m-%d}}<extra></extra>",
    }


def sorted_paths(made: Floats, hindsight: float, name: str) -> Figure:
    """Every path from the worst to the best, and the best trial in hindsight."""
    order = np.argsort(made, kind="stable")
    bars = {
        "type": "bar",
        "x": array(np.arange(1, len(made) + 1), "i4"),
        "y": array(made[order]),
        "customdata": (order + 1).tolist(),
        "marker": {"color": [VERMILION if value < 0 else BLUE for value in made[order]]},
        "hovertemplate": "path %{customdata}: %{y:,.2f}<extra></extra>",
    }
    said = {"text": f"in hindsight {hindsight:,.2f}", "xref": "paper", "x": 0, "xanchor": "left", "y": hindsight, "yanchor": "bottom"}
    note = said | {"showarrow": False, "font": {"size": 11, "color": INK}}
    whole = titled("paths, worst first", tickformat="d", rangemode="tozero", dtick=max(1, len(made) // 10))
    return figure(
        [bars], 270, xaxis=whole, yaxis=titled(name), shapes=[across(hindsight)], annotations=[note], showlegend=False, bargap=0.15
    )


def degradation(found: CrossValidated) -> Figure:
    """Each split's choice: its objective in sample and out of sample, with the line through them."""
    inside, outside = (np.array([found.shown(float(each)) for each in side]) for side in (found.crossed.inside, found.crossed.outside))
    known = np.isfinite(inside) & np.isfinite(outside)
    inside, outside = inside[known], outside[known]
    held = [", ".join(str(group + 1) for group in split.held) for split, kept in zip(found.crossed.splits, known, strict=True) if kept]
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": "a split",
        "x": array(inside),
        "y": array(outside),
        "customdata": held,
        "marker": {"color": BLUE, "size": 8, "opacity": 0.7},
        "hovertemplate": "groups %{customdata} held out: in sample %{x:.3g}, out of sample %{y:.3g}<extra></extra>",
    }
    traces = [points]
    if len(inside):
        fitted, ends = through(inside, outside), np.array([inside.min(), inside.max()])
        drawn = {"type": "scatter", "mode": "lines", "x": array(ends), "hoverinfo": "skip"}
        traces += [
            drawn
            | {"name": "line through all splits", "y": array(fitted.intercept + fitted.slope * ends), "line": line(VERMILION, width=2)},
            drawn | {"name": "kept what it promised", "y": array(ends), "line": line(MUTED, "dot")},
        ]
    return figure(
        traces,
        320,
        xaxis=titled(f"in sample: {found.about.objectives[0].path}", tickformat="~g"),
        yaxis=titled("out of sample", tickformat="~g"),
    )


def chosen(found: CrossValidated) -> Figure:
    """How often each trial was chosen, most often on top."""
    often = found.picked()[:MOST_CHOSEN][::-1]
    labels = found.about.labels
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [count for _, count in often],
        "y": [labels[trial] for trial, _ in often],
        "marker": {"color": BLUE},
        "hovertemplate": "%{y}: %{x} splits<extra></extra>",
    }
    axis = titled("splits it was chosen in", tickformat="d", rangemode="tozero", dtick=max(1, -(-often[-1][1] // 8)))
    names = values(type="category", tickformat="", tickfont={"color": INK, "size": 11})
    return figure(
        [bars], 70 + 24 * len(often), xaxis=axis, yaxis=names, showlegend=False, bargap=0.25, margin={"l": 40, "r": 14, "t": 10, "b": 40}
    )
