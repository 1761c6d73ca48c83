"""The shortest holding time: which trades are short, and what they do by severity and share."""

from __future__ import annotations

from typing import Any

import pytest

from runner.model.records import Outcome
from runner.model.rules import Code, Family, RuleRow, Severity, State
from tests.machine.build import HOUR, Row, book, counter, flat, hours, plan, row, trade

TARGET = counter(Code.PROFIT_TARGET, limit=0.001)  # 10 of 10,000


def holding(duration_ms: int = 2 * HOUR, *, limit: float = 0.0, severity: Severity = Severity.FAIL) -> RuleRow:
    """At least that long; at most a share of `limit` may be shorter."""
    return row(Family.TIMER, Code.HOLDING_TIME, duration_ms=duration_ms, limit=limit, severity=severity)


def week(*rules: RuleRow, short: int, rest: int = 0, **more: Any) -> Outcome:
    """`short` trades of one hour, one of four hours that wins 10 at 10:00, then `rest` of three hours."""
    rows: list[Row] = [*flat(9), (100, 110, 100, 110), *flat(20, 110)]
    early = [plan(1 + n, time_stop_ms=HOUR) for n in range(short)]
    late = [plan(11 + 3 * n, time_stop_ms=3 * HOUR) for n in range(rest)]
    return trade(rows, *early, plan(6, targets=[(110, 1)]), *late, rules=book(TARGET, *rules), **more)


def state(outcome: Outcome) -> str:
    """Verdict of the first phase."""
    return State(int(outcome.phases[0]["state"])).name


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [
        pytest.param(HOUR - 1, "ACTIVE", id="held longer"),
        pytest.param(HOUR, "ACTIVE", id="held exactly as long"),
        pytest.param(HOUR + 1, "FAILED", id="a millisecond short"),
    ],
)
def test_a_trade_is_held_from_its_entry_to_its_last_exit(minimum: int, expected: str) -> None:
    """From the open at 01:00 to the open at 02:00; one short trade is enough where none is allowed."""
    outcome = trade(flat(5), plan(1, time_stop_ms=HOUR), rules=book(holding(minimum)))
    assert state(outcome) == expected
    seen = outcome.rule_states[0]
    assert (seen["worst_value"], seen["worst_limit"], seen["worst_headroom"]) == (HOUR, minimum, HOUR - minimum)
    assert seen["count"] == (expected == "FAILED")
    if expected == "FAILED":
        assert (int(outcome.phases["code"][0]), outcome.phases["value"][0], outcome.phases["floor"][0]) == (
            Code.HOLDING_TIME,
            HOUR,
            minimum,
        )


@pytest.mark.parametrize(
    ("minimum", "expected"), [pytest.param(HOUR, "ACTIVE", id="may be"), pytest.param(HOUR + 1, "FAILED", id="cannot be")]
)
def test_inside_a_bar_a_trade_is_held_as_long_as_it_may_have_been(minimum: int, expected: str) -> None:
    """Bought at 01:00, stopped before 02:00: nobody knows when."""
    outcome = trade([*flat(1), (100, 100, 99, 99), *flat(2, 99)], plan(1, stop=99), rules=book(holding(minimum)))
    assert state(outcome) == expected


def test_a_partial_close_is_no_trade_yet() -> None:
    """Half is sold in the first hour, the rest after three."""
    rows: list[Row] = [*flat(1), (100, 102, 100, 102), *flat(5, 102)]
    outcome = trade(rows, plan(1, targets=[(102, 0.5)], time_stop_ms=3 * HOUR), rules=book(holding()))
    assert state(outcome) == "ACTIVE"
    assert outcome.rule_states["worst_value"][0] == 3 * HOUR


@pytest.mark.parametrize(
    ("short", "limit", "severity", "expected"),
    [
        pytest.param(1, 0.5, Severity.FAIL, "PASSED", id="one of two, half allowed"),
        pytest.param(2, 0.5, Severity.FAIL, "FAILED", id="two of three, half allowed"),
        pytest.param(2, 0.5, Severity.BLOCK_PASS, "TARGET_REACHED", id="two of three hold the pass back"),
        pytest.param(1, 0.5, Severity.BLOCK_PASS, "PASSED", id="one of two does not"),
        pytest.param(1, 0.0, Severity.BLOCK_PASS, "TARGET_REACHED", id="none allowed: one holds it back"),
        pytest.param(2, 0.0, Severity.WARN, "PASSED", id="only written down"),
        pytest.param(2, 0.5, Severity.MANUAL, "FAILED", id="judged by hand, taken for a failure"),
    ],
)
def test_a_share_is_looked_at_when_the_phase_would_be_passed(short: int, limit: float, severity: Severity, expected: str) -> None:
    """Trades of one hour against two, then one of four hours that reaches the target."""
    outcome = week(holding(limit=limit, severity=severity), short=short)
    assert state(outcome) == expected
    assert outcome.rule_states["count"][1] == short
    if expected == "FAILED":
        assert hours(outcome.phases["ended"]) == [10]
        assert (int(outcome.phases["rule"][0]), outcome.phases["value"][0]) == (1, HOUR)


def test_longer_trades_bring_the_share_down_again() -> None:
    """Two of three wait; two of four are half, and the phase is passed."""
    assert state(week(holding(limit=0.5, severity=Severity.BLOCK_PASS), short=2, rest=1)) == "PASSED"


def test_a_new_attempt_counts_its_own_trades() -> None:
    """Two attempts fail with a short trade each, two hours after its entry; the third has none and passes."""
    rows: list[Row] = [*flat(9), (100, 110, 100, 110), *flat(3, 110)]
    plans = plan(1, time_stop_ms=HOUR), plan(4, time_stop_ms=HOUR), plan(6, targets=[(110, 1)])
    outcome = trade(rows, *plans, rules=book(TARGET, holding()), after_failure="restart")
    assert [State(int(phase["state"])).name for phase in outcome.phases[:3]] == ["FAILED", "FAILED", "PASSED"]
    assert hours(outcome.phases["ended"])[:3] == [3, 6, 10]
    assert outcome.rule_states["count"][1] == 2


def test_the_rule_that_fails_the_account_wins_over_one_that_warns() -> None:
    """A short trade that also loses more than the risk allowed, which is only written down: the account fails by the first."""
    risk = row(Family.CAP, Code.RISK_PER_TRADE, amount=1.0, severity=Severity.WARN)
    rows: list[Row] = [*flat(1), (100, 100, 97, 97), *flat(2, 97)]
    outcome = trade(rows, plan(1, stop=99.5, time_stop_ms=HOUR), rules=book(holding(), risk))
    assert int(outcome.phases["code"][0]) == Code.HOLDING_TIME
