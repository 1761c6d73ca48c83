"""Net profit and number of trades by symbol, by reason of the exit, by hour and by weekday."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.duration import DAY_MS, HOUR_MS
from runner.model.records import Reason
from runner.report.html.encode import Figure
from runner.report.html.look import GREEN, MUTED, VERMILION, figure, values
from runner.report.html.story import Story

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Group = tuple[str, float, int, int]  # name, net profit, trades, winners


def by_symbol(story: Story) -> list[Group]:
    """In the order of the symbols."""
    return grouped(story, story.outcome.trades["symbol"], range(len(story.outcome.symbols)), lambda key: story.outcome.symbols[key])


def by_reason(story: Story) -> list[Group]:
    """Reason of the last fill, only those that occurred, most frequent first."""
    keys = story.outcome.trades["reason"]
    found, counts = np.unique(keys, return_counts=True)
    ordered = [int(key) for _, key in sorted(zip(-counts, found, strict=True))]
    return grouped(story, keys, ordered, lambda key: Reason(key).name.lower().replace("_", " "))


def by_hour(story: Story) -> list[Group]:
    """Hour of the first fill, UTC; all 24."""
    return grouped(story, story.outcome.trades["opened"] // HOUR_MS % 24, range(24), lambda key: f"{key:02d}")


def by_weekday(story: Story) -> list[Group]:
    """Weekday of the first fill, UTC; all seven."""
    return grouped(story, (story.outcome.trades["opened"] // DAY_MS + 3) % 7, range(7), lambda key: WEEKDAYS[key])


GROUPS: dict[str, Callable[[Story], list[Group]]] = {"symbol": by_symbol, "reason": by_reason, "hour": by_hour, "weekday": by_weekday}


def grouped(story: Story, keys: NDArray[Any], wanted: Sequence[int], name: Callable[[int], str]) -> list[Group]:
    """One group for each wanted key."""
    profit = story.outcome.trades["profit"]
    return [
        (name(key), round(float(profit[keys == key].sum()), 8), int((keys == key).sum()), int((profit[keys == key] > 0).sum()))
        for key in wanted
    ]


def groups(story: Story, kind: str) -> Figure:
    """The figure of one grouping: net profit, the number of trades above or below each bar."""
    made = GROUPS[kind](story)
    net = [each[1] for each in made]
    trace = {
        "type": "bar",
        "x": [each[0] for each in made],
        "y": [round(value, 2) for value in net],
        "customdata": [list(each[2:]) for each in made],
        "text": [str(each[2] or "") for each in made],
        "textposition": "outside",
        "textfont": {"color": MUTED, "size": 10},
        "cliponaxis": False,
        "marker": {
            "color": [GREEN if value >= 0 else VERMILION for value in net],
            "pattern": {"shape": ["" if value >= 0 else "/" for value in net], "size": 4},
        },
        "hovertemplate": "%{x}: %{y:+,.2f}<br>%{customdata[0]} trades, %{customdata[1]} won<extra></extra>",
    }
    axis = values(
        type="category", tickformat="", tickangle=-90 if kind == "hour" else 0, showgrid=False, tickfont={"color": MUTED, "size": 10}
    )
    return figure(
        [trace],
        230,
        xaxis=axis,
        showlegend=False,
        margin={"l": 54, "r": 8, "t": 20, "b": 34},
        dragmode=False,
        yaxis=values(zeroline=True, zerolinecolor=MUTED),
    )
