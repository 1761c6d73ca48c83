"""Net profit and number of trades by symbol, strategy, reason of the exit, hour and weekday."""

from __future__ import annotations

from typing import Any

from runner.report.html.encode import Figure
from runner.report.html.look import GREEN, MUTED, VERMILION, figure, values
from runner.report.html.story import Story

Row = dict[str, Any]
LONG = ("strategy", "reason")  # whose names are turned where they would touch


def kinds(story: Story) -> dict[str, tuple[str, list[Row]]]:
    """Title and rows of each grouping, by its short name; the account's own clock is there where it is not UTC's."""
    found = story.page["analysis"]
    made = {"symbol": ("by symbol", found["by_symbol"])}
    if len(found["by_strategy"]) > 1:
        made["strategy"] = ("by strategy", found["by_strategy"])
    made["reason"] = ("by reason of the exit", found["by_reason"])
    for word in ("hour", "weekday"):
        for place, (zone, rows) in enumerate(found[f"by_{word}"].items()):
            made[f"{word}-there" if place else word] = (f"by {word} of entry, {zone}", rows)
    return made


def groups(rows: list[Row], kind: str) -> Figure:
    """The figure of one grouping: net profit, the number of trades above or below each bar."""
    net = [each["profit"] for each in rows]
    trace = {
        "type": "bar",
        "x": [name(each) for each in rows],
        "y": [round(value, 2) for value in net],
        "customdata": [[each["trades"], each["won"]] for each in rows],
        "text": [str(each["trades"] or "") for each in rows],
        "textposition": "outside",
        "textfont": {"color": MUTED, "size": 10},
        "cliponaxis": False,
        "marker": {
            "color": [GREEN if value >= 0 else VERMILION for value in net],
            "pattern": {"shape": ["" if value >= 0 else "/" for value in net], "size": 4},
        },
        "hovertemplate": "%{x}: %{y:+,.2f}<br>%{customdata[0]} trades, %{customdata[1]} won<extra></extra>",
    }
    turned: dict[str, Any] = {} if kind in LONG else {"tickangle": -90 if kind.startswith("hour") else 0}
    axis = values(type="category", tickformat="", showgrid=False, tickfont={"color": MUTED, "size": 10}, **turned)
    look: dict[str, Any] = {"margin": {"l": 54, "r": 8, "t": 20, "b": 34}, "dragmode": False, "showlegend": False}
    return figure([trace], 230, xaxis=axis, yaxis=values(zeroline=True, zerolinecolor=MUTED), **look)


def name(row: Row) -> str:
    """A group's name as people say it."""
    return str(row["name"]).replace("_", " ")
