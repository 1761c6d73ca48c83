"""The win rate of the latest trades, as it went up and down."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.report.analysis.rolling import rolling
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, MUTED, ORANGE, figure, line, values
from runner.report.html.story import Story
from runner.report.html.thin import telling

MOST = 1_200


def rolling_win_rate(story: Story) -> Figure:
    """The figure: the rate at each closed trade, that of all trades, and the target of a week where there is one."""
    window = int(story.page["analysis"]["rolling_win_rate"]["trades"])
    closed, rate = rolling(story.outcome.trades, window)
    rows = telling(rate, most=MOST)
    own = {
        "type": "scatter",
        "mode": "lines",
        "name": f"last {window} trades",
        "x": times(closed[rows]),
        "y": array(np.round(rate[rows], 4)),
        "line": line(BLUE, width=1.6, shape="hv"),
        "hovertemplate": "%{x|%Y-%m-%d %H:%M}<br>%{y:.0%} of " + str(window) + "<extra></extra>",
    }
    ends = [int(closed[0]), int(closed[-1])] if len(closed) else []
    axis = values(tickformat=".0%", range=[0, 1.02])
    return figure([own, *levels(story, ends)], 260, yaxis=axis)


def levels(story: Story, ends: list[int]) -> list[dict[str, Any]]:
    """Straight lines: all trades, and the least a week should reach."""
    targets = story.page["analysis"]["review"]["targets"].values()
    least = [each["at_least"] for each in targets if each["measure"] == "win_rate" and "at_least" in each]
    kinds = [
        ("all trades", story.page["metrics"]["win_rate"], line(MUTED, "dot")),
        *(("target", each, line(ORANGE, "dash")) for each in least),
    ]
    return [level(name, value, look, ends) for name, value, look in kinds if value is not None]


def level(name: str, value: float, look: dict[str, Any], ends: list[int]) -> dict[str, Any]:
    """One of them."""
    shown = {"type": "scatter", "mode": "lines", "name": f"{name}, {value:.0%}", "x": ends, "y": [round(value, 6)] * len(ends)}
    return shown | {"line": look, "hovertemplate": f"{name} %{{y:.1%}}<extra></extra>"}
