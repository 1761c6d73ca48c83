"""The figures a leaderboard shows beside what was swept, and how people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runner.report.objective import Objective, measured

NOTHING = "–"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A figure by its path, its short name, and its form for people (as `str.format` and d3 understand it)."""

    path: str
    name: str
    form: str = ".4g"

    def of(self, page: Mapping[str, Any] | None) -> float | str | None:
        """The figure, or the word that stands there; None where there is nothing."""
        if page is None:
            return None
        node: Any = page
        for word in self.path.split("."):
            node = node.get(word) if isinstance(node, Mapping) else None
        return node if isinstance(node, str) else measured(page, self.path)

    def shown(self, value: float | str | None) -> str:
        """A figure as people read it."""
        return NOTHING if value is None else value if isinstance(value, str) else format(value, self.form)


def column(path: str, name: str, form: str = ".4g") -> Column:
    """In one line."""
    return Column(path=path, name=name, form=form)


BACKTEST = (
    column("verdict.phase", "phase"),
    column("verdict.state", "verdict"),
    column("verdict.rule", "by rule"),
    column("net_profit", "net profit", "+,.2f"),
    column("profit_per_headroom", "profit per headroom", ".3f"),
    column("trades", "trades", ",.0f"),
    column("metrics.sharpe", "Sharpe", ".2f"),
    column("max_drawdown", "drawdown", ".2%"),
    column("headroom_used", "headroom used", ",.2f"),
    column("metrics.win_rate", "win rate", ".1%"),
    column("metrics.profit_factor", "profit factor", ".2f"),
    column("metrics.expectancy_r", "expectancy in R", ".2f"),
    column("metrics.calmar", "Calmar", ".2f"),
    column("metrics.annual_return", "yearly return", ".1%"),
    column("metrics.worst_drawdown", "drawdown in bars", ".2%"),
    column("rules.DAILY_LOSS.headroom", "left of daily loss", ",.2f"),
    column("rules.MAX_LOSS.headroom", "left of max loss", ",.2f"),
)
CHALLENGE = (
    column("odds", "odds", ".1%"),
    column("value.total", "expected value", "+,.2f"),
    column("days_to_pass", "days to pass", ".0f"),
    column("odds.low", "odds from", ".1%"),
    column("odds.high", "odds to", ".1%"),
    column("shares.failed.share", "failed", ".1%"),
    column("shares.unfinished.share", "unfinished", ".1%"),
    column("odds_of_decided", "odds of decided", ".1%"),
    column("ruin.lost_first", "lost before a payout", ".1%"),
    column("histories.odds", "odds in drawn histories", ".1%"),
    column("value.cost", "cost", ",.2f"),
    column("starts", "starts", ",.0f"),
)
KNOWN = {each.path: each for each in (*BACKTEST, *CHALLENGE)}
FORMS = {"share": ".1%", "win_rate": ".1%", "max_drawdown": ".2%", "worst_drawdown": ".2%", "annual_return": ".1%", "count": ",.0f"}


def asked(objective: Objective) -> Column:
    """The column of an objective."""
    last = objective.path.rpartition(".")[2]
    return KNOWN.get(objective.path) or column(objective.path, objective.path, FORMS.get(last, ".4g"))


def figures(pages: Sequence[Mapping[str, Any]], objectives: Sequence[Objective]) -> tuple[Column, ...]:
    """What is shown of these pages: the figures of their modes that are no objective, without those that no page has."""
    modes = {page.get("mode") for page in pages}
    wanted = [*(BACKTEST if modes - {"challenge"} else ()), *(CHALLENGE if "challenge" in modes else ())]
    taken = {objective.path for objective in objectives}
    return tuple(each for each in wanted if each.path not in taken and any(each.of(page) is not None for page in pages))
