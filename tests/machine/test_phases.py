"""Days and phases: targets and what is credited, trading days, deadlines, the next phase and what follows a failure."""

from __future__ import annotations

import pytest

from runner.model.rules import Code, DayResult, RuleRow, Severity
from tests.machine.build import HOUR, OFF, Row, answers, book, counter, fills, flat, floor, hours, plan, trade
from tests.machine.days import state, week

TARGET = counter(Code.PROFIT_TARGET, limit=0.1)


def test_five_days_reach_a_target_of_ten_per_cent() -> None:
    """500 of 5,000 on the fifth day, flat: passed with that trade's bar."""
    outcome = week(TARGET)
    assert state(outcome) == "PASSED"
    assert hours(outcome.phases["ended"]) == [100]
    assert (outcome.phases[0]["credited"], outcome.phases[0]["target"]) == (500, 500)


def test_one_unit_short_of_the_target_is_not_passed() -> None:
    """499.99."""
    assert state(week(TARGET, results=(320.0, 100.0, 40.0, 22.0, 17.99))) == "ACTIVE"


@pytest.mark.parametrize(
    ("denominator", "limit", "first", "total"),
    [
        pytest.param(DayResult.PHASE_TARGET, 0.4, 200, 380, id="40 % of the target of 500"),
        pytest.param(DayResult.TOTAL_NET, 0.4, 200, 380, id="40 % of the total of 500"),
        pytest.param(DayResult.SUM_POSITIVE, 0.4, 200, 380, id="40 % of the winning days' 500"),
    ],
)
def test_a_day_is_credited_with_a_share_at_most(denominator: DayResult, limit: float, first: float, total: float) -> None:
    """320, 100, 40, 22, 18 with 40 %: the first day counts 200, the week 380, and the phase is not passed."""
    outcome = week(TARGET, counter(Code.CONSISTENCY, limit=limit, denominator=denominator, severity=Severity.ADJUST))
    assert state(outcome) == "TARGET_REACHED" if total >= 500 else state(outcome) == "ACTIVE"
    assert outcome.phases[0]["credited"] == total
    if denominator == DayResult.PHASE_TARGET:
        assert outcome.days["credited"].tolist()[:5] == [first, 100, 40, 22, 18]


def test_a_losing_day_tells_the_denominators_apart() -> None:
    """320 and −100 and 280: the total is 500, the winning days' sum 600; half of them is 250 or 300."""
    results = (320.0, -100.0, 280.0)
    for denominator, credited in ((DayResult.TOTAL_NET, 250 - 100 + 250), (DayResult.SUM_POSITIVE, 300 - 100 + 280)):
        rule = counter(Code.CONSISTENCY, limit=0.5, denominator=denominator, severity=Severity.ADJUST)
        assert week(TARGET, rule, results=results).phases[0]["credited"] == credited


@pytest.mark.parametrize(("limit", "expected"), [(0.63, "TARGET_REACHED"), (0.64, "PASSED"), (0.65, "PASSED")])
def test_a_consistency_share_can_hold_back_the_pass(limit: float, expected: str) -> None:
    """The best day is 320 of 500, 64 %: below, at and above the limit."""
    assert state(week(TARGET, counter(Code.CONSISTENCY, limit=limit, severity=Severity.BLOCK_PASS))) == expected


@pytest.mark.parametrize(("per_day", "per_trade", "credited"), [(150.0, float("nan"), 330), (float("nan"), 150.0, 330), (150.0, 90.0, 260)])
def test_a_profit_cap_leaves_the_rest_uncredited(per_day: float, per_trade: float, credited: float) -> None:
    """One trade a day: a cap a day and a cap a trade are the same here; the smaller one holds."""
    outcome = week(TARGET, counter(Code.PROFIT_CAP, amount=per_day, limit=per_trade, severity=Severity.ADJUST))
    assert outcome.phases[0]["credited"] == credited


@pytest.mark.parametrize(("count", "expected"), [(4, "PASSED"), (5, "PASSED"), (6, "TARGET_REACHED")])
def test_trading_days_hold_back_the_pass(count: int, expected: str) -> None:
    """Five days with a trade: one fewer needed, as many, one more."""
    assert state(week(TARGET, counter(Code.TRADING_DAYS, count=count))) == expected


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        pytest.param({"limit": 0.2}, 5, id="1,000 of 5,000 is large enough"),
        pytest.param({"limit": 0.2001}, 0, id="a tick too small"),
        pytest.param({"limit_2": 0.04}, 3, id="results of at least 4 % of the position"),
        pytest.param({"limit_2": 0.04, "either_sign": 1}, 4, id="losses of that size count too"),
    ],
)
def test_which_days_count(fields: dict[str, float], counted: int) -> None:
    """Results of 320, −100, 40, 22 and 100 on 1,000."""
    outcome = week(TARGET, counter(Code.TRADING_DAYS, count=9, **fields), results=(320.0, -100.0, 40.0, 22.0, 100.0))
    assert outcome.phases[0]["days_counted"] == counted


@pytest.mark.parametrize(("limit", "expected"), [(0.004, "PASSED"), (0.0044, "PASSED"), (0.005, "TARGET_REACHED")])
def test_profitable_days_are_counted_when_they_end(limit: float, expected: str) -> None:
    """Four days of at least 22 (0.44 % of 5,000) are wanted; the fifth trade passes once they are there."""
    assert state(week(TARGET, counter(Code.PROFITABLE_DAYS, count=4, limit=limit))) == expected


@pytest.mark.parametrize(("code", "at"), [(Code.INACTIVITY, 100 + 40), (Code.TIME_LIMIT, 40)])
def test_deadlines_end_the_phase(code: Code, at: float) -> None:
    """40 hours after the last trade, and 40 hours after the start."""
    outcome = week(counter(code, duration_ms=40 * HOUR))
    assert state(outcome) == "FAILED"
    assert Code(int(outcome.phases[0]["code"])) == code
    assert at <= hours(outcome.phases["ended"])[0] <= at + 4


def test_passing_leads_to_the_next_phase_with_a_fresh_balance() -> None:
    """Two phases of 10 %: the second begins with 5,000 at the instant the first is passed, and needs its own profit."""
    rules = book(TARGET, RuleRow(**{**TARGET.__dict__, "phase": 1}), following=(1, -1), initial=5_000.0)
    rows: list[Row] = [(1_000, 1_500, 1_000, 1_500), *flat(1, 1_000), (1_000, 1_100, 1_000, 1_100)]
    outcome = trade(rows, plan(0, targets=[(1_500, 1)]), plan(2, targets=[(1_100, 1)]), rules=rules)
    assert [state(outcome, 0), state(outcome, 1)] == ["PASSED", "ACTIVE"]
    assert hours(outcome.phases["started"]) == [0, 1]
    assert (outcome.balance, outcome.phases[1]["credited"]) == (5_100, 100)
    assert [int(d["phase"]) for d in outcome.days] == [0, 1]


def test_a_pass_waits_until_everything_is_flat() -> None:
    """Half is sold at the target; the rest keeps the phase open until it is closed."""
    rows: list[Row] = [(1_000, 2_000, 1_000, 2_000), *flat(3, 2_000)]
    outcome = trade(rows, plan(0, targets=[(2_000, 0.5)], time_stop_ms=2 * HOUR), rules=book(TARGET, initial=5_000.0))
    assert hours(outcome.phases["ended"]) == [3]


@pytest.mark.parametrize("after", ["stop", "restart"])
def test_a_failure_ends_the_account_or_starts_it_again(after: str) -> None:
    """A restart gives the initial balance, day starts and peaks back, also when the day ends at that instant."""
    rows: list[Row] = [*flat(23, 1_000), (1_000, 1_000, 900, 900), *flat(3, 900)]
    plans = plan(23, sizing_value=5.0), plan(24, targets=[(2_000, 1)])
    outcome = trade(rows, *plans, rules=book(floor(amount=400.0), initial=5_000.0), gate=OFF, after_failure=after)
    assert state(outcome) == "FAILED"
    assert answers(outcome)[1][0] == ("APPROVED" if after == "restart" else "REFUSED")
    if after == "restart":
        assert (outcome.balance, len(outcome.phases)) == (5_000, 2)
        assert outcome.days[-1]["equity_start"] == 5_000
        assert fills(outcome)[1][0] == "PHASE_END"


def test_every_day_is_recorded_once_with_its_trades() -> None:
    """Seven days, five of them with one trade."""
    outcome = week()
    assert outcome.days["trades"].tolist() == [1, 1, 1, 1, 1, 0, 0]
    assert hours(outcome.days["time"]) == [24 * n for n in range(7)]
