"""The pictures of a walk-forward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from runner.model.duration import DAY_MS
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, GRID, INK, MUTED, ORANGE, SHADE, dates, figure, line, values
from runner.report.study.about import About, parameters, short
from runner.report.study.maps import SCALE, bar, height
from runner.study.walked import Walked

NAMED = 40  # rows of a map that still have names


def equity(about: About, walked: Walked) -> Figure:
    """The tests end to end, beside what all trials made of them on average: what one gets without choosing."""
    days, windows, profits = walked.stitched
    label = [about.labels[number] if number is not None else "nothing" for number in walked.chosen]
    chosen = {
        "type": "scatter",
        "mode": "lines",
        "name": "chosen on the past",
        "x": times(np.r_[days[:1], days + 1] * DAY_MS),
        "y": array(about.initial + np.r_[[0.0] * len(days[:1]), np.cumsum(profits)]),
        "line": line(BLUE, width=2),
        "customdata": [label[place] for place in np.r_[windows[:1], windows]],
        "hovertemplate": "%{x|%Y-%m-%d}: %{y:,.0f}<br>%{customdata}<extra></extra>",
    }
    every = [average(about, walked)] if len(walked.values) > 1 else []
    return figure([*every, chosen], 360, shapes=bands(walked), annotations=numbers(walked), xaxis=dates(), yaxis=values())


def average(about: About, walked: Walked) -> dict[str, Any]:
    """All trials on average, window after window."""
    days = [np.unique(np.concatenate([each.days for each in window])) for window in walked.test]
    means = [np.mean([each.on(own) for each in window], axis=0) for own, window in zip(days, walked.test, strict=True)]
    every = np.concatenate(days)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "all trials on average",
        "x": times(np.r_[every[:1], every + 1] * DAY_MS),
        "y": array(about.initial + np.r_[[0.0] * len(every[:1]), np.cumsum(np.concatenate(means))]),
        "line": line(MUTED, "dot"),
        "hovertemplate": "%{x|%Y-%m-%d}: %{y:,.0f}<br>all trials on average<extra></extra>",
    }


def bands(walked: Walked) -> list[dict[str, Any]]:
    """Every second window shaded."""
    return [
        {
            "type": "rect",
            "x0": each.test.start_ms,
            "x1": each.test.end_ms,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "fillcolor": SHADE,
            "line": {"width": 0},
            "layer": "below",
        }
        for each in walked.windows[1::2]
    ]


def numbers(walked: Walked) -> list[dict[str, Any]]:
    """The windows' numbers above."""
    font = {"size": 11, "color": MUTED}
    return [
        {
            "text": str(place + 1),
            "x": (each.test.start_ms + each.test.end_ms) / 2,
            "yref": "paper",
            "y": 1,
            "yanchor": "top",
            "showarrow": False,
            "font": font,
        }
        for place, each in enumerate(walked.windows)
    ]


def paces(about: About, walked: Walked) -> Figure:
    """Profit a year of the chosen trial in each window, on the past and after it."""
    sides = (("in sample", walked.in_sample, ORANGE), ("out of sample", walked.out_of_sample, BLUE))
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": [str(place + 1) for place in range(len(walked.windows))],
            "y": [
                0.0 if each is None else round(each.profit / segment.days * 365, 8)
                for each, segment in zip(side.results, side.segments, strict=True)
            ],
            "marker": {"color": colour},
            "hovertemplate": f"window %{{x}}, {name}: %{{y:+,.0f}} {about.currency} a year<extra></extra>",
        }
        for name, side, colour in sides
    ]
    return figure(bars, 280, barmode="group", bargap=0.35, xaxis=values(type="category"), yaxis=values(zeroline=True, zerolinecolor=GRID))


def windows_map(about: About, walked: Walked, *, tests: bool) -> Figure:
    """Where each trial stands in each window, the chosen ones marked; in the trains or in the tests."""
    standing = walked.outside if tests else walked.inside
    rows, count = about.labels, len(walked.windows)
    cells = {
        "type": "heatmap",
        "z": np.round(standing.T, 4).tolist(),
        "x": [str(place + 1) for place in range(count)],
        "y": [str(place) for place in range(len(rows))],
        "customdata": [[label] * count for label in rows],
        "colorscale": SCALE,
        "zmin": 0,
        "zmax": 1,
        "colorbar": bar(),
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "%{customdata}<br>window %{x}: better than %{z:.0%} of the others<extra></extra>",
    }
    picked = [(str(place + 1), str(number)) for place, number in enumerate(walked.chosen) if number is not None]
    circles = {
        "type": "scatter",
        "mode": "markers",
        "name": "chosen",
        "x": [x for x, _ in picked],
        "y": [y for _, y in picked],
        "marker": {"symbol": "circle-open", "size": 11, "color": INK, "line": {"width": 2, "color": INK}},
        "hoverinfo": "skip",
    }
    return figure(
        [cells, circles],
        height(len(rows)),
        xaxis=values(type="category", title={"text": "window", "font": {"size": 11, "color": MUTED}}, showgrid=False),
        yaxis=named_rows(marks(about.values)[1]),
        showlegend=False,
    )


def named_rows(rows: Sequence[str]) -> dict[str, Any]:
    """An axis of trials from top to bottom; many are not named."""
    return values(
        type="category",
        autorange="reversed",
        showgrid=False,
        tickmode="array",
        tickvals=[str(place) for place in range(len(rows))],
        ticktext=list(rows),
        visible=len(rows) <= NAMED,
    )


def caption(about: About, walked: Walked) -> str:
    """What the maps mean."""
    rows = f" Rows: {order}." if (order := marks(about.values)[0]) and len(walked.values) <= NAMED else ""
    return f"Blue is better than most of the {len(walked.values):,} trials, red worse; circles mark what was chosen in that window.{rows}"


def marks(values_of: Sequence[Mapping[str, Any]]) -> tuple[str, list[str]]:
    """What is told apart by which values, and each trial by its values alone: ('fast · slow', ['8 · 34', …])."""
    keys = list(parameters(values_of))
    return " · ".join(short(keys).values()), [" · ".join(str(each.get(key, "–")) for key in keys) for each in values_of]
