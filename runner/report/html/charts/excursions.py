"""How far each trade went against us and for us, beside what it brought in the end."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.model.bars import Floats
from runner.report.analysis.excursions import adverse, favourable, in_r
from runner.report.html.encode import Figure, array
from runner.report.html.look import GREEN, MUTED, VERMILION, dates, figure, line, values
from runner.report.html.story import Story

MOST = 4_000  # trades drawn, the latest; the table counts all of them
TITLES = {"mae": "Furthest against us and the result", "mfe": "Furthest for us and the result"}
WORDS = {"mae": "against us", "mfe": "for us"}
Trace = dict[str, Any]


def excursions(story: Story, kind: str) -> Figure:
    """The figure of one kind, mae or mfe: a point for each trade, in R where the risk of all is known, else in money."""
    trades = story.outcome.trades[-MOST:]
    ratio = in_risk(trades)
    went = adverse(trades) if kind == "mae" else favourable(trades)
    across, up = (in_r(went, trades), in_r(trades["profit"], trades)) if ratio else (went, trades["profit"])
    won = trades["profit"] > 0
    kinds = (("won", GREEN, "circle", won), ("lost", VERMILION, "x", ~won))
    points = [cloud(*each, trades["position"], across, up) for each in kinds]
    unit = "R" if ratio else story.currency
    most = float(np.max(across, initial=0.0))
    far: Trace = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False, "x": [0, most]}
    edge = far | {"y": [0, -most if kind == "mae" else most], "line": line(MUTED, "dot", 1)}
    below = dates(type="linear", tickformat="", title={"text": f"{WORDS[kind]}, {unit}", "font": {"size": 11}}, rangemode="tozero")
    beside = values(zeroline=True, zerolinecolor=MUTED, tickformat=",~f", title={"text": f"result, {unit}", "font": {"size": 11}})
    look: dict[str, Any] = {"margin": {"l": 62, "r": 12, "t": 14, "b": 46}, "showlegend": False}  # won lies above nothing, lost below
    return figure([edge, *points], 280, xaxis=below, yaxis=beside, **look)


def in_risk(trades: Any) -> bool:
    """Whether the risk of every one of them is known."""
    return bool(np.all(trades["risk"] > 0.0)) and len(trades) > 0


def cloud(name: str, colour: str, symbol: str, mine: Any, numbers: Any, across: Floats, up: Floats) -> Trace:  # noqa: PLR0913, PLR0917 - a row of a table
    """Trades of one kind."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": array(np.round(across[mine], 4)),
        "y": array(np.round(up[mine], 4)),
        "customdata": array(numbers[mine], "i4"),
        "marker": {"color": colour, "symbol": symbol, "size": 6, "opacity": 0.65},
        "hovertemplate": "#%{customdata}: %{x:,.2f}, result %{y:+,.2f}<extra></extra>",
    }
