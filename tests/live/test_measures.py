"""What is read off a ledger is what the machine itself says of it: floors, credited profit, targets and shares of random accounts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.live.levels import worst_case
from runner.live.measures import Measures
from runner.live.status import RuleStatus
from runner.machine.observer import Observer, Standing
from runner.machine.state import FOREVER
from runner.model.bot import GateSettings
from runner.model.following import Told
from runner.model.records import Reason
from runner.model.rules import (
    MAX_STEPS,
    AmountOf,
    Anchor,
    Code,
    Compare,
    DayResult,
    Event,
    HouseMeasure,
    Measure,
    OnPayout,
    RuleRow,
    Scope,
    Severity,
    Window,
)
from tests.machine.build import HOUR, INITIAL, START, UTC_MIDNIGHT, book, cap, counter, floor, plan, rung
from tests.machine.told import Story

DAY = 24 * HOUR
NOW = START + 20 * DAY
STEPS = (300.0, 600.0, *[math.nan] * (MAX_STEPS - 2))
type Fields = tuple[dict[str, Any], ...]
AMOUNTS: Fields = (
    {"amount": 700.0},
    {"amount_fraction": 0.07},
    {"amount_fraction": 0.07, "amount_of": AmountOf.ANCHOR},
)
LOCKS: Fields = (
    {},
    {"lock": INITIAL},
    {"lock_trigger": 0.02},
    {"on_payout": OnPayout.FLOOR_TO_INITIAL},
    {"on_payout": OnPayout.REDUCE_PEAK},
)
FLOORS = [
    floor(anchor=anchor, measure=measure, severity=Severity.WARN, **amount, **lock)
    for anchor, measure, amount, lock in itertools.product(Anchor, Measure, AMOUNTS, LOCKS)
    if not (lock and anchor < Anchor.EOD_BALANCE_HIGH)
]
TARGET = counter(Code.PROFIT_TARGET, limit=0.5)
SHARES = [
    counter(Code.CONSISTENCY, limit=0.4, severity=severity, denominator=denominator, scope=scope, compare=compare, window=window)
    for severity, denominator, scope, compare, window in itertools.product(
        (Severity.ADJUST, Severity.RAISE_TARGET, Severity.BLOCK_PAYOUT), DayResult, Scope, Compare, Window
    )
]
CAPS = [counter(Code.PROFIT_CAP, amount=120.0), counter(Code.PROFIT_CAP, limit=60.0), counter(Code.PROFIT_CAP, amount=150.0, limit=80.0)]


def account(*rules: RuleRow) -> Observer:
    """An account that is only looked at."""
    return Observer(book=book(*rules), symbols=("AAA",), start_ms=START)


def wander(seen: Observer, seed: int, count: int = 60) -> Iterator[Standing]:
    """Marks, trades, payouts and quiet days by chance; how the account stands after each."""
    dice, now, balance = np.random.default_rng(seed), START, INITIAL
    for _ in range(count):
        now += int(dice.integers(1, 20)) * HOUR
        change = float(np.round(dice.normal(12, 60), 2))
        if dice.random() < 0.5:
            balance = round(balance + change, 2)
            yield seen.trade(now, symbol="AAA", opened_ms=now - HOUR, notional=1_000.0, result=change)
        elif dice.random() < 0.1 and balance > INITIAL + 50:
            balance -= 40
            yield seen.mark(now, balance=balance, equity=balance, payout=40.0)
        else:
            yield seen.mark(now, balance=balance, equity=round(balance + change, 2))


@pytest.mark.parametrize("part", range(6))
def test_floors_are_the_machines(part: int) -> None:
    """Every anchor, measure, amount and lock, in random lives: the same floor to the last bit, and so what is left above it."""
    levels = set()
    for number, rule in enumerate(FLOORS[part::6]):
        seen = account(rule)
        for standing in wander(seen, seed=number):
            (found,) = Measures(seen.world, seen.book, standing.time).rules()
            levels.add(found.limit)
            assert found.limit == standing.floors[0], rule
            assert found.value is not None
            assert found.limit is not None
            assert found.headroom == pytest.approx(found.value - found.limit, abs=1e-7)
            equity, balance = standing.equity, standing.balance
            assert found.value == {0: equity, 1: balance, 2: min(equity, balance)}[rule.measure]
    assert len(levels) > 100


@pytest.mark.parametrize("part", range(4))
def test_counters_are_the_machines(part: int) -> None:
    """Credited profit, the raised target, the best day or trade and what it is a share of; days that count."""
    days = counter(Code.TRADING_DAYS, count=5, limit=0.0, limit_2=0.0)
    winning = counter(Code.PROFITABLE_DAYS, count=5, limit=0.002)
    for number, rule in enumerate([*SHARES, *CAPS][part::4]):
        seen = account(TARGET, days, winning, rule)
        for standing in wander(seen, seed=number):
            counted = Measures(seen.world, seen.book, standing.time).counted
            assert (counted.credited(), counted.target()) == (standing.credited, standing.target), rule
            assert (counted.days_of(1), counted.days_of(2)) == (standing.days_counted, standing.profitable_days)
            if standing.share is not None:
                said = (counted.best(rule), counted.whole(rule), counted.share_holds(rule))
                assert said == (standing.share.best, standing.share.whole, standing.share.within), rule


def of(found: tuple[RuleStatus, ...], code: str) -> RuleStatus:
    """The first rule of that code."""
    return next(each for each in found if each.code == code)


def test_goals_never_warn_and_allowances_do() -> None:
    """A target nearly reached is no danger; a floor, our own ladder and time that runs out have a share left."""
    quiet = counter(Code.INACTIVITY, duration_ms=30 * DAY, event=Event.CLOSE)
    ladder = rung(measure=HouseMeasure.DRAWDOWN, limit=0.05)
    seen = account(TARGET, floor(amount=500.0), quiet, ladder, counter(Code.TRADING_DAYS, count=5))
    seen.mark(START + HOUR, balance=INITIAL, equity=INITIAL - 400.0)
    found = Measures(seen.world, seen.book, START + 24 * DAY).rules()
    assert [each.share_left for each in found if each.code in ("PROFIT_TARGET", "TRADING_DAYS")] == [None, None]
    loss, time, own = of(found, "MAX_LOSS"), of(found, "INACTIVITY"), of(found, "HOUSE")
    assert [loss.headroom, loss.share_left] == pytest.approx([100.0, 0.2])
    assert [time.value, time.limit, time.share_left] == pytest.approx([24 * DAY, 30 * DAY, 0.2])
    assert [own.value, own.limit, own.share_left] == pytest.approx([0.04, 0.05, 0.2])
    assert (loss.firm, own.firm) == (True, False)


def test_days_and_trades_of_an_earlier_phase_are_not_credited() -> None:
    """A cap by day counts what lies in the phase; a cap by trade takes off what its own trades made too much."""
    shares = {"severity": Severity.ADJUST, "denominator": DayResult.TOTAL_NET, "limit": 0.5}
    for scope, expected in ((Scope.DAY, 40.0), (Scope.TRADE, -20.0)):
        seen = account(TARGET, counter(Code.CONSISTENCY, scope=scope, **shares))
        world, ledger = seen.world, seen.world.ledger[0]
        world.days["credited"][:2], world.trades["profit"][:2] = (90.0, 40.0), (900.0, 70.0)
        for name, value in {"days": 2, "first_day": 1, "trades": 2, "first_trade": 1, "base": INITIAL - 100.0}.items():
            ledger[name] = value
        assert Measures(world, seen.book, NOW).counted.credited() == expected


def test_no_more_than_all_of_an_allowance_is_left() -> None:
    """However far the account is above a floor that stays where it is."""
    seen = account(floor(amount=500.0))
    seen.mark(START + HOUR, balance=INITIAL, equity=INITIAL + 400.0)
    (found,) = Measures(seen.world, seen.book, START + HOUR).rules()
    assert (found.headroom, found.share_left) == (900.0, 1.0)


def test_rungs_of_our_own_ladder() -> None:
    """A loss of the day and a fall from the peak are positive, never below nothing; of floors the firm's alone are used up."""
    ladder = [rung(measure=each, limit=0.5) for each in (HouseMeasure.DAY_LOSS, HouseMeasure.DRAWDOWN, HouseMeasure.FLOOR_USED)]
    seen = account(floor(amount=500.0), floor(amount=401.0), *ladder)
    seen.mark(START + HOUR, balance=INITIAL, equity=INITIAL - 400.0)
    firm, own, *others = seen.book.rows
    rows = replace(seen.book, rows=(firm, replace(own, firm=False), *others))
    values = [each.value for each in Measures(seen.world, rows, START + HOUR).rules() if each.code == "HOUSE"]
    assert values == pytest.approx([0.04, 0.04, 0.8])
    seen.world.ledger["equity_high"] = INITIAL - 500.0
    assert [each.value for each in Measures(seen.world, rows, START + HOUR).rules() if each.code == "HOUSE"][1] == 0.0


def test_rules_of_other_phases_are_not_told() -> None:
    """A floor of the next phase says nothing of this one."""
    seen = account(floor(amount=500.0))
    (here,) = seen.book.rows
    later = replace(seen.book, rows=(here, replace(here, phase=here.phase + 1)))
    assert len(Measures(seen.world, later, START).rows) == 1


def test_what_a_payout_would_be() -> None:
    """Nothing before its day or below the smallest; the trader's share of the profit afterwards."""
    rule = counter(Code.PAYOUT, duration_ms=14 * DAY, amount=100.0, limit_2=0.0, value=0.8)
    seen = account(rule)
    for now, balance, expected in ((START + DAY, 10_500.0, 0.0), (START + 20 * DAY, 10_050.0, 0.0), (START + 20 * DAY, 10_500.0, 400.0)):
        seen = account(rule)
        seen.world.ledger["balance"] = balance
        assert of(Measures(seen.world, seen.book, now).rules(), "PAYOUT").value == expected


PAID = counter(Code.PAYOUT, duration_ms=14 * DAY, amount=100.0, limit_2=0.0, value=0.8)
CYCLE = counter(Code.PROFITABLE_DAYS, count=5, limit=0.002, window=Window.PAYOUT_CYCLE)
EVEN = counter(Code.CONSISTENCY, limit=0.4, severity=Severity.BLOCK_PAYOUT, denominator=DayResult.TOTAL_NET, window=Window.PAYOUT_CYCLE)


@pytest.mark.parametrize(
    ("rules", "profit", "facts", "expected"),
    [
        ((PAID,), 100.0, {}, 80.0),
        ((PAID,), 99.99, {}, 0.0),
        ((PAID,), 500.0, {"next_payout": NOW}, 400.0),
        ((PAID,), 500.0, {"next_payout": NOW + 1}, 0.0),
        ((replace(PAID, limit_2=300.0),), 500.0, {}, 160.0),
        ((replace(PAID, limit_2=401.0),), 500.0, {}, 0.0),
        ((replace(PAID, count=2),), 500.0, {"payouts": 1}, 400.0),
        ((replace(PAID, count=2),), 500.0, {"payouts": 2}, 0.0),
        ((replace(PAID, steps=STEPS),), 1_000.0, {}, 300.0),
        ((replace(PAID, steps=STEPS),), 1_000.0, {"payouts": 1}, 600.0),
        ((replace(PAID, steps=STEPS),), 1_000.0, {"payouts": 2}, 600.0),
        ((PAID, CYCLE), 500.0, {"days": 4}, 0.0),
        ((PAID, CYCLE), 500.0, {"days": 5}, 400.0),
        ((PAID, replace(CYCLE, window=Window.PHASE)), 500.0, {"days": 4}, 400.0),
        ((PAID, EVEN), 500.0, {"best_day": 200.0}, 400.0),
        ((PAID, EVEN), 500.0, {"best_day": 200.01}, 0.0),
        ((PAID, replace(EVEN, severity=Severity.RAISE_TARGET)), 500.0, {"best_day": 400.0}, 400.0),
    ],
    ids=[
        "the smallest",
        "below it",
        "on its day",
        "before it",
        "a buffer stays",
        "above the buffer too little",
        "the last of two",
        "two were paid",
        "the first is capped",
        "the second at more",
        "later ones as the last",
        "a day is missing",
        "enough days",
        "days of the phase",
        "even enough",
        "one day too good",
        "which blocks no payout",
    ],
)
def test_what_a_payout_would_be_now(rules: tuple[RuleRow, ...], profit: float, facts: dict[str, Any], expected: float) -> None:
    """Buffer, number, caps of the first ones, days and consistency of the cycle that hold it back."""
    seen = account(*rules)
    ledger = seen.world.ledger[0]
    ledger["balance"], ledger["next_payout"] = INITIAL + profit, 0
    seen.world.clocks["counted_from"] = ledger["cycle_from"] = INITIAL + profit
    seen.world.rule_states["days"] = facts.get("days", 0)
    ledger["best_day"] = facts.get("best_day", 0.0)
    for name in ("payouts", "next_payout"):
        ledger[name] = facts.get(name, ledger[name])
    assert of(Measures(seen.world, seen.book, NOW).rules(), "PAYOUT").value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        (counter(Code.INACTIVITY, duration_ms=30 * DAY, event=Event.CLOSE), {"active_at": NOW - DAY}, (DAY, 29 * DAY)),
        (counter(Code.INACTIVITY, duration_ms=30 * DAY, event=Event.CLOSE), {"active_at": NOW + DAY}, (0, 30 * DAY)),
        (counter(Code.TIME_LIMIT, duration_ms=30 * DAY, event=Event.OPEN), {"first_open": NOW - DAY, "phase_started": 1}, (DAY, 29 * DAY)),
        (counter(Code.TIME_LIMIT, duration_ms=30 * DAY, event=Event.OPEN), {"first_open": FOREVER}, None),
        (counter(Code.TIME_LIMIT, duration_ms=30 * DAY, event=Event.CLOSE), {"phase_started": NOW - DAY, "first_open": 1}, (DAY, 29 * DAY)),
        (cap(Code.OPEN_POSITIONS, count=5), {"open_positions": 2}, (2, 3)),
        (cap(Code.ORDERS_PER_DAY, count=5), {"orders": 2, "moved": 4}, (2, 3)),
        (cap(Code.MODIFICATIONS_PER_DAY, count=5), {"orders": 4, "moved": 2}, (2, 3)),
        (counter(Code.PROFIT_CAP, amount=150.0), {"counted_from": INITIAL - 100.0}, (100.0, 50.0)),
        (rung(measure=HouseMeasure.LOSING_STREAK, limit=5.0), {"losing_streak": 2}, (2.0, 3.0)),
        (EVEN, {"base": INITIAL - 500.0, "best_day": 50.0, "cycle_from": INITIAL}, (0.1, 0.4 - 0.1)),
        (EVEN, {"base": INITIAL, "best_day": 50.0, "cycle_from": INITIAL}, None),
    ],
    ids=[
        "a quiet day",
        "a clock that was put back",
        "since the first order",
        "none yet",
        "since the phase began",
        "positions",
        "orders",
        "changes of orders",
        "the day's profit",
        "losses in a row",
        "the best day's share",
        "of no profit there is none",
    ],
)
def test_what_is_counted_and_what_is_left(rule: RuleRow, facts: dict[str, Any], expected: tuple[float, float] | None) -> None:
    """Time is never below nothing; each count is its own."""
    seen = account(rule)
    for name, value in facts.items():
        (seen.world.ledger if name in (seen.world.ledger.dtype.names or ()) else seen.world.clocks)[name] = value
    found = Measures(seen.world, seen.book, NOW).rules()
    assert [(each.value, each.headroom) for each in found] == ([] if expected is None else [expected])
    assert all(each.share_left is None or 0 <= each.share_left <= 1 for each in found)


def test_one_symbols_loss_of_the_day_counts_open_results() -> None:
    """Bought at 100, marked at 97: three of the five that one symbol may lose, and the worst case is what the gate has given it."""
    limit = cap(Code.SYMBOL_DAILY_LOSS, amount=5.0, severity=Severity.WARN)
    story = Story(book(limit, floor(amount=500.0), clocks=(UTC_MIDNIGHT,)), gate=GateSettings(enabled=True))
    story.bought(plan(0, stop=96.0))
    story.tell(Told.PRICE, price=97.0)
    follower = story.follower
    found = Measures(follower.world, follower.book, follower.time_ms)
    assert found.equity == follower.equity == INITIAL - 3.0
    symbol = of(found.rules(), "SYMBOL_DAILY_LOSS")
    assert [symbol.value, symbol.headroom, symbol.share_left] == pytest.approx([3.0, 2.0, 0.4])
    assert worst_case(follower.world) == pytest.approx(INITIAL - 4.0)


def test_the_worst_case_counts_what_is_realised_once_and_orders_that_rest_alone() -> None:
    """Half of it sold at 102: that dollar is in the balance already. Of two orders the one that is gone costs nothing."""
    story = Story(book(floor(amount=500.0)), gate=GateSettings(enabled=True))
    story.bought(plan(0, stop=96.0))
    world = story.follower.world
    before = worst_case(world)
    assert before == pytest.approx(INITIAL - 4.0)
    story.fill(0.5, 102.0, Reason.TARGET)
    position = world.positions[0]
    assert (position["quantity"], position["realised"], world.ledger[0]["balance"]) == (0.5, 1.0, INITIAL + 1.0)
    kept = max(position["best"] - position["give_back"], -position["loss_cap"])
    assert worst_case(world) == pytest.approx(INITIAL + kept)
    position["resting"] = 1
    world.resting[0]["loss"][:2], world.resting[0]["active"][:2] = (7.0, 3.0), (0, 1)
    assert worst_case(world) == pytest.approx(INITIAL + kept - 3.0)
    position["side"] = -1
    assert worst_case(world) == pytest.approx(INITIAL + kept - 3.0)
    position["side"], position["resting"], position["quoting"], position["quote_loss"] = 0, 0, 1, 9.0
    assert worst_case(world) == pytest.approx(INITIAL + 1.0 - 9.0)


def test_without_budgets_nobody_knows_the_worst_case() -> None:
    """The gate is off: nothing says what a position may lose."""
    story = Story(book(floor(amount=500.0)))
    story.bought(plan(0, stop=96.0))
    assert worst_case(story.follower.world) is None
    assert not math.isnan(Measures(story.follower.world, story.follower.book, START).equity)
