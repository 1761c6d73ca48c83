"""The figures a run's page holds, by their dotted paths: what may be asked for before anything has run.

A test holds these names to what real runs leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from runner.model.rules import Code

INTERVAL = ("value", "low", "high")
SPREAD = ("least", "lower", "median", "upper", "most")
SHARES = ("count", "share")
HELD = ("return", "max_drawdown", "sharpe")
BOUGHT = ("profit", *HELD, "fees", "funding")
EXTREMES = ("last", "lowest", "highest")
PERCENTILES = ("1", "5", "25", "50", "75", "95", "99")
METRICS = (
    "win_rate",
    "profit_factor",
    "expectancy",
    "expectancy_r",
    "average_win",
    "average_loss",
    "best_trade",
    "worst_trade",
    "longest_winning_streak",
    "longest_losing_streak",
    "fees",
    "funding",
    "sharpe",
    "calmar",
    "annual_return",
    "max_drawdown",
    "worst_drawdown",
    "worst_drawdown_money",
    "days",
)
COUNTED = ("refusals", "reductions")  # by code; one that never happened happened 0 times


def under(head: str, names: Iterable[str]) -> tuple[str, ...]:
    """`head.name` of each."""
    return tuple(f"{head}.{name}" for name in names)


@cache
def figures(mode: str) -> tuple[str, ...]:
    """Every figure of the page that `mode` leaves; those people ask for most come first."""
    return of_challenge() if mode == "challenge" else of_summary()


def of_summary() -> tuple[str, ...]:
    """The figures of summary.json. Of the `rules` of one code the one that came closest is meant."""
    codes = [code.name for code in Code if code is not Code.NONE]
    return (
        *("profit_per_headroom", "net_profit", "headroom_used", "max_drawdown", "trades"),
        *under("metrics", METRICS),
        *under("ambiguous", ("resolved", "counted_failed")),
        *(f"rules.{code}.{name}" for code in codes for name in ("worst_value", "limit", "headroom", "count")),
        *(f"{section}.{code}" for section in COUNTED for code in codes),
        *under("analysis.buy_and_hold", BOUGHT),
        *under("analysis.buy_and_hold.account", HELD),
        *under("analysis.buy_and_hold.to_the_last_bar", BOUGHT),
        *under("analysis.daily", ("days", "won", "lost", "mean", "standard_deviation", "best.profit", "worst.profit")),
        *under("analysis.daily.percentiles", PERCENTILES),
        *under("analysis.rolling_win_rate", EXTREMES),
        *under("analysis.review", ("weeks", "traded", "met_all")),
    )


def of_challenge() -> tuple[str, ...]:
    """The figures of challenge.json. An interval stands for its value, a distribution for its median: `odds`, `days_to_pass`."""
    ends = [f"{end}.{name}" for end in ("passed", "failed", "unfinished") for name in SHARES]
    intervals = ("value.total", "odds", "odds_of_decided", "ruin.lost_first")
    drawn = ("odds", "odds_of_decided")
    spreads = ("days_to_pass", "trading_days_to_pass")
    return (
        *(path for interval in intervals for path in (interval, *under(interval, INTERVAL))),
        *(path for spread in spreads for path in (spread, *under(spread, ("count", *SPREAD)))),
        *under("shares", ("starts", *ends)),
        *under("ambiguous", ("resolved", "counted_failed")),
        *under("value", ("cost", "refund", "received", "paid_out", "reached_payout")),
        *under("funded", ("accounts", "alive", "complete", "lost", "mean_days", "payouts", "with_payout")),
        *under("ruin", ("in_the_red", "chains")),
        "ceiling.share",
        "starts",
        *(path for interval in drawn for path in (f"histories.{interval}", *under(f"histories.{interval}", INTERVAL))),
        *under("histories.shares", ("starts", *ends)),
        "histories.days_to_pass",
        *under("histories.days_to_pass", ("count", *SPREAD)),
        *under("histories.passed.spread", ("count", *SPREAD)),
    )


LESS = frozenset(
    {
        *("max_drawdown", "headroom_used", "metrics.max_drawdown", "metrics.worst_drawdown", "metrics.worst_drawdown_money"),
        *("metrics.longest_losing_streak", "metrics.fees", "days_to_pass", "trading_days_to_pass", "histories.days_to_pass"),
        *("ruin.lost_first", "ruin.in_the_red", "shares.failed.share", "shares.failed.count", "value.cost"),
    }
)
