"""The pictures of overfit.html."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from runner.report.figures import number
from runner.report.html.encode import Figure, array
from runner.report.html.look import BLUE, DOWN, GREEN, INK, MUTED, PAPER, VERMILION, figure, line, values
from runner.report.study.overfit.found import Overfitted

Floats = NDArray[np.float64]
MOST_POINTS = 1_500
BIN = 0.7  # the lowest ranks are ln 2 apart
SMALL = {"size": 11, "color": MUTED}


def titled(text: str, **more: object) -> dict[str, object]:
    """An axis of amounts with its name."""
    return values(title={"text": text, "font": SMALL}, **more)


def logits(found: Overfitted) -> Figure:
    """Splits by the logit of the best one's rank out of sample: left of 0 it fell below the middle."""
    made = found.overfit.logits
    side = max(1, math.ceil(float(np.abs(made).max()) / BIN))
    count, edge = np.histogram(made, bins=2 * side, range=(-side * BIN, side * BIN))
    middle = (edge[:-1] + edge[1:]) / 2
    traces = [bars(middle[side], count[side] / len(made), float(edge[1] - edge[0]), name, colour) for side, name, colour in sides(middle)]
    return figure(
        traces,
        300,
        xaxis=titled("logit of its rank out of sample", tickformat="~f"),
        yaxis=titled("share of the splits", tickformat=".0%"),
        barmode="overlay",
        bargap=0,
    )


def sides(middle: Floats) -> list[tuple[NDArray[np.bool_], str, str]]:
    """Below and above the middle."""
    return [(middle < 0, "below the middle", VERMILION), (middle >= 0, "above the middle", BLUE)]


def bars(x: Floats, y: Floats, width: float, name: str, colour: str) -> Figure:
    """Bars side by side without a gap."""
    look = {"color": colour}
    return {"type": "bar", "name": name, "x": array(x), "y": array(y), "width": width * 0.94, "marker": look, "hovertemplate": HOVER}


HOVER = "%{x:.2f}: %{y:.1%} of the splits<extra></extra>"


def degradation(found: Overfitted) -> Figure:
    """Each split's best try: its measure in sample and out of sample, with the line through them."""
    made = found.overfit
    step = -(-len(made.inside) // MOST_POINTS)
    scale = found.shown(1.0)
    inside, outside = made.inside[::step] * scale, made.outside[::step] * scale
    ends = np.array([made.inside.min(), made.inside.max()])
    fitted = (made.degradation.intercept + made.degradation.slope * ends) * scale
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": "a split",
        "x": array(inside, "f4"),
        "y": array(outside, "f4"),
        "marker": {"color": BLUE, "size": 5, "opacity": 0.35},
        "hovertemplate": "in sample %{x:.2f}, out of sample %{y:.2f}<extra></extra>",
    }
    through = {"type": "scatter", "mode": "lines", "name": "line through all splits", "x": array(ends * scale), "y": array(fitted)}
    same = {"type": "scatter", "mode": "lines", "name": "kept what it promised", "x": array(ends * scale), "y": array(ends * scale)}
    traces = [points, through | {"line": line(VERMILION, width=2)}, same | {"line": line(MUTED, "dot")}]
    return figure(
        traces,
        340,
        xaxis=titled(f"in sample: {found.measure}", tickformat="~f"),
        yaxis=titled("out of sample", tickformat="~f"),
        shapes=[across(0.0)],
    )


def across(y: float, **more: object) -> dict[str, object]:
    """A thin line from side to side."""
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": {"color": INK, "width": 1, "dash": "dash"}} | more


def dominance(found: Overfitted) -> Figure:
    """How the measure is distributed out of sample: of the best ones in sample, and of all tries."""
    made, scale = found.overfit.dominance, found.shown(1.0)
    parts = ((made.chosen, "the best in sample", BLUE, "solid"), (made.everyone, "all tries", VERMILION, "dash"))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": array(made.at * scale, "f4"),
            "y": array(share, "f4"),
            "line": line(colour, dash, 2),
            "hovertemplate": f"{name}: %{{y:.0%}} at %{{x:.2f}} or less<extra></extra>",
        }
        for share, name, colour, dash in parts
    ]
    return figure(
        traces,
        300,
        xaxis=titled(f"out of sample: {found.measure}", tickformat="~f"),
        yaxis=titled("splits at or below", tickformat=".0%", range=[0, 1.02]),
    )


def ratios(found: Overfitted) -> Figure:
    """The tries' Sharpe ratios from the best to the worst, and what the best of as many worthless ones would show."""
    made = found.deflated
    order = np.argsort(-made.sharpes, kind="stable")
    names = [f"try {found.compared[at].number}: {found.name(found.compared[at])}" for at in order]
    drawn = {
        "type": "bar",
        "name": "a try",
        "x": array(np.arange(1, len(order) + 1), "i4"),
        "y": array(made.sharpes[order] * found.yearly(1.0)),
        "customdata": names,
        "marker": {"color": [GREEN, *[DOWN] * (len(order) - 1)]},
        "hovertemplate": "%{customdata}<br>%{y:.2f}<extra></extra>",
    }
    luck = found.yearly(made.expected)
    said = {"text": f"the best of {made.counted} worthless tries: {luck:.2f}", "xref": "paper", "x": 1, "xanchor": "right", "y": luck}
    note = said | {"yanchor": "bottom", "showarrow": False, "bgcolor": PAPER, "font": {"size": 11, "color": INK}}
    axis = titled("tries, best first", tickformat="d", rangemode="tozero")
    return figure(
        [drawn],
        300,
        xaxis=axis,
        yaxis=titled("Sharpe ratio a year", tickformat="~f"),
        shapes=[across(luck)],
        annotations=[note],
        showlegend=False,
        bargap=0.1,
    )


def against(found: Overfitted) -> Figure:
    """The deflated ratio by how many tries are reckoned with."""
    made = found.deflated
    most = max(100.0, made.counted * 10.0)
    tries = np.unique(np.concatenate([np.geomspace(1.0, most, 120), [made.counted, made.independent]]))
    curve = {
        "type": "scatter",
        "mode": "lines",
        "name": "sure to be more than luck",
        "x": array(tries),
        "y": array([made.among(float(each)) for each in tries]),
        "line": line(BLUE, width=2),
        "hovertemplate": "%{x:.0f} tries: %{y:.1%}<extra></extra>",
    }
    marks = [
        mark(found, float(made.counted), "tries counted", BLUE, "circle"),
        mark(found, made.independent, "if resemblance were taken off", MUTED, "circle-open"),
    ]
    ticks = [each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000) if each <= most]
    return figure(
        [curve, *marks],
        300,
        xaxis=titled("tries reckoned with", type="log", tickvals=ticks, ticktext=[f"{each:,}" for each in ticks]),
        yaxis=titled("sure to be more than luck", tickformat=".0%", range=[-0.02, 1.04]),
        shapes=[across(0.95)],
    )


def mark(found: Overfitted, tries: float, name: str, colour: str, symbol: str) -> Figure:
    """A point on the curve."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [number(tries)],
        "y": [number(found.deflated.among(tries))],
        "marker": {"color": colour, "size": 10, "symbol": symbol, "line": {"width": 2, "color": colour}},
        "hovertemplate": f"{name}: %{{x:.1f}} tries, %{{y:.1%}}<extra></extra>",
    }
