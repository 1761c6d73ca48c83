"""What the risk per trade changes: how starts end, and what an attempt is worth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from runner.odds.results import Curve, Point
from runner.report.html.encode import Figure
from runner.report.html.look import BLUE, GREEN, INK, MUTED, PAPER, SHADE, VERMILION, figure, line, values
from runner.report.html.odds.colours import FAILURES, OTHER, PASSED, PATTERNS, UNFINISHED, Key, key, others

MARGIN = {"l": 52, "r": 52, "t": 84, "b": 44}


def size(point: Point, unit: str) -> str:
    """A risk size as people write it: '0.8 %' of the balance, or '1.5×' the strategy's own."""
    return f"{point.risk * 100:.3g} %" if unit == "risk" else f"{point.factor:.3g}×"


def endings(curve: Curve, named: dict[Key, str]) -> Figure:
    """The figure: how the starts end at each size, stacked to 100 %, and the odds with their interval."""
    traces = [stacked("passed", PASSED, "", [point.shares.passed / point.shares.starts for point in curve.points], curve)]
    traces.append(stacked("unfinished", UNFINISHED, "", [point.shares.unfinished / point.shares.starts for point in curve.points], curve))
    for (each, label), colour, pattern in zip(named.items(), FAILURES, PATTERNS, strict=False):
        share = [sum(cause.share for cause in point.shares.causes if key(cause) == each) for point in curve.points]
        traces.append(stacked(f"failed: {label}", colour, pattern, share, curve))
    rest = [sum(cause.share for cause in others(point.shares, named)) for point in curve.points]
    traces.append(stacked("failed: other rules", OTHER, "", rest, curve))
    traces = [trace for trace in traces if any(trace["y"])]
    return figure(
        [*traces, odds(curve)],
        400,
        barmode="stack",
        bargap=0.12,
        xaxis=sizes(curve),
        yaxis=values(tickformat=".0%", range=[0, 1]),
        margin=MARGIN,
    )


def stacked(name: str, colour: str, pattern: str, share: list[float], curve: Curve) -> dict[str, Any]:
    """One ending at every size."""
    return {
        "type": "bar",
        "name": name,
        "x": [size(point, curve.unit) for point in curve.points],
        "y": [round(each, 8) for each in share],
        "marker": {"color": colour, "pattern": {"shape": pattern, "size": 5, "fillmode": "overlay", "fgcolor": PAPER, "fgopacity": 0.45}},
        "hovertemplate": f"%{{x}}: {name} %{{y:.1%}}<extra></extra>",
    }


def odds(curve: Curve) -> dict[str, Any]:
    """The share passed with its interval."""
    value = np.array([point.odds.value for point in curve.points])
    low, high = np.array([point.odds.low for point in curve.points]), np.array([point.odds.high for point in curve.points])
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "odds, 95 % interval",
        "x": [size(point, curve.unit) for point in curve.points],
        "y": np.round(value, 8).tolist(),
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": np.round(high - value, 8).tolist(),
            "arrayminus": np.round(value - low, 8).tolist(),
            "color": INK,
            "thickness": 1.2,
            "width": 4,
        },
        "line": line(INK, width=1.5),
        "marker": {"color": INK, "size": 6},
        "customdata": np.round(np.array([low, high]).T, 8).tolist(),
        "hovertemplate": "%{x}: %{y:.1%} pass (%{customdata[0]:.1%} to %{customdata[1]:.1%})<extra></extra>",
    }


def sizes(curve: Curve) -> dict[str, Any]:
    """The axis of sizes, evenly spaced; the strategy's own stands out."""
    names = [size(point, curve.unit) for point in curve.points]
    shown = [f"<b>{name}</b><br>yours" if point.own else name for name, point in zip(names, curve.points, strict=True)]
    return values(type="category", tickformat="", showgrid=False, tickvals=names, ticktext=shown, tickangle=0)


def worth(curve: Curve, currency: str) -> Figure:
    """The figure: what an attempt is worth at each size, and how many accounts are lost before their first payout."""
    known = [point for point in curve.points if point.value is not None]
    traces = [*value(known, curve, currency), ruin(curve)]
    axis = values(zeroline=True, zerolinecolor=MUTED, title={"text": f"{currency} an attempt", "font": {"size": 11, "color": MUTED}})
    right = values(overlaying="y", side="right", range=[0, 1], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], showgrid=False)
    return figure(traces, 400, xaxis=sizes(curve), yaxis=axis, yaxis2=right, margin=MARGIN, showlegend=True)


def value(known: list[Point], curve: Curve, currency: str) -> list[dict[str, Any]]:
    """The value with its interval as a band; without limits, where every start is worth the same, the band closes on the value."""
    if not known:
        return []
    names = [size(point, curve.unit) for point in known]
    middle, low, high = ([limit(point, each) for point in known] for each in ("value", "low", "high"))
    band: dict[str, Any] = {"type": "scatter", "mode": "lines", "name": "95 % interval", "x": names + names[::-1], "y": high + low[::-1]}
    band |= {"fill": "toself", "fillcolor": SHADE, "line": {"width": 0}, "hoverinfo": "skip"}
    shown: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "worth on average",
        "x": names,
        "y": middle,
        "line": line(BLUE, width=2),
    }
    shown |= {"marker": {"color": BLUE, "size": 6}, "customdata": [list(each) for each in zip(low, high, strict=True)]}
    traces: list[dict[str, Any]] = [
        band,
        shown | {"hovertemplate": f"%{{x}}: %{{y:+,.2f}} {currency} (%{{customdata[0]:,.2f}} to %{{customdata[1]:,.2f}})<extra></extra>"},
    ]
    best = curve.points[curve.best_value] if curve.best_value is not None else None
    return [*traces, most(best, curve)] if best is not None and best.value is not None else traces


def limit(point: Point, which: str) -> float:
    """A limit of the value, in cents; the value itself where there is none."""
    found = float(getattr(point.value, which))
    return round(found if math.isfinite(found) else (point.value.value if point.value else 0.0), 2)


def most(best: Point, curve: Curve) -> dict[str, Any]:
    """A star at the size that is worth most."""
    mark = {"symbol": "star", "size": 14, "color": GREEN}
    at = {"x": [size(best, curve.unit)], "y": [round(best.value.value, 2)] if best.value else []}
    return {"type": "scatter", "mode": "markers", "name": "worth most", "marker": mark, "hoverinfo": "skip"} | at


def ruin(curve: Curve) -> dict[str, Any]:
    """Accounts lost before their first payout, right axis."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "lost before the first payout (right)",
        "x": [size(point, curve.unit) for point in curve.points],
        "y": [round(point.ruin.value, 8) for point in curve.points],
        "yaxis": "y2",
        "line": line(VERMILION, "dot"),
        "marker": {"color": VERMILION, "size": 5, "symbol": "x"},
        "hovertemplate": "%{x}: %{y:.1%} lost before a payout<extra></extra>",
    }
