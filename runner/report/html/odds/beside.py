"""The odds beside other figures: drawn histories, what a fair game allows, what others published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from runner.odds.results import Challenge, Histories, Interval
from runner.report.html.encode import Figure, array
from runner.report.html.look import BLUE, GREEN, INK, MUTED, SHADE, figure, values

ROW = 34
MOST_BARS = 25


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A share and what it is; low and high where it has an interval."""

    name: str
    share: float
    low: float
    high: float
    colour: str
    symbol: str


def shares(challenge: Challenge) -> list[Beside]:
    """The odds first, then what they are held against."""
    odds, drawn = challenge.odds, challenge.histories
    found = [measured("this history, every day", odds, GREEN)]
    if drawn is not None and drawn.drawn:
        found.append(measured(f"{drawn.drawn} drawn histories", drawn.odds, BLUE))
    share = challenge.ceiling.share
    found.append(Beside(name="most without an edge", share=share, low=share, high=share, colour=INK, symbol="line-ns-open"))
    plain = [
        Beside(name=each.who, share=each.share, low=each.share, high=each.share, colour=MUTED, symbol="circle")
        for each in challenge.published
    ]
    return [each for each in [*found, *plain] if np.isfinite(each.share)]


def measured(name: str, odds: Interval, colour: str) -> Beside:
    """Odds with their interval; a mark alone where that is not known, as of a single history."""
    low, high = (each if np.isfinite(each) else odds.value for each in (odds.low, odds.high))
    return Beside(name=name, share=odds.value, low=low, high=high, colour=colour, symbol="diamond")


def beside(challenge: Challenge) -> Figure:
    """The figure: one row for each, its share as a mark, its interval as a line."""
    shown = shares(challenge)
    traces = [row(each) for each in shown]
    axis = values(tickformat=".0%", rangemode="tozero", range=[0, max(0.5, *(min(1.0, each.high * 1.1) for each in shown))])
    rows: dict[str, Any] = values(
        type="category", tickformat="", autorange="reversed", showgrid=False, tickfont={"size": 11, "color": MUTED}
    )
    plain: dict[str, Any] = {"showlegend": False, "margin": {"l": 20, "r": 20, "t": 10, "b": 34}}
    return figure(traces, 60 + ROW * len(shown), xaxis=axis, yaxis=rows, **plain)


def row(each: Beside) -> dict[str, Any]:
    """One share."""
    interval = f" ({each.low:.1%} to {each.high:.1%})" if each.high > each.low else ""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [round(each.share, 8)],
        "y": [each.name],
        "text": [f"{each.share:.1%}"],
        "textposition": "top center",
        "textfont": {"size": 10, "color": each.colour},
        "cliponaxis": False,
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(each.high - each.share, 8)],
            "arrayminus": [round(each.share - each.low, 8)],
            "color": each.colour,
            "thickness": 2,
            "width": 5,
        },
        "marker": {"color": each.colour, "size": 11, "symbol": each.symbol, "line": {"width": 2, "color": each.colour}},
        "hovertemplate": f"{each.name}: {each.share:.1%}{interval}<extra></extra>",
    }


def drawn(histories: Histories, own: float) -> Figure:
    """The figure: histories by the share of their starts that passed; a line at the share of the one that happened."""
    each = histories.shares.starts // max(1, histories.drawn)
    bins = min(each, MOST_BARS)
    count = np.bincount(np.rint(histories.passed * bins).astype(np.int64), minlength=bins + 1)
    bars = {
        "type": "bar",
        "x": array(np.arange(bins + 1) / bins),
        "y": array(count, "i4"),
        "width": 0.94 / bins,
        "marker": {"color": SHADE, "line": {"color": BLUE, "width": 1.5}},
        "hovertemplate": "about %{x:.0%} passed: %{y} histories<extra></extra>",
    }
    lines = [(own, "the one that happened", GREEN), (histories.odds.value, "mean of all", INK)]
    shapes = [
        {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": colour, "width": 1.5, "dash": "dash"}}
        for at, _, colour in lines
    ]
    notes = [
        {
            "text": f"{said}: {at:.0%}",
            "x": at,
            "yref": "paper",
            "y": 1.0 + 0.09 * place,
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 11, "color": colour},
        }
        for place, (at, said, colour) in enumerate(lines)
    ]
    axis = values(
        tickformat=".0%",
        range=[-0.03, 1.03],
        title={"text": "share of a history's starts that passed", "font": {"size": 11, "color": MUTED}},
    )
    return figure(
        [bars],
        270,
        xaxis=axis,
        yaxis=values(tickformat=",d"),
        shapes=shapes,
        annotations=notes,
        showlegend=False,
        bargap=0,
        margin={"l": 44, "r": 14, "t": 52, "b": 44},
    )
