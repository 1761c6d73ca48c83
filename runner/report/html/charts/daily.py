"""What each trading day brought, against the most that one day may bring."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.model.bars import Floats
from runner.model.rules import Code, DayResult
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, GREEN, MUTED, ORANGE, VERMILION, figure, line, values
from runner.report.html.story import Story

NOON = 43_200_000


def daily(story: Story) -> Figure:
    """The figure: a bar for each trading day of the account's own clock, by realised result."""
    days = story.outcome.days
    result = days["balance_end"] - days["balance_start"]
    traded = np.abs(result) >= 0.005
    kinds = (("winning days", GREEN, "", result > 0), ("losing days", VERMILION, "/", result < 0))
    bars = [bar(name, colour, pattern, days["time"][mine & traded], result[mine & traded]) for name, colour, pattern, mine in kinds]
    return figure([*bars, *caps(story)], 300, bargap=0.1, barmode="overlay", yaxis=values(zeroline=True, zerolinecolor=MUTED))


def bar(name: str, colour: str, pattern: str, moments: Any, result: Floats) -> dict[str, Any]:
    """Days of one sign."""
    return {
        "type": "bar",
        "name": name,
        "x": times(moments + NOON),
        "y": array(np.round(result, 2)),
        "width": 86_400_000.0,
        "marker": {"color": colour, "line": {"color": colour, "width": 1.5}, "pattern": {"shape": pattern, "size": 4}},
        "hovertemplate": "%{x|%a %Y-%m-%d}<br>%{y:+,.2f}<extra></extra>",
    }


def caps(story: Story) -> list[dict[str, Any]]:
    """The consistency rule's cap and the day's profit cap of each attempt, where the account has them."""
    lines = []
    consistency, plain = cap_lines(story, Code.CONSISTENCY), cap_lines(story, Code.PROFIT_CAP)
    if consistency[0]:
        lines.append(cap(f"most one day may count ({consistency[2]})", ORANGE, "dash", *consistency[:2]))
    if plain[0]:
        lines.append(cap("most one day may bring", BLUE, "dashdot", *plain[:2]))
    return lines or [cap("no cap on a day's profit", MUTED, "dot", [], [])]


def cap(name: str, colour: str, dash: str, x: list[int | None], y: list[float | None]) -> dict[str, Any]:
    """One kind of cap as lines."""
    shown = {"type": "scatter", "mode": "lines", "name": name, "x": x, "y": y, "line": line(colour, dash)}
    return shown | {"hovertemplate": f"{name}: %{{y:,.2f}}<extra></extra>"}


def cap_lines(story: Story, code: Code) -> tuple[list[int | None], list[float | None], str]:
    """Ends of each attempt's line, and the rule's share in words; empty where no attempt has the rule."""
    x: list[int | None] = []
    y: list[float | None] = []
    share = ""
    for number, attempt in enumerate(story.outcome.phases):
        for row in story.rule_rows(code):
            rule = story.outcome.book.rows[row]
            level = money(story, number, row)
            if rule.phase == int(attempt["phase"]) and level is not None:
                x += [int(attempt["started"]), int(attempt["ended"]), None]
                y += [round(level, 2), round(level, 2), None]
                share = f"{rule.limit:.0%} of {OF[rule.denominator]}" if code is Code.CONSISTENCY else ""
    return x[:-1], y[:-1], share


OF = {DayResult.TOTAL_NET: "the net result", DayResult.SUM_POSITIVE: "all winning days", DayResult.PHASE_TARGET: "the target"}


def money(story: Story, number: int, row: int) -> float | None:
    """The cap in money for one attempt; None where nothing of it is known."""
    rule, attempt = story.outcome.book.rows[row], story.outcome.phases[number]
    if rule.code is Code.PROFIT_CAP:
        amount = rule.amount if np.isfinite(rule.amount) else rule.amount_fraction * story.outcome.book.initial
        return float(amount) if np.isfinite(amount) else None
    mine = story.outcome.days[story.day_attempts == number]
    result = mine["balance_end"] - mine["balance_start"]
    whole = {
        DayResult.TOTAL_NET: float(attempt["balance"]) - story.outcome.book.initial,
        DayResult.SUM_POSITIVE: float(result[result > 0].sum()),
        DayResult.PHASE_TARGET: float(attempt["target"]),
    }[rule.denominator]
    return rule.limit * whole if np.isfinite(whole) and whole > 0 else None
