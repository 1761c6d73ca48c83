"""Payouts: when they are due, how much they are, what holds them back, and what they leave of floors and results."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from runner.model.duration import DAY_MS
from runner.model.records import Outcome
from runner.model.rules import Anchor, Code, Compare, DayResult, HouseAction, HouseMeasure, OnPayout, Reset, RuleRow, Severity, Window
from tests.machine.build import (
    HOUR,
    OFF,
    UTC_MIDNIGHT,
    Row,
    answers,
    bars,
    book,
    counter,
    flat,
    floor,
    hours,
    plan,
    run,
    rung,
    stream,
    trade,
)
from tests.machine.days import state, week

STEPS = (math.nan,) * 12


def payout(first: int = 2, every: int = 2, *, steps: tuple[float, ...] = (), **fields: Any) -> RuleRow:
    """All of the profit, first after `first` days and then every `every` days."""
    given = {"amount": 0.0, "limit_2": 0.0, "value": 1.0, "margin": 0.0, "steps": (*steps, *STEPS)[:12], **fields}
    return counter(Code.PAYOUT, severity=Severity.ADJUST, duration_ms=first * DAY_MS, grace_ms=every * DAY_MS, **given)


def paid(outcome: Outcome) -> list[tuple[float, float, float]]:
    """Payouts in short: (hour, amount, number)."""
    events = outcome.events[outcome.events["code"] == Code.PAYOUT]
    return list(zip(hours(events["time"]), events["value"].tolist(), events["limit"].tolist(), strict=True))


def test_profit_leaves_the_account_when_it_is_due() -> None:
    """320 and 100 after two days, 40 and 22 two days later, the rest after six."""
    outcome = week(payout())
    assert paid(outcome) == [(48, 420, 1), (96, 62, 2), (144, 18, 3)]
    assert outcome.balance == 5_000
    assert (outcome.phases[0]["payouts"], outcome.phases[0]["paid"]) == (3, 500)


@pytest.mark.parametrize(
    ("first", "hour"),
    [pytest.param(1, 24, id="at the first reset"), pytest.param(2, 48, id="at the second"), pytest.param(3, 72, id="at the third")],
)
def test_a_payout_is_made_at_the_first_reset_at_which_it_is_due(first: int, hour: float) -> None:
    """A millisecond more than whole days waits for the next reset."""
    assert paid(week(payout(first, 9)))[0][0] == hour
    late = RuleRow(**{**payout(first, 9).__dict__, "duration_ms": first * DAY_MS + 1})
    assert paid(week(late))[0][0] == hour + 24


@pytest.mark.parametrize(
    ("fields", "amounts"),
    [
        pytest.param({"limit_2": 20.0}, [400, 62, 18], id="20 stay"),
        pytest.param({"value": 0.5}, [210, 136, 77], id="half of what there is"),
        pytest.param({"steps": (100.0, 150.0)}, [100, 150, 150], id="the last largest amount holds for all later ones"),
        pytest.param({"amount": 62.0}, [420, 62], id="62 is enough"),
        pytest.param({"amount": 62.01}, [420, 80], id="a cent more is not, and waits"),
    ],
)
def test_how_much_is_paid(fields: dict[str, Any], amounts: list[float]) -> None:
    """Buffer, share, largest amounts and the smallest one."""
    assert [amount for _, amount, _ in paid(week(payout(**fields)))] == amounts


def test_a_payout_waits_until_nothing_is_open() -> None:
    """Bought on the second day, closed on the fourth: what was due at 48 h is paid at 96 h."""
    rows: list[Row] = [(1_000, 1_400, 1_000, 1_400), *flat(30, 1_000)]
    plans = plan(0, targets=[(1_400, 1)]), plan(40, time_stop_ms=40 * HOUR)
    outcome = trade(bars(rows, timeframe_ms=4 * HOUR), *plans, rules=book(payout(), initial=5_000.0), gate=OFF)
    assert paid(outcome) == [(96, 400, 1)]


def test_orders_that_rest_are_withdrawn_first() -> None:
    """The account is flat: nothing is open and nothing can be."""
    rows: list[Row] = [(1_000, 1_400, 1_000, 1_400), *flat(20, 1_000)]
    plans = plan(0, targets=[(1_400, 1)]), plan(40, entry_kind=1, entry_price=900.0)
    outcome = trade(bars(rows, timeframe_ms=4 * HOUR), *plans, rules=book(payout(), initial=5_000.0), gate=OFF)
    assert paid(outcome) == [(48, 400, 1)]
    assert answers(outcome)[1][0] == "CANCELLED"


def test_as_many_payouts_as_are_allowed_pass_the_phase() -> None:
    """Two: the verdict is PASSED by the payout rule, and what is left stays."""
    outcome = week(payout(count=2))
    assert state(outcome) == "PASSED"
    assert Code(int(outcome.phases[0]["code"])) == Code.PAYOUT
    assert (len(paid(outcome)), hours(outcome.phases["ended"])) == (2, [96])


@pytest.mark.parametrize(
    ("on_payout", "lowest", "highest"),
    [
        pytest.param(OnPayout.KEEP_FLOOR, 5_220, 5_220, id="the floor is kept"),
        pytest.param(OnPayout.REDUCE_PEAK, 5_020, 5_100, id="the peak falls by the payout"),
        pytest.param(OnPayout.FLOOR_TO_INITIAL, 5_000, 5_000, id="the floor stands at the initial balance"),
    ],
)
def test_what_a_payout_does_to_a_trailing_floor(on_payout: OnPayout, lowest: float, highest: float) -> None:
    """200 below a peak of 5,420; 200 of it are paid out, then 80 more are earned."""
    rule = floor(anchor=Anchor.CLOSED_BALANCE_HIGH, amount=200.0, on_payout=on_payout, compare=Compare.LT)
    outcome = week(payout(every=9, steps=(200.0,)), rule)
    floors = dict(zip(hours(outcome.equity["time"]), outcome.equity["floor"][:, 0].tolist(), strict=True))
    assert floors[48] == 5_220
    assert (floors[52] - 40 * (on_payout == OnPayout.REDUCE_PEAK), floors[164]) == (lowest, highest)
    assert state(outcome) == "ACTIVE"


@pytest.mark.parametrize(
    ("on_payout", "expected"),
    [
        pytest.param(OnPayout.KEEP_FLOOR, 5_220, id="the floor is kept"),
        pytest.param(OnPayout.REDUCE_PEAK, 5_020, id="the peak falls by the payout"),
        pytest.param(OnPayout.FLOOR_TO_INITIAL, 5_000, id="the floor stands at the initial balance"),
    ],
)
def test_what_a_payout_does_to_the_trail_of_the_day_that_just_ended(on_payout: OnPayout, expected: float) -> None:
    """The day ends at 5,420 and 200 of it are paid out at once: four hours later the floor of 200 shows what was kept."""
    rule = floor(anchor=Anchor.EOD_BALANCE_HIGH, amount=200.0, on_payout=on_payout, compare=Compare.LT)
    outcome = week(payout(every=9, steps=(200.0,)), rule)
    floors = dict(zip(hours(outcome.equity["time"]), outcome.equity["floor"][:, 0].tolist(), strict=True))
    assert floors[52] == expected


@pytest.mark.parametrize(("compare", "count"), [(Compare.LE, 0), (Compare.LT, 1)])
def test_a_payout_that_would_breach_is_held_back(compare: Compare, count: int) -> None:
    """A floor locked at the initial balance, and all of the profit asked for: touching it breaches, or does not."""
    rule = floor(anchor=Anchor.CLOSED_BALANCE_HIGH, amount=200.0, lock=5_000.0, compare=compare)
    outcome = week(payout(every=9), rule)
    assert (len(paid(outcome)), state(outcome)) == (count, "ACTIVE")


@pytest.mark.parametrize(
    ("on_payout", "fields", "amounts"),
    [
        pytest.param(OnPayout.KEEP_FLOOR, {"margin": 0.5}, [100], id="half of 200 stays over 5,220"),
        pytest.param(OnPayout.KEEP_FLOOR, {"margin": 1.0}, [], id="all of it stays: nothing is paid"),
        pytest.param(OnPayout.KEEP_FLOOR, {"margin": 0.5, "amount": 100.0}, [100], id="100 are enough"),
        pytest.param(OnPayout.KEEP_FLOOR, {"margin": 0.5, "amount": 100.01}, [], id="a cent more is not"),
        pytest.param(OnPayout.KEEP_FLOOR, {"margin": 0.5, "steps": (60.0,)}, [60], id="the largest amount binds before"),
        pytest.param(OnPayout.REDUCE_PEAK, {"margin": 0.5}, [420], id="the floor falls along"),
        pytest.param(OnPayout.FLOOR_TO_INITIAL, {"margin": 0.5}, [320], id="half of 200 stays over 5,000"),
        pytest.param(OnPayout.FLOOR_TO_INITIAL, {"margin": 0.0}, [420], id="down to the initial balance"),
    ],
)
def test_a_payout_leaves_room_above_a_floor_that_stays(on_payout: OnPayout, fields: dict[str, Any], amounts: list[float]) -> None:
    """420 are there after two days, the floor is 200 below the highest balance."""
    rule = floor(anchor=Anchor.CLOSED_BALANCE_HIGH, amount=200.0, on_payout=on_payout, compare=Compare.LT)
    outcome = week(payout(every=9, **fields), rule)
    assert [amount for hour, amount, _ in paid(outcome) if hour == 48] == amounts


@pytest.mark.parametrize(
    ("day", "hour"), [("2024-03-09", 23), ("2024-01-09", 24), ("2024-11-01", 25)], ids=["23 hours", "24 hours", "25 hours"]
)
def test_days_between_payouts_are_days_of_the_clock(day: str, hour: int) -> None:
    """Every day wins 10 and is paid at the next reset, on the days of a clock change as well."""
    start = int(np.datetime64(day, "ms").astype(np.int64)) + 5 * HOUR
    clock = Reset(at="00:00", zone="America/New_York")
    series = bars([*flat(1), *[(100, 101, 100, 100)] * 100], start=start)
    plans = [plan(0, time=int(series.open_time[n]), sizing_value=10.0, targets=[(101, 1)]) for n in range(1, 100)]
    outcome = run(stream(series, plans), rules=book(payout(1, 1), clocks=(clock,)))
    at = [time for time, _, _ in paid(outcome)]
    assert len(at) >= 3
    assert hour in [later - earlier for earlier, later in pairwise(at)]


def test_a_payout_is_no_loss_to_any_other_measure() -> None:
    """Days add up to what was traded; neither a daily floor nor our own ladder, whose days begin at noon, takes it for a loss."""
    daily = floor(Code.DAILY_LOSS, anchor=Anchor.DAY_START_BALANCE, amount=50.0, clock=1)
    ladder = (
        rung(measure=HouseMeasure.DRAWDOWN, limit=0.05, action=HouseAction.HALT),
        rung(measure=HouseMeasure.DAY_LOSS, limit=0.01, action=HouseAction.HALT, anchor=Anchor.DAY_START_EQUITY, clock=1),
    )
    rules = book(payout(), daily, *ladder, initial=5_000.0, clocks=(UTC_MIDNIGHT, Reset(at="12:00", zone="UTC")))
    outcome = week(rules=rules)
    assert (outcome.days["balance_end"] - outcome.days["balance_start"]).tolist() == [320, 100, 40, 22, 18, 0, 0]
    assert outcome.phases[0]["credited"] == outcome.days["credited"].sum() == 500
    assert [Code(int(code)) for code in outcome.events["code"]] == [Code.PAYOUT] * 3
    assert state(outcome) == "ACTIVE"


@pytest.mark.parametrize(("count", "first"), [(1, 48), (2, 48), (3, 72), (4, 96), (6, None)])
def test_winning_days_of_the_cycle_hold_a_payout_back(count: int, first: float | None) -> None:
    """Days of 20 or more: 320, 100, 40, 22 and no fifth."""
    days = counter(Code.PROFITABLE_DAYS, count=count, amount=20.0, window=Window.PAYOUT_CYCLE, severity=Severity.BLOCK_PAYOUT)
    assert next((hour for hour, _, _ in paid(week(payout(), days))), None) == first


def test_a_new_cycle_counts_its_own_winning_days() -> None:
    """Two of the first cycle do not count for the second, which is complete a day later."""
    days = counter(Code.PROFITABLE_DAYS, count=2, limit=0.0, window=Window.PAYOUT_CYCLE, severity=Severity.BLOCK_PAYOUT)
    assert [hour for hour, _, _ in paid(week(payout(2, 1), days))] == [48, 96]


@pytest.mark.parametrize(
    ("limit", "window", "expected"),
    [
        pytest.param(0.63, Window.PHASE, [], id="320 of 500 is above 63 %"),
        pytest.param(0.64, Window.PHASE, [120], id="and not above 64 %, from the fifth day on"),
        pytest.param(0.77, Window.PHASE, [48, 96, 144], id="320 of 420 is not above 77 %"),
        pytest.param(0.64, Window.PAYOUT_CYCLE, [120], id="the cycle begins with the phase"),
    ],
)
def test_a_share_of_one_day_holds_a_payout_back(limit: float, window: Window, expected: list[float]) -> None:
    """The best day is 320 of 420, then of 460, 482 and 500."""
    rule = counter(Code.CONSISTENCY, limit=limit, denominator=DayResult.TOTAL_NET, severity=Severity.BLOCK_PAYOUT, window=window)
    assert [hour for hour, _, _ in paid(week(payout(), rule))] == expected


def test_a_new_cycle_has_its_own_best_day() -> None:
    """The 320 of the first cycle hold the second one back only where the whole phase counts."""
    first = (320.0, 100.0, 20.0, 20.0, 20.0)
    by_window = {}
    for window in Window:
        rule = counter(Code.CONSISTENCY, limit=0.77, denominator=DayResult.TOTAL_NET, severity=Severity.BLOCK_PAYOUT, window=window)
        by_window[window] = len(paid(week(payout(2, 3), rule, results=first)))
    assert by_window == {Window.PHASE: 2, Window.PAYOUT_CYCLE: 2}
    tight = (100.0, 100.0, 20.0, 1.0, 1.0)
    held = counter(Code.CONSISTENCY, limit=0.6, denominator=DayResult.TOTAL_NET, severity=Severity.BLOCK_PAYOUT, window=Window.PAYOUT_CYCLE)
    assert [hour for hour, _, _ in paid(week(payout(2, 3), held, results=tight))] == [48]


def test_a_failure_that_starts_again_forgets_its_payouts() -> None:
    """The second attempt waits for its own first payout and keeps nothing of floors that stood."""
    stands = floor(anchor=Anchor.CLOSED_BALANCE_HIGH, amount=200.0, on_payout=OnPayout.FLOOR_TO_INITIAL, compare=Compare.LT)
    outcome = week(payout(every=9, steps=(10.0,)), stands, results=(320.0, 100.0, -500.0, 30.0, 30.0), after_failure="restart")
    assert [state(outcome, n) for n in range(2)] == ["FAILED", "ACTIVE"]
    assert outcome.phases["payouts"].tolist() == [1, 1]
    assert hours(outcome.events["time"]) == [48, 120]
    floors = dict(zip(hours(outcome.equity["time"]), outcome.equity["floor"][:, 0].tolist(), strict=True))
    assert (floors[52], floors[56]) == (5_000, 4_800)
