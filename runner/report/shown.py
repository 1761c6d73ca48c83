"""Figures and names of rules as every page of a run writes them: terminal and report say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.report.words import short

Page = Mapping[str, Any]

FIGURES = (
    (("win rate", "win_rate", "{:.1%}"), ("Sharpe", "sharpe", "{:.2f}")),
    (("profit factor", "profit_factor", "{:.2f}"), ("Calmar", "calmar", "{:.2f}")),
    (("expectancy", "expectancy", "{:,.2f}"), ("yearly return", "annual_return", "{:.1%}")),
    (("expectancy in R", "expectancy_r", "{:.2f}"), ("drawdown, daily closes", "max_drawdown", "{:.2%}")),
    (("average win", "average_win", "{:,.2f}"), ("drawdown, bar extremes", "worst_drawdown", "{:.2%}")),
    (("average loss", "average_loss", "{:,.2f}"), ("longest winning streak", "longest_winning_streak", "{}")),
    (("fees", "fees", "{:,.2f}"), ("longest losing streak", "longest_losing_streak", "{}")),
    (("funding paid", "funding", "{:,.2f}"), ("days", "days", "{}")),
)


def figure(page: Page, key: str, form: str) -> str:
    """One figure; '-' where it is not defined."""
    value = page["metrics"][key]
    return "-" if value is None else form.format(value)


def rule_name(rule: Page, *, several: bool) -> str:
    """'challenge.daily', 'house.daily'; with `several` phases 'house.daily (challenge)'."""
    name = short(rule["path"])
    return name if not several or name.startswith(f"{rule['phase']}.") else f"{name} ({rule['phase']})"
