"""Counters in full: consistency with every effect, days by opening and in money, rest and time limits by what counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.model.plan import WhenOpen
from runner.model.rules import Code, Compare, DayResult, Event, RuleRow, Scope, Severity
from tests.machine.build import HOUR, OFF, Row, bars, book, counter, flat, hours, plan, run, stream, trade
from tests.machine.days import state, week

TARGET = counter(Code.PROFIT_TARGET, limit=0.1)
BEST = (320.0, 100.0, 40.0, 22.0, 18.0)


def share(limit: float, **fields: Any) -> RuleRow:
    """A consistency rule on the net result that holds the pass back."""
    return counter(Code.CONSISTENCY, **{"limit": limit, "denominator": DayResult.TOTAL_NET, "severity": Severity.BLOCK_PASS, **fields})


@pytest.mark.parametrize(
    ("limit", "compare", "expected"),
    [
        pytest.param(0.63, Compare.LE, "TARGET_REACHED", id="above"),
        pytest.param(0.64, Compare.LE, "PASSED", id="at: a share up to the limit passes"),
        pytest.param(0.65, Compare.LE, "PASSED", id="below"),
        pytest.param(0.64, Compare.LT, "TARGET_REACHED", id="at: it must stay below"),
        pytest.param(0.6401, Compare.LT, "PASSED", id="just below"),
    ],
)
@pytest.mark.parametrize("scope", Scope, ids=lambda scope: scope.name.lower())
def test_at_the_limit_of_a_share(limit: float, compare: Compare, expected: str, scope: Scope) -> None:
    """320 of 500 are 64 %, of one day and of its only trade."""
    assert state(week(TARGET, share(limit, compare=compare, scope=scope))) == expected


@pytest.mark.parametrize(
    ("limit", "target", "expected"),
    [
        pytest.param(0.32, 1_000, "PASSED", id="320 is 32 % of 1,000"),
        pytest.param(0.3, 1_066.66666667, "ACTIVE", id="320 is 30 % of more"),
        pytest.param(0.7, 500, "PASSED", id="the target is never lowered"),
    ],
)
def test_a_best_day_raises_the_target(limit: float, target: float, expected: str) -> None:
    """To the profit of which it is the allowed share; 1,000 are earned."""
    outcome = week(TARGET, share(limit, severity=Severity.RAISE_TARGET), results=(320.0, 280.0, 300.0, 100.0))
    assert (state(outcome), outcome.phases[0]["target"]) == (expected, target)


@pytest.mark.parametrize(("compare", "expected"), [(Compare.LE, "PASSED"), (Compare.LT, "TARGET_REACHED")])
def test_a_raised_target_that_is_just_reached(compare: Compare, expected: str) -> None:
    """Exactly 1,000 for a best day of 320 and 32 %: enough, unless the share must stay below."""
    rule = share(0.32, severity=Severity.RAISE_TARGET, compare=compare)
    assert state(week(TARGET, rule, results=(320.0, 280.0, 300.0, 100.0))) == expected


@pytest.mark.parametrize(("limit", "expected"), [(0.63, "FAILED"), (0.64, "PASSED")])
def test_a_share_can_fail_an_account_that_would_pass(limit: float, expected: str) -> None:
    """Judged when the target is reached and nothing else is missing."""
    outcome = week(TARGET, share(limit, severity=Severity.FAIL))
    assert state(outcome) == expected
    assert hours(outcome.phases["ended"]) == [100]
    if expected == "FAILED":
        assert Code(int(outcome.phases[0]["code"])) == Code.CONSISTENCY
        assert (outcome.phases[0]["value"], outcome.phases[0]["floor"]) == (0.64, 0.63)


def test_a_share_fails_nothing_before_the_target() -> None:
    """A first day that is the whole profit is not an attempt to pass."""
    assert state(week(TARGET, share(0.5, severity=Severity.FAIL), results=(320.0, 100.0))) == "ACTIVE"
    held = week(TARGET, share(0.5, severity=Severity.FAIL), counter(Code.TRADING_DAYS, count=6))
    assert state(held) == "TARGET_REACHED"


@pytest.mark.parametrize(
    ("scope", "credited"), [pytest.param(Scope.DAY, 250, id="of a day"), pytest.param(Scope.TRADE, 350, id="of a trade")]
)
@pytest.mark.parametrize("denominator", DayResult, ids=lambda kind: kind.name.lower())
def test_what_is_above_the_share_of_a_day_or_a_trade_is_not_counted(scope: Scope, credited: float, denominator: DayResult) -> None:
    """Two trades in one day, 350 and 150, of a target and a total of 500; half of it is 250 for a day, and cuts 100 off the trade."""
    rows: list[Row] = [(1_000, 1_350, 1_000, 1_350), (1_000, 1_150, 1_000, 1_150), *flat(10, 1_000)]
    plans = plan(0, targets=[(1_350, 1)]), plan(4, targets=[(1_150, 1)])
    rules = book(TARGET, share(0.5, scope=scope, denominator=denominator, severity=Severity.ADJUST), initial=5_000.0)
    outcome = trade(bars(rows, timeframe_ms=4 * HOUR), *plans, rules=rules, gate=OFF)
    assert outcome.phases[0]["credited"] == credited + 50 * (scope == Scope.TRADE)


def test_several_shares_hold_together() -> None:
    """The second rule of the kind counts as much as the first."""
    loose, tight = share(0.9), share(0.5)
    assert state(week(TARGET, loose)) == "PASSED"
    for rules in ((loose, tight), (tight, loose)):
        assert state(week(TARGET, *rules)) == "TARGET_REACHED"


def test_a_cap_on_profit_and_a_share_hold_together() -> None:
    """320 counts as 200 by the cap; a third of the total of 500 is less."""
    cap = counter(Code.PROFIT_CAP, amount=200.0, severity=Severity.ADJUST)
    assert week(TARGET, cap, share(0.5, severity=Severity.ADJUST)).phases[0]["credited"] == 200 + 100 + 40 + 22 + 18
    assert week(TARGET, cap, share(0.3, severity=Severity.ADJUST)).phases[0]["credited"] == 150 + 100 + 40 + 22 + 18


@pytest.mark.parametrize(
    ("amount", "expected"), [(21.99, "PASSED"), (22.0, "PASSED"), (22.01, "TARGET_REACHED")], ids=["below", "at", "above"]
)
def test_profitable_days_in_money(amount: float, expected: str) -> None:
    """Four days of at least that much are wanted; the fourth best is 22."""
    assert state(week(TARGET, counter(Code.PROFITABLE_DAYS, count=4, amount=amount))) == expected


def test_a_day_without_a_result_is_not_profitable() -> None:
    """Even where any profit will do."""
    rule = counter(Code.PROFITABLE_DAYS, count=9, limit=0.0)
    outcome = week(TARGET, rule, results=(100.0, 0.0, -20.0, 30.0))
    assert outcome.rule_states["days"][1] == 2


def held_over(opened: float, closed: float, *rules: RuleRow, days: int = 4) -> Any:
    """One position from hour `opened` to hour `closed`, in bars of an hour."""
    length = plan(opened, time_stop_ms=int((closed - opened) * HOUR))
    return trade(flat(24 * days), length, rules=book(*rules, initial=5_000.0), gate=OFF)


@pytest.mark.parametrize(
    ("opened", "event", "day"),
    [
        pytest.param(23, Event.OPEN, 0, id="opened in the last hour"),
        pytest.param(24, Event.OPEN, 1, id="opened at the reset: the new day"),
        pytest.param(23, Event.CLOSE, 1, id="closed on the next day"),
    ],
)
def test_the_day_that_an_opening_or_a_close_makes_count(opened: float, event: Event, day: int) -> None:
    """Held for ten hours over or after midnight; one day counts, and which one is seen in the table of days."""
    outcome = held_over(opened, opened + 10, counter(Code.TRADING_DAYS, count=9, event=event))
    assert np.flatnonzero(outcome.days["counts"]).tolist() == [day]
    assert outcome.phases[0]["days_counted"] == 1


def test_two_openings_of_one_day_count_once() -> None:
    """And one of the next day again."""
    plans = [plan(at, time_stop_ms=HOUR) for at in (1, 5, 30)]
    rule = counter(Code.TRADING_DAYS, count=9, event=Event.OPEN)
    assert trade(flat(60), *plans, rules=book(rule), gate=OFF).phases[0]["days_counted"] == 2


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        pytest.param(Event.CLOSE, 50, id="40 h after the close at 10 h"),
        pytest.param(Event.OPEN, 42, id="40 h after the opening at 2 h"),
        pytest.param(Event.ORDER, 61, id="40 h after the order at 21 h, which never filled"),
    ],
)
def test_rest_is_counted_from_what_counts(event: Event, ended: float) -> None:
    """Opened at 2 h, closed at 10 h, an order sent at 21 h."""
    plans = plan(2, time_stop_ms=8 * HOUR), plan(21, entry_kind=1, entry_price=50.0)
    outcome = trade(flat(80), *plans, rules=book(counter(Code.INACTIVITY, duration_ms=40 * HOUR, event=event)), gate=OFF)
    assert (state(outcome), hours(outcome.phases["ended"])) == ("FAILED", [ended])
    assert outcome.phases[0]["value"] == 40 * HOUR


@pytest.mark.parametrize("event", [Event.CLOSE, Event.OPEN, Event.ORDER], ids=lambda event: event.name.lower())
@pytest.mark.parametrize(("pause", "expected"), [(39, "ACTIVE"), (40, "FAILED"), (41, "FAILED")])
def test_what_comes_after_a_gap_comes_too_late(event: Event, pause: int, expected: str) -> None:
    """No bars for so many hours after the last activity: the first thing after the gap does not undo the 40 h that were over before it."""
    series = bars(flat(7), times=[0, 1, 2, *range(2 + pause, 6 + pause)])
    limit: dict[str, Any] = {"entry_kind": 1, "entry_price": 50.0, "when_open": WhenOpen.ADD} if event == Event.ORDER else {}
    plans = [plan(at, time_stop_ms=HOUR, **limit) for at in (1, 2, 2 + pause)]
    outcome = run(stream(series, plans), rules=book(counter(Code.INACTIVITY, duration_ms=40 * HOUR, event=event)), gate=OFF)
    assert state(outcome) == expected


@pytest.mark.parametrize(
    ("event", "opened", "ended"),
    [
        pytest.param(Event.CLOSE, 5, [30], id="30 h after the start"),
        pytest.param(Event.OPEN, 5, [35], id="30 h after the first position"),
        pytest.param(Event.OPEN, 90, [96], id="not begun before the data ends"),
    ],
)
def test_where_a_time_limit_begins(event: Event, opened: float, ended: list[float]) -> None:
    """With the phase, or with the first position opened in it."""
    outcome = held_over(opened, opened + 2, counter(Code.TIME_LIMIT, duration_ms=30 * HOUR, event=event))
    assert hours(outcome.phases["ended"]) == ended


def test_a_rest_that_only_warns_leaves_the_time_limit_in_force() -> None:
    """Written down once, and the next deadline still comes."""
    rest = counter(Code.INACTIVITY, duration_ms=10 * HOUR, severity=Severity.WARN)
    outcome = trade(flat(80), rules=book(rest, counter(Code.TIME_LIMIT, duration_ms=50 * HOUR)))
    assert hours(outcome.phases["ended"]) == [50]
    assert outcome.rule_states["count"].tolist() == [1, 1]


def test_what_only_warns_is_written_down_again_after_new_activity() -> None:
    """10 h without a trade, a trade, and 10 h without one again."""
    rest = counter(Code.INACTIVITY, duration_ms=10 * HOUR, severity=Severity.WARN)
    outcome = trade(flat(60), plan(20, time_stop_ms=HOUR), rules=book(rest), gate=OFF)
    assert outcome.rule_states["count"].tolist() == [2]


def test_a_second_phase_begins_with_empty_counters() -> None:
    """700 pass the first phase, whose target a trade of 350 has raised; the second has its own target, best trade and days."""
    raised = share(0.5, severity=Severity.RAISE_TARGET, scope=Scope.TRADE)
    rules = [TARGET, raised, counter(Code.TRADING_DAYS, count=1, event=Event.OPEN)]
    both = [RuleRow(**{**rule.__dict__, "phase": phase}) for phase in range(2) for rule in rules]
    results = (350, 150, 200, 100)
    rows: list[Row] = [*((1_000, 1_000 + won, 1_000, 1_000 + won) for won in results), *flat(3, 1_000)]
    plans = [plan(at, targets=[(1_000 + won, 1)]) for at, won in enumerate(results)]
    outcome = trade(rows, *plans, rules=book(*both, following=(1, -1), initial=5_000.0), gate=OFF)
    assert [state(outcome, n) for n in range(2)] == ["PASSED", "ACTIVE"]
    assert outcome.phases["target"].tolist() == [700, 500]
    assert outcome.phases["credited"].tolist() == [700, 100]
    assert outcome.phases["days_counted"].tolist() == [1, 1]
