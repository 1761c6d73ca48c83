"""Rules followed over time: what was left of a limit, or reached of a goal, as a share of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.model.rules import Anchor, Code, DayResult, HouseMeasure, Measure, RuleRow
from runner.report.headroom import allowance
from runner.report.html.story import Story
from runner.report.sentences import shown
from runner.report.words import own_name, unit

GOALS = (Code.PROFIT_TARGET, Code.TRADING_DAYS, Code.PROFITABLE_DAYS)
POINTS = (Code.RISK_PER_TRADE,)
STEPS = (Code.OPEN_POSITIONS, Code.CONSISTENCY, *GOALS)
Line = tuple[NDArray[Any], Floats]  # UTC ms and the share left, same shape


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A rule over time. time: UTC ms; left: share of the limit that was left (of a goal: reached), NaN between attempts; same shape.

    said: its closest approach as in the table of rules. when: of that, UTC ms, 0 for a goal. touched: nothing was left of it.
    """

    name: str
    time: NDArray[Any]
    left: Floats
    goal: bool
    points: bool
    steps: bool
    said: str
    when: int
    touched: bool


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt at a phase: its result, its marks, its trading days, its trades in the order they closed."""

    phase: int
    started: int
    ended: int
    target: float
    marks: NDArray[Any]
    days: NDArray[Any]
    trades: NDArray[Any]


def attempts(story: Story) -> list[Attempt]:
    """Every attempt, in order."""
    outcome = story.outcome
    trades = outcome.trades[np.argsort(outcome.trades["closed"], kind="stable")]
    made = []
    for number, result in enumerate(outcome.phases):
        started, ended = int(result["started"]), int(result["ended"])
        days = outcome.days[story.day_attempts == number]
        mine = trades[(trades["closed"] > started) & (trades["closed"] <= ended) & (trades["phase"] == result["phase"])]
        marks = story.equity[np.searchsorted(story.attempts, number) : np.searchsorted(story.attempts, number, side="right")]
        target = float(result["target"])
        made.append(Attempt(phase=int(result["phase"]), started=started, ended=ended, target=target, marks=marks, days=days, trades=mine))
    return made


def strips(story: Story) -> list[Strip]:
    """One strip for each rule that can be followed, limits first, then goals; rules of one name in several phases share one."""
    tried = attempts(story)
    rows: dict[str, list[int]] = {}
    for row, rule in enumerate(story.outcome.book.rows):
        if rule.code in MEASURES and any(each.phase == rule.phase for each in tried):
            rows.setdefault(own_name(rule.key), []).append(row)
    made = [strip for name, mine in rows.items() if (strip := followed(story, tried, name, mine)) is not None]
    return sorted(made, key=lambda strip: strip.goal)


def followed(story: Story, tried: list[Attempt], name: str, rows: list[int]) -> Strip | None:
    """One rule through all attempts; None when nothing of it was ever measured."""
    book = story.outcome.book
    lines = [
        line for each in tried for row in rows if book.rows[row].phase == each.phase and (line := measured(story, each, row)) is not None
    ]
    if not lines:
        return None
    gap = (np.full(1, np.nan), np.full(1, np.nan))
    parts = [part for line in lines for part in ((line[0].astype(np.float64), line[1]), (line[0][-1:].astype(np.float64), gap[1]))][:-1]
    code, states = book.rows[rows[0]].code, story.outcome.rule_states
    worst = min(rows, key=lambda row: float(states["worst_headroom"][row]))
    goal, left = code in GOALS, float(states["worst_headroom"][worst])
    return Strip(
        name=name.replace("_", " "),
        time=np.concatenate([part[0] for part in parts]),
        left=np.concatenate([part[1] for part in parts]),
        goal=goal,
        points=code in POINTS,
        steps=code in STEPS,
        said=said(story, worst, goal),
        when=0 if goal or not np.isfinite(left) else int(states["worst_at"][worst]),
        touched=not goal and left <= 0,
    )


def said(story: Story, row: int, goal: bool) -> str:  # noqa: FBT001 - limits and goals are worded differently
    """The closest approach in the rule's own unit."""
    rule, seen = story.outcome.book.rows[row], story.outcome.rule_states[row]
    if not np.isfinite(seen["worst_headroom"]):
        return "never measured"
    value, limit, left = (shown(float(seen[name]), unit(rule)) for name in ("worst_value", "worst_limit", "worst_headroom"))
    return f"{value} of {limit}" if goal else f"least left {left}"


def measured(story: Story, attempt: Attempt, row: int) -> Line | None:
    """The rule in one attempt; None where there is nothing to see."""
    code = story.outcome.book.rows[row].code
    line = MEASURES[code](story, attempt, row)
    if line is None or not len(line[0]):
        return None
    open_end = code not in POINTS and line[0][-1] < attempt.ended
    return (np.r_[line[0], attempt.ended], np.r_[line[1], line[1][-1:]]) if open_end else line


def floor(story: Story, attempt: Attempt, row: int) -> Line | None:
    """Of a floor: from the lowest equity inside the bars down to it, as a share of the allowance."""
    places = story.outcome.floor_rules[attempt.phase]
    if row not in places[: attempt.marks["floor"].shape[1]]:
        return None
    rule, marks = story.outcome.book.rows[row], attempt.marks
    level = marks["floor"][:, places.index(row)]
    before = np.r_[level[:1], level[:-1]]  # a reset lifts the floor after the bar that ends there was held against the old one
    low, close = (held(marks, Measure(rule.measure), name) for name in ("low", "close"))
    left = np.minimum(low - before, close - level)
    seen = story.outcome.rule_states[row]
    left = np.maximum(left, seen["worst_headroom"]) if np.isfinite(seen["worst_headroom"]) else left
    left[marks["time"] == seen["worst_at"]] = seen["worst_headroom"]
    return marks["time"], left / allowance(rule, level, story.outcome.book.initial)


def held(marks: NDArray[Any], measure: Measure, name: str) -> Floats:
    """What a floor is held against: equity at its low or close, the balance, or the smaller of both."""
    if measure is Measure.BALANCE:
        return np.asarray(marks["balance"])
    return np.asarray(marks[name] if measure is Measure.EQUITY else np.minimum(marks["balance"], marks[name]))


def day_ends(attempt: Attempt) -> NDArray[Any]:
    """When each trading day of the attempt was over, UTC ms."""
    return np.asarray(np.minimum(attempt.days["time"] + 86_400_000, attempt.ended))


def risk(story: Story, attempt: Attempt, row: int) -> Line | None:
    """Of risk per trade: a point for each trade, at its entry."""
    rule, trades = story.outcome.book.rows[row], np.sort(attempt.trades, order="opened")
    limit = rule.amount if np.isfinite(rule.amount) else rule.amount_fraction * story.outcome.book.initial
    return (trades["opened"], 1.0 - trades["risk"] / limit) if limit > 0 else None


def inactivity(story: Story, attempt: Attempt, row: int) -> Line | None:
    """Of a longest silence: it shrinks with time and is whole again at each closed trade."""
    limit = story.outcome.book.rows[row].duration_ms
    closed = attempt.trades["closed"]
    edges = np.unique(np.r_[attempt.started, closed, attempt.ended])
    silent = np.diff(edges) / limit
    x, y = np.repeat(edges, 2)[1:-1], np.c_[np.ones(len(silent)), 1.0 - silent].ravel()
    return (x, y) if len(edges) > 1 else None


def time_limit(story: Story, attempt: Attempt, row: int) -> Line | None:
    """Of a time limit: a straight way down."""
    limit = story.outcome.book.rows[row].duration_ms
    return np.array([attempt.started, attempt.ended]), np.array([1.0, 1.0 - (attempt.ended - attempt.started) / limit])


def open_positions(story: Story, attempt: Attempt, row: int) -> Line | None:
    """Of the number of open positions."""
    count = story.outcome.book.rows[row].count
    return (attempt.marks["time"], 1.0 - attempt.marks["open_positions"] / count) if count else None


def consistency(story: Story, attempt: Attempt, row: int) -> Line | None:
    """Of the largest share of one day: by the best day so far."""
    rule, days = story.outcome.book.rows[row], attempt.days
    result = days["balance_end"] - days["balance_start"]
    if len(result) == 0:
        return None
    base = {
        DayResult.TOTAL_NET: days["balance_end"] - story.outcome.book.initial,
        DayResult.SUM_POSITIVE: np.cumsum(np.maximum(result, 0.0)),
        DayResult.PHASE_TARGET: np.full(len(days), attempt.target),
    }[rule.denominator]
    best = np.maximum(np.maximum.accumulate(result), 0.0)
    share = np.divide(best, base, out=np.full(len(days), np.nan), where=base > 0)
    return day_ends(attempt), 1.0 - share / rule.limit


def house(story: Story, attempt: Attempt, row: int) -> Line | None:
    """Of a rung of our own ladder, by what it watches."""
    rule = story.outcome.book.rows[row]
    line = RUNGS[HouseMeasure(rule.measure)](story, attempt, rule)
    return None if line is None or not rule.limit > 0 else (line[0], 1.0 - line[1] / rule.limit)


def day_loss(story: Story, attempt: Attempt, rule: RuleRow) -> Line | None:
    """Lost since the day began, at the day's lowest."""
    days = attempt.days
    start = {
        Anchor.DAY_START_EQUITY: days["equity_start"],
        Anchor.MAX_DAY_START: np.maximum(days["balance_start"], days["equity_start"]),
        Anchor.DAY_PEAK_EQUITY: days["equity_high"],
    }.get(rule.anchor, days["balance_start"])
    return day_ends(attempt), np.maximum(start - days["equity_low"], 0.0) / story.outcome.book.initial


def fallen(story: Story, attempt: Attempt, _: RuleRow) -> Line | None:
    """Lost since the attempt's highest equity."""
    marks, initial = attempt.marks, story.outcome.book.initial
    peak = np.maximum(np.maximum.accumulate(marks["high"]), initial) if len(marks) else marks["high"]
    return marks["time"], (peak - marks["low"]) / initial


def floor_used(story: Story, attempt: Attempt, _: RuleRow) -> Line | None:
    """Used of the tightest firm floor's allowance."""
    rows = [row for row in story.outcome.floor_rules[attempt.phase] if story.outcome.book.rows[row].firm]
    lines = [line for row in rows if (line := floor(story, attempt, row)) is not None]
    return (lines[0][0], np.maximum(1.0 - np.min([line[1] for line in lines], axis=0), 0.0)) if lines else None


def losing_streak(_: Story, attempt: Attempt, __: RuleRow) -> Line | None:
    """Closed losing trades in a row."""
    lost = attempt.trades["profit"] < 0
    count = np.arange(1, len(lost) + 1)
    since = np.maximum.accumulate(np.where(lost, 0, count)) if len(lost) else count
    return attempt.trades["closed"], (count - since).astype(np.float64)


def day_before(story: Story, attempt: Attempt, _: RuleRow) -> Line | None:
    """Closed result of each day, at its end."""
    return day_ends(attempt), (attempt.days["balance_end"] - attempt.days["balance_start"]) / story.outcome.book.initial


def profit_share(_: Story, attempt: Attempt, __: RuleRow) -> Line | None:
    """The day's profit at its highest equity, as a share of the target; not followed without one."""
    gain = np.maximum(attempt.days["equity_high"] - attempt.days["balance_start"], 0.0)
    return (day_ends(attempt), gain / attempt.target) if attempt.target > 0 else None


def trade_share(_: Story, attempt: Attempt, __: RuleRow) -> Line | None:
    """The best each trade was, as a share of the target; not followed without one."""
    return (attempt.trades["closed"], np.maximum(attempt.trades["best"], 0.0) / attempt.target) if attempt.target > 0 else None


def target(_: Story, attempt: Attempt, __: int) -> Line | None:
    """Of the profit target: what was credited, day by day."""
    if not attempt.target > 0 or len(attempt.days) == 0:
        return None
    return day_ends(attempt), np.cumsum(attempt.days["credited"]) / attempt.target


def trading_days(story: Story, attempt: Attempt, row: int) -> Line | None:
    """Of the days that must count."""
    needed = story.outcome.book.rows[row].count
    return (day_ends(attempt), np.cumsum(attempt.days["counts"]) / needed) if needed else None


MEASURES: Mapping[Code, Callable[[Story, Attempt, int], Line | None]] = {
    Code.DAILY_LOSS: floor,
    Code.MAX_LOSS: floor,
    Code.RISK_PER_TRADE: risk,
    Code.INACTIVITY: inactivity,
    Code.TIME_LIMIT: time_limit,
    Code.OPEN_POSITIONS: open_positions,
    Code.CONSISTENCY: consistency,
    Code.HOUSE: house,
    Code.PROFIT_TARGET: target,
    Code.TRADING_DAYS: trading_days,
}
RUNGS: Mapping[HouseMeasure, Callable[[Story, Attempt, RuleRow], Line | None]] = {
    HouseMeasure.DAY_LOSS: day_loss,
    HouseMeasure.DRAWDOWN: fallen,
    HouseMeasure.FLOOR_USED: floor_used,
    HouseMeasure.LOSING_STREAK: losing_streak,
    HouseMeasure.DAY_BEFORE_PROFIT: day_before,
    HouseMeasure.PROFIT_SHARE: profit_share,
    HouseMeasure.TRADE_SHARE: trade_share,
}
