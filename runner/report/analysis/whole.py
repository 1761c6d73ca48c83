"""Everything a run says beyond its figures, in one mapping of plain values: the `analysis` of summary.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runner.model.bot import Bot
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.report.analysis.excursions import excursions
from runner.report.analysis.groups import by_hour, by_reason, by_strategy, by_symbol, by_weekday
from runner.report.analysis.holding import buy_and_hold
from runner.report.analysis.months import months, years
from runner.report.analysis.regime import regimes
from runner.report.analysis.review import review
from runner.report.analysis.rolling import rolling_figures
from runner.report.analysis.settings import Analysis
from runner.report.analysis.spread import spread
from runner.report.days import closing_day, days


def analysis(bot: Bot, outcome: Outcome, streams: Sequence[Stream], metrics: Mapping[str, Any]) -> dict[str, Any]:
    """All tables, in a fixed order. metrics: of the same run."""
    settings, year = Analysis.of(bot.options), int(metrics["days_per_year"])
    made, trades, zone = days(outcome, year), outcome.trades, second_zone(settings, outcome)
    closed = closing_day(trades, year)
    account = {**metrics, "net_return": float(made.money.sum()) / outcome.book.initial}
    return {
        "buy_and_hold": buy_and_hold(outcome, streams, bot.costs, account),
        "by_symbol": by_symbol(outcome),
        "by_strategy": by_strategy(outcome),
        "by_reason": by_reason(outcome),
        "by_hour": {each: by_hour(outcome, each) for each in dict.fromkeys(("UTC", zone))},
        "by_weekday": {each: by_weekday(outcome, each) for each in dict.fromkeys(("UTC", zone))},
        "excursions": excursions(trades),
        "months": months(made, closed),
        "years": years(made, closed),
        "daily": spread(made),
        "rolling_win_rate": rolling_figures(trades, settings.rolling_trades),
        "regimes": regimes(outcome, streams, settings.regime),
        "review": review(outcome, made, settings.review, year),
    }


def second_zone(settings: Analysis, outcome: Outcome) -> str:
    """The zone of the second clock: as set, else that of the account's daily reset, else UTC."""
    return settings.zone or next((clock.zone for clock in outcome.book.clocks), "UTC")
