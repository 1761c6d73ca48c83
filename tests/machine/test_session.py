"""The end of a session: what is closed at which price, and what is kept out before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runner.model.plan import EntryKind
from runner.model.records import Reason
from runner.model.rules import Code, Family, Reset, RuleBook, RuleRow, Severity, State
from tests.machine.build import HOUR, OFF, START, Row, answers, bars, book, fills, flat, hours, plan, row, run, stream, trade

EVENING = Reset(at="21:00", zone="UTC")
NEW_YORK = Reset(at="17:00", zone="America/New_York")  # 22:00 UTC in January
MINUTE = HOUR // 60


def session(*more: RuleRow, clock: Reset = EVENING, **fields: Any) -> RuleBook:
    """Flat at that time of day; days end at midnight UTC."""
    return book(row(Family.CALENDAR, Code.SESSION_FLAT, clock=1, **fields), *more, clocks=(Reset(at="00:00", zone="UTC"), clock))


@pytest.mark.parametrize(("clock", "hour"), [pytest.param(EVENING, 21, id="UTC"), pytest.param(NEW_YORK, 22, id="New York in winter")])
def test_a_position_leaves_at_the_open_of_the_hour(clock: Reset, hour: int) -> None:
    """Bars rise by one an hour: the open at the flat time is 100 plus its hour."""
    rows: list[Row] = [(100 + n, 101 + n, 100 + n, 101 + n) for n in range(30)]
    outcome = trade(rows, plan(1), rules=session(clock=clock))
    assert fills(outcome)[1:] == [("SESSION_FLAT", -1, 100 + hour)]
    assert hours(outcome.fills["time"]) == [1, hour]


def test_every_session_ends() -> None:
    """A plan every day at noon, closed every evening at nine."""
    outcome = trade(flat(72), *[plan(12 + 24 * day) for day in range(3)], rules=session())
    assert hours(outcome.trades["closed"]) == [21, 45, 69]


def test_where_the_market_shuts_at_the_hour_the_last_price_is_taken() -> None:
    """The last bar ends at 21:00 at 103; the next one opens two days later at 90."""
    shut = bars([*flat(20), (100, 103, 100, 103), *flat(3, 90)], times=[*range(21), 69, 70, 71])
    outcome = trade(shut, plan(1), rules=session())
    assert fills(outcome)[1:] == [("SESSION_FLAT", -1, 103)]
    assert hours(outcome.trades["closed"]) == [21]


def test_where_the_market_shut_before_the_hour_the_last_price_is_taken() -> None:
    """The last bar ends at 20:00 at 103; what opens at 90 next morning is not what the position gets."""
    shut = bars([*flat(19), (100, 103, 100, 103), *flat(3, 90)], times=[*range(20), 31, 32, 33])
    outcome = trade(shut, plan(1), rules=session())
    assert fills(outcome)[1:] == [("SESSION_FLAT", -1, 103)]
    assert outcome.balance == 10_003


def test_one_market_shuts_while_another_goes_on() -> None:
    """AAA pauses from 20:00 to 23:00 and leaves at its last price when it shuts, BBB at its open of 21:00."""
    paused = bars([*flat(20), *flat(3, 90)], times=[*range(20), 23, 24, 25])
    streams = [stream(paused, [plan(1)]), stream(bars(flat(30), "BBB"), [plan(1)])]
    outcome = run(*streams, rules=session())
    assert fills(outcome)[2:] == [("SESSION_FLAT", -1, 100), ("SESSION_FLAT", -1, 100)]
    assert hours(outcome.trades["closed"]) == [20, 21]


def test_an_hour_inside_a_bar_is_kept_at_its_beginning() -> None:
    """21:00 lies in the bar from 20:00 to 24:00: the position leaves where that bar opens, at 100, and no plan is taken there."""
    rows: list[Row] = [*flat(5), (100, 100, 97, 98), (99, 99, 99, 99)]
    outcome = trade(bars(rows, timeframe_ms=4 * HOUR), plan(4), plan(20), rules=session())
    assert fills(outcome)[1:] == [("SESSION_FLAT", -1, 100)]
    assert hours(outcome.trades["closed"]) == [20]
    assert answers(outcome)[1] == ("REFUSED", "SESSION_FLAT")
    assert (outcome.decisions["value"][1], outcome.decisions["limit"][1]) == (HOUR, 0)


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        pytest.param(19.75, "APPROVED", id="a quarter before the time"),
        pytest.param(20, "REFUSED", id="as long before as the rule says"),
        pytest.param(20.75, "REFUSED", id="a quarter before the end"),
        pytest.param(21, "APPROVED", id="the next session"),
    ],
)
def test_no_entry_is_taken_in_the_time_before(at: float, answer: str) -> None:
    """An hour before 21:00, in bars of a quarter."""
    series = bars(flat(100), timeframe_ms=15 * MINUTE)
    outcome = trade(series, plan(at), rules=session(duration_ms=HOUR))
    assert answers(outcome) == [(answer, "SESSION_FLAT" if answer == "REFUSED" else "SIZING")]
    if answer == "REFUSED":
        assert (outcome.decisions["value"][0], outcome.decisions["limit"][0]) == ((21 - at) * HOUR, HOUR)
        assert outcome.rule_states["count"][0] == 1


def test_without_a_time_before_entries_are_taken_until_the_end() -> None:
    """Bought at 20:45, closed at 21:00."""
    outcome = trade(bars(flat(100), timeframe_ms=15 * MINUTE), plan(20.75), rules=session())
    assert hours(outcome.fills["time"]) == [20.75, 21]


@pytest.mark.parametrize(
    ("touched", "answer"),
    [pytest.param(19.5, "APPROVED", id="filled before the time"), pytest.param(20, "CANCELLED", id="withdrawn with it")],
)
def test_a_waiting_entry_is_withdrawn_in_the_time_before(touched: float, answer: str) -> None:
    """A limit at 99 from 01:00 on; the market falls to it in one quarter only."""
    rows = flat(100)
    rows[int(touched * 4)] = (100, 100, 99, 100)
    limit = plan(1, entry_kind=EntryKind.LIMIT, entry_price=99)
    outcome = trade(bars(rows, timeframe_ms=15 * MINUTE), limit, rules=session(duration_ms=HOUR))
    assert answers(outcome)[0][0] == answer
    assert [name for name, _, _ in fills(outcome)] == (["ENTRY", "SESSION_FLAT"] if answer == "APPROVED" else [])


def test_what_is_open_stays_open_in_the_time_before() -> None:
    """Only the end closes it; a reversal in between is an entry and refused."""
    turn = plan(20.5, -1, when_open=2)
    outcome = trade(bars(flat(100), timeframe_ms=15 * MINUTE), plan(1), turn, rules=session(duration_ms=HOUR))
    assert fills(outcome) == [("ENTRY", 1, 100), ("SESSION_FLAT", -1, 100)]
    assert hours(outcome.fills["time"]) == [1, 21]


def test_several_times_of_a_phase_are_kept() -> None:
    """Flat at noon and at nine in the evening."""
    noon = row(Family.CALENDAR, Code.SESSION_FLAT, clock=2)
    rules = session(noon)
    outcome = trade(flat(30), plan(1), plan(13), rules=replace(rules, clocks=(*rules.clocks, Reset(at="12:00", zone="UTC"))))
    assert hours(outcome.trades["closed"]) == [12, 21]


def test_before_the_weekend() -> None:
    """Four on Fridays in New York only: 117 hours after the Monday at midnight UTC with which the bars begin."""
    friday = Reset(at="16:00", zone="America/New_York", weekdays=(4,))
    assert hours(trade(flat(200), plan(1), rules=session(clock=friday)).trades["closed"]) == [117]


def broken(*places: int, **more: Any) -> Any:
    """A position from hour 1, in bars of these hours that rise to 103 before the first break; the market opens again at 90."""
    last = next(n for n, place in enumerate(places) if places[n + 1] > place + 1)
    rows = [*flat(last), (100, 103, 100, 103), *flat(len(places) - last - 1, 90)]
    rule = row(Family.CALENDAR, Code.SESSION_FLAT, clock=-1, grace_ms=2 * HOUR)
    return trade(bars(rows, times=places), plan(1), rules=book(rule), **more)


def test_a_long_break_is_left_before_it() -> None:
    """The market shuts at 06:00 for 42 hours: the last price of its last bar is taken."""
    outcome = broken(*range(6), 48, 49)
    assert fills(outcome)[1:] == [("SESSION_FLAT", -1, 103)]
    assert hours(outcome.trades["closed"]) == [6]


def test_a_break_as_long_as_the_rule_lets_pass_is_held_through() -> None:
    """Two hours without a bar are no longer than two hours."""
    assert [name for name, _, _ in fills(broken(*range(6), 8, 9))] == ["ENTRY"]


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        pytest.param(3, "APPROVED", id="three hours before the break"),
        pytest.param(4, "REFUSED", id="as long before as the rule says"),
        pytest.param(5, "REFUSED", id="in the last bar"),
        pytest.param(48, "APPROVED", id="when the market opens again"),
    ],
)
def test_no_entry_is_taken_in_the_time_before_a_break(at: float, answer: str) -> None:
    """Two hours before 06:00; the break ends at hour 48."""
    rule = row(Family.CALENDAR, Code.SESSION_FLAT, clock=-1, grace_ms=2 * HOUR, duration_ms=2 * HOUR)
    assert answers(trade(bars(flat(9), times=[*range(6), 48, 49, 50]), plan(at), rules=book(rule)))[0][0] == answer


def test_each_market_has_its_own_breaks() -> None:
    """AAA shuts from 20:00 to 06:00, BBB goes on and is held."""
    rule = row(Family.CALENDAR, Code.SESSION_FLAT, clock=-1, grace_ms=2 * HOUR)
    streams = [stream(bars(flat(25), times=[*range(20), *range(30, 35)]), [plan(1)]), stream(bars(flat(35), "BBB"), [plan(1)])]
    outcome = run(*streams, rules=book(rule))
    assert [(int(f["symbol"]), Reason(int(f["reason"])).name) for f in outcome.fills][2:] == [(0, "SESSION_FLAT")]
    assert hours(outcome.trades["closed"]) == [20]


def verdict(outcome: Any) -> tuple[str, str, float, int]:
    """The first phase's (state, code, hour it ended, ambiguous)."""
    first = outcome.phases[0]
    return State(int(first["state"])).name, Code(int(first["code"])).name, hours(outcome.phases["ended"])[0], int(first["ambiguous"])


def test_with_the_gate_off_what_is_held_past_the_time_breaks_the_rule() -> None:
    """Entries are taken until the end, and nothing closes them but the verdict."""
    outcome = trade(bars(flat(100), timeframe_ms=15 * MINUTE), plan(20.5), rules=session(duration_ms=HOUR), gate=OFF)
    assert verdict(outcome) == ("FAILED", "SESSION_FLAT", 21, 0)
    assert fills(outcome) == [("ENTRY", 1, 100), ("PHASE_END", -1, 100)]


@pytest.mark.parametrize(
    ("opened", "ended"),
    [
        pytest.param(20.75, 21, id="the last quarter before the time"),
        pytest.param(21, 45, id="at the time itself, which is the next session"),
    ],
)
def test_a_session_begins_at_its_end(opened: float, ended: float) -> None:
    """The position of one session is judged at its own end."""
    outcome = trade(bars(flat(200), timeframe_ms=15 * MINUTE), plan(opened), rules=session(), gate=OFF)
    assert verdict(outcome)[2] == ended


def test_a_position_that_left_in_time_breaks_nothing() -> None:
    """A time stop closes it at 21:00 sharp."""
    outcome = trade(flat(30), plan(1, time_stop_ms=20 * HOUR), rules=session(), gate=OFF)
    assert (verdict(outcome)[0], hours(outcome.trades["closed"])) == ("ACTIVE", [21])


def test_a_position_held_through_a_bar_with_the_time_in_it_breaks_the_rule() -> None:
    """From 20:00 to 24:00 it was open at 21:00, whatever the bar did."""
    outcome = trade(bars(flat(9), timeframe_ms=4 * HOUR), plan(4), rules=session(), gate=OFF)
    assert verdict(outcome) == ("FAILED", "SESSION_FLAT", 24, 0)
    assert outcome.phases["value"][0] == 3 * HOUR


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"time": START + 4 * HOUR, "stop": 95.0}, id="stopped inside the bar"),
        pytest.param({"time": START + 4 * HOUR, "entry_kind": EntryKind.LIMIT, "entry_price": 95.0}, id="filled inside the bar"),
    ],
)
def test_a_fill_somewhere_in_the_bar_with_the_time_leaves_a_doubt(fields: dict[str, Any]) -> None:
    """The market is at 95 once between 20:00 and 24:00: nobody knows whether before or after 21:00."""
    rows: list[Row] = [*flat(5), (100, 100, 95, 100), *flat(3)]
    outcome = trade(bars(rows, timeframe_ms=4 * HOUR), plan(0, **fields), rules=session(), gate=OFF)
    assert verdict(outcome) == ("FAILED", "SESSION_FLAT", 24, 1)


def test_a_warning_is_counted_and_the_position_goes_on() -> None:
    """Three evenings."""
    outcome = trade(flat(72), plan(1), rules=session(severity=Severity.WARN), gate=OFF)
    assert (verdict(outcome)[0], int(outcome.rule_states["count"][0])) == ("ACTIVE", 3)


def test_a_break_held_into_breaks_the_rule() -> None:
    """Judged where the market shuts."""
    assert verdict(broken(*range(6), 48, 49, gate=OFF)) == ("FAILED", "SESSION_FLAT", 6, 0)


@pytest.mark.parametrize(("phase", "names"), [(0, ["ENTRY", "SESSION_FLAT"]), (1, ["ENTRY"])])
def test_a_rule_stands_in_its_own_phase(phase: int, names: list[str]) -> None:
    """The account is in the first phase; a rule of the second one says nothing yet."""
    rules = replace(session(phase=phase), phases=book(following=(1, -1)).phases)
    assert [name for name, _, _ in fills(trade(flat(30), plan(1), rules=rules))] == names
