"""The leaderboard in words: what is best, by what, how far ahead, and what to hold against the best of many."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import median
from typing import Any

from runner.report.leaderboard.columns import Column, asked
from runner.report.leaderboard.rows import ABSENT, Board, Placed, short, told
from runner.report.objective import Objective, measured
from runner.study.sharpe import expected_maximum
from runner.words import counted, listed

FEWEST_DAYS = 20
INTERVALS = ("odds", "value.total", "odds_of_decided", "ruin.lost_first", "histories.odds", "histories.odds_of_decided")


def headline(board: Board) -> str:
    """One plain sentence."""
    jobs, judged = len(board.placed) + len(board.failed), board.judged
    aim = board.aims[0]
    if not board.placed:
        return f"None of the {jobs} jobs ran." if jobs != 1 else "The only job did not run."
    if not judged:
        return f"None of the {counted(len(board.placed), 'job')} has {aim.name}; mode.objective=… compares them by another figure."
    best = judged[0]
    figure = aim.shown(board.values[0])
    if len(judged) == 1:
        return f"{name(board, best) or 'The only job'} has {aim.name} {figure}; there is no other job to compare it with."
    return f"{first(board)} by {by(board)}, with {figure}; {ahead(board, aim)}."


def by(board: Board) -> str:
    """What jobs are compared by: 'profit per headroom', 'least drawdown, then trades'."""
    return ", then ".join(aim.name if goal.larger else f"least {aim.name}" for aim, goal in zip(board.aims, board.objectives, strict=True))


def first(board: Board) -> str:
    """Who is best; several who are equally good are counted."""
    tied = [each for each in board.judged if each.rank == 1]
    if len(tied) == len(board.judged):
        return f"All {len(tied)} jobs are equally good"
    return f"{len(tied)} jobs are equally good and best" if len(tied) > 1 else f"{name(board, tied[0])} is best"


def name(board: Board, placed: Placed) -> str:
    """The job's settings: 'fast=8 slow=30'."""
    brief = short(board.keys)
    values = {key: placed.row.values.get(key, ABSENT) for key in board.keys}
    return " ".join(f"{brief[key]}={told(value)}" for key, value in values.items() if value is not ABSENT)


def leading(board: Board) -> list[str]:
    """Of several objectives, what it is to be on the front, and how many are."""
    found = sum(map(board.ahead, board.placed))
    return [f"Pareto front: no job beats {'it' if found == 1 else f'these {found:,}'} in one objective and loses in none"] * bool(found)


def ahead(board: Board, aim: Column) -> str:
    """How the others stand to the best."""
    values = board.values
    behind = [value for each, value in zip(board.judged, values, strict=True) if each.rank != 1]
    middle = f"the middle of {len(values):,} jobs has {aim.shown(median(values))}"
    return f"the next has {aim.shown(behind[0])}, {middle}" if behind else middle


def warnings(board: Board) -> list[str]:
    """What to hold against the best: that it did nothing, that it lost, and that it is the best of many."""
    if len(board.judged) < 2:
        return []
    said = [mixed(board), idle(board), losing(board), chosen(board)]
    return [each for each in said if each]


def mixed(board: Board) -> str:
    """That money is not the same money in all jobs."""
    held = sorted({account_of(each.page) for each in board.placed})
    if len(held) < 2:
        return ""
    return f"Accounts differ ({', '.join(held)}): figures in money are each account's own, so compare by one that is not."


def account_of(page: Mapping[str, Any]) -> str:
    """'10,000 USDT'; the currency alone where the page does not tell the size."""
    size = page.get("initial")
    return f"{size:,.0f} {page.get('currency', '')}" if isinstance(size, int | float) else str(page.get("currency", ""))


def idle(board: Board) -> str:
    """That the best did nothing, as drawdowns and counts may have it."""
    traded = measured(board.judged[0].page, "trades")
    return "The best job made no trade, which is why it stands first: compare by something that is earned." if traded == 0 else ""


def losing(board: Board) -> str:
    """That nobody won."""
    won = [measured(each.page, path) for each in board.placed for path in ("net_profit", "value.total")]
    known = [value for value in won if value is not None]
    return "No job won money." if known and max(known) <= 0 else ""


def chosen(board: Board) -> str:
    """What luck alone would make of so many tries."""
    best = board.judged[0]
    for goal in board.objectives:
        bounds = interval(best.page, goal)
        if bounds is not None:
            return within(board, goal, bounds)
    tried, days, year, found = tries(board), *record(best.page)
    if tried < 2 or math.isnan(found) or days < FEWEST_DAYS:
        return f"{PICKED.format(tried)} Expect less of it." if tried > 1 else ""
    luck = expected_maximum(tried, 1.0 / math.sqrt(days)) * math.sqrt(year)
    told_luck = f"Among {tried:,} tries without any edge the best would show a Sharpe ratio near {luck:.2f} over its {days:,.0f} days"
    if found <= luck:
        return f"{told_luck}; it has {found:.2f}, so it may be nothing but luck. {STUDY}"
    return f"{told_luck}; it has {found:.2f}, more than that, but it was picked because it came out best: expect less. {STUDY}"


PICKED = "{:,} were tried and the best was picked by its result."
STUDY = "mode=overfit tells how likely luck is."


def within(board: Board, goal: Objective, bounds: tuple[float, float]) -> str:
    """How many jobs cannot be told from the best by their intervals."""
    found = [value for each in board.judged[1:] if (value := goal.of(each.page)) is not None]
    others, what = sum(bounds[0] <= value <= bounds[1] for value in found), asked(goal).name
    tail = "the best was picked by its result, so expect less of it."
    if not others:
        return f"{len(board.judged):,} were tried and no other lies within the interval of the best's {what}; still {tail}"
    verb = "lies" if others == 1 else "lie"
    whole = f"the {len(found):,} others" if len(found) > 1 else "1 other"
    return f"{others:,} of {whole} {verb} within the interval of the best's {what} and cannot be told from it; {tail}"


def interval(page: Mapping[str, Any], goal: Objective) -> tuple[float, float] | None:
    """Low and high of an objective that has them."""
    if goal.path not in INTERVALS:
        return None
    low, high = (measured(page, f"{goal.path}.{end}") for end in ("low", "high"))
    return None if low is None or high is None else (low, high)


def tries(board: Board) -> int:
    """Results that differ: jobs that did the same were one try."""
    return len({tuple(measured(each.page, path) for path in ("net_profit", "metrics.sharpe", "odds", "trades")) for each in board.judged})


def record(page: Mapping[str, Any]) -> tuple[float, float, float]:
    """Days, days of a year, and the yearly Sharpe ratio; NaN where it is not known."""
    figures = [measured(page, f"metrics.{name}") for name in ("days", "days_per_year", "sharpe")]
    days, year, found = (math.nan if value is None else value for value in figures)
    return (days, year, found) if days > 0 else (0.0, year, math.nan)


def counts(board: Board, *, skipped: bool = False) -> str:
    """'98 jobs ran, 2 did not'; with `skipped`, how many an earlier run had done."""
    before = sum(each.row.skipped for each in board.placed) if skipped else 0
    ran = f"{len(board.placed):,} job{'s' if len(board.placed) != 1 else ''} ran" + (
        f", {before:,} of them in an earlier run of this sweep" if before else ""
    )
    missing = f", {len(board.failed):,} did not" if board.failed else ""
    blank = len(board.placed) - len(board.judged)
    return ran + missing + (f"; {blank:,} without {board.aims[0].name}" if blank and board.judged else "")


def who(board: Board) -> str:
    """'fvg and ha_flip on hyro_1step'."""
    both = [listed(sorted({str(each.page.get(key)) for each in board.placed})) for key in ("strategy", "account")]
    return " on ".join(both) if board.placed else "nothing"
