"""Every start by its day: how long it went on and how it ended."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.model.duration import DAY_MS
from runner.odds.results import Challenge, Ending
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import MUTED, dates, figure, values
from runner.report.html.odds.colours import FAILURES, OTHER, PASSED, UNFINISHED, causes, key

STRIP = 0.13  # of the height
NOON = DAY_MS // 2


def starts(challenge: Challenge) -> Figure:
    """The figure: a bar as high as the days a start lived, above a strip in which every start is as tall as any other."""
    attempts = challenge.attempts
    traces: list[dict[str, Any]] = []
    for name, colour, rows in kinds(challenge):
        traces += drawn(name, colour, attempts[rows])
    return figure(
        traces,
        330,
        barmode="overlay",
        bargap=0,
        xaxis=dates(anchor="y2"),
        yaxis=values(
            domain=[STRIP + 0.05, 1], title={"text": "days until the end", "font": {"size": 11, "color": MUTED}}, rangemode="tozero"
        ),
        yaxis2=values(domain=[0, STRIP], range=[0, 1], visible=False, fixedrange=True, anchor="x"),
    )


def kinds(challenge: Challenge) -> list[tuple[str, str, Any]]:
    """Name, colour and mask of each way to end that occurred."""
    attempts, named = challenge.attempts, causes(challenge)
    failed = attempts["outcome"] == Ending.FAILED
    places = {key(cause): place for place, cause in enumerate(challenge.shares.causes)}
    found = [("passed", PASSED, attempts["outcome"] == Ending.PASSED)]
    for (each, label), colour in zip(named.items(), FAILURES, strict=False):
        found.append((f"failed: {label}", colour, failed & (attempts["cause"] == places.get(each, -2))))
    rest = [place for each, place in places.items() if each not in named]
    found.append(("failed: other rules", OTHER, failed & np.isin(attempts["cause"], rest)))
    found.append(("unfinished", UNFINISHED, attempts["outcome"] == Ending.UNFINISHED))
    return [each for each in found if each[2].any()]


def drawn(name: str, colour: str, attempts: Any) -> list[dict[str, Any]]:
    """The starts of one kind: above by their days, below in the strip."""
    plain: dict[str, Any] = {
        "type": "bar",
        "x": times(attempts["start"] + NOON),
        "width": float(DAY_MS),
        "marker": {"color": colour, "line": {"width": 0}},
        "name": name,
        "legendgroup": name,
    }
    hover = f"started %{{x|%Y-%m-%d}}<br>{name} after %{{customdata:.1f}} days<extra></extra>"
    days = array(np.round(attempts["days"], 4))
    above = plain | {"y": days, "customdata": days, "hovertemplate": hover}
    below = {"y": array(np.ones(len(attempts))), "customdata": days, "yaxis": "y2", "showlegend": False, "hovertemplate": hover}
    return [above, plain | below]
