"""What was left of each limit, and how much of each goal was reached, strip by strip over the whole run."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.report.figures import minute
from runner.report.html.charts.lines import span
from runner.report.html.charts.measures import Strip, strips
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, GREEN, GRID, INK, MUTED, VERMILION, dates, figure, values
from runner.report.html.story import Story
from runner.report.html.thin import telling

MOST = 500
STRIP = 62
TOP, BOTTOM = 24, 36
HIGHEST, LOWEST = 1.25, -0.25
FILL = {True: "rgba(0,158,115,0.20)", False: "rgba(0,114,178,0.14)"}


def headroom(story: Story) -> Figure:
    """The figure: one strip for each rule that can be followed over time, 100 % = untouched, 0 = the limit."""
    shown = strips(story)
    traces = [drawn(strip, place) for place, strip in enumerate(shown)]
    height = TOP + BOTTOM + STRIP * max(1, len(shown))
    plain: dict[str, Any] = {"showlegend": False, "margin": {"l": 44, "r": 12, "t": TOP, "b": BOTTOM}}
    bottom = f"y{len(shown)}" if len(shown) > 1 else "y"
    ends = span(story)
    reach: dict[str, Any] = {"range": list(ends)} if ends else {}
    notes = [title(strip, place) for place, strip in enumerate(shown)]
    return figure(
        traces, height, xaxis=dates(anchor=bottom, **reach), annotations=notes, shapes=bounds(shown), **(axes(len(shown)) | plain)
    )


def drawn(strip: Strip, place: int) -> dict[str, Any]:
    """One strip's line, cut to what can be read."""
    rows = telling(strip.left, most=MOST)
    gone = np.isnan(strip.left[rows])
    level = np.where(gone, np.nan, np.clip(strip.left[rows], LOWEST, HIGHEST))
    word = "reached" if strip.goal else "left"
    return {
        "type": "scatter",
        "mode": "markers" if strip.points else "lines",
        "name": strip.name,
        "x": times(strip.time[rows]),
        "y": array(np.round(level, 5)),
        "customdata": array(np.round(strip.left[rows], 4)),
        "line": {"color": GREEN if strip.goal else BLUE, "width": 1.2, "shape": "hv" if strip.steps else "linear"},
        "marker": {"color": BLUE, "size": 4, "symbol": "line-ns-open" if strip.points else "circle"},
        **({} if strip.points else {"fill": "tozeroy", "fillcolor": FILL[strip.goal]}),
        "xaxis": "x",
        "yaxis": f"y{place + 1}" if place else "y",
        "hovertemplate": f"{strip.name}<br>%{{x|%Y-%m-%d %H:%M}}<br>%{{customdata:.1%}} {word}<extra></extra>",
    }


def axes(count: int) -> dict[str, Any]:
    """An axis for each strip, the first on top."""
    share = 1.0 / max(1, count)
    return {
        f"yaxis{place + 1 if place else ''}": values(
            domain=[max(0.0, round(1 - (place + 0.98) * share, 6)), round(1 - (place + 0.30) * share, 6)],
            range=[LOWEST, HIGHEST],
            tickvals=[0, 1],
            ticktext=["0", "100 %"],
            fixedrange=True,
            automargin=False,
            tickfont={"color": MUTED, "size": 10},
            anchor="x",
        )
        for place in range(count)
    }


def title(strip: Strip, place: int) -> dict[str, Any]:
    """The rule's name and its closest approach above the strip."""
    closest = f", {minute(strip.when)}" if strip.when else ""
    said = f"<b>{strip.name}</b>  {strip.said}{closest}"
    axis = f"y{place + 1 if place else ''} domain"
    plain = {"xref": "paper", "x": 0, "xanchor": "left", "yref": axis, "y": 1.02, "yanchor": "bottom", "showarrow": False}
    return plain | {"text": said, "font": {"size": 11, "color": VERMILION if strip.touched else INK}}


def bounds(shown: list[Strip]) -> list[dict[str, Any]]:
    """The line at which a limit is reached, and the one of a limit untouched or of a goal reached."""
    plain: dict[str, Any] = {"type": "line", "xref": "paper", "x0": 0, "x1": 1}
    lines = []
    for place, strip in enumerate(shown):
        for level, colour in ((0, GRID if strip.goal else VERMILION), (1, GREEN if strip.goal else GRID)):
            axis = f"y{place + 1 if place else ''}"
            lines.append(plain | {"yref": axis, "y0": level, "y1": level, "line": {"color": colour, "width": 1}})
    return lines
