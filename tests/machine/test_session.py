"""The end of a session: what is closed at which price, and what is kept out before it."""

from __future__ import annotations

from typing import Any

import pytest

from runner.model.plan import EntryKind
from runner.model.rules import Code, Family, Reset, RuleBook, RuleRow
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
    """AAA pauses from 20:00 to 23:00 and leaves at its last price, BBB at its open, both at 21:00."""
    paused = bars([*flat(20), *flat(3, 90)], times=[*range(20), 23, 24, 25])
    streams = [stream(paused, [plan(1)]), stream(bars(flat(30), "BBB"), [plan(1)])]
    outcome = run(*streams, rules=session())
    assert fills(outcome)[2:] == [("SESSION_FLAT", -1, 100), ("SESSION_FLAT", -1, 100)]
    assert hours(outcome.trades["closed"]) == [21, 21]


def test_an_hour_inside_a_bar_is_kept_at_its_end() -> None:
    """21:00 lies in the bar from 20:00 to 24:00: its low counts, and the position leaves at the open that follows."""
    rows: list[Row] = [*flat(5), (100, 100, 97, 98), (99, 99, 99, 99)]
    outcome = trade(bars(rows, timeframe_ms=4 * HOUR), plan(4), rules=session())
    assert fills(outcome)[1:] == [("SESSION_FLAT", -1, 99)]
    assert hours(outcome.trades["closed"]) == [24]
    assert outcome.trades["worst"][0] == -3


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


def test_with_the_gate_off_entries_are_taken_all_the_same() -> None:
    """And closed at the end."""
    outcome = trade(bars(flat(100), timeframe_ms=15 * MINUTE), plan(20.5), rules=session(duration_ms=HOUR), gate=OFF)
    assert hours(outcome.fills["time"]) == [20.5, 21]
    assert outcome.trades["opened"][0] == START + int(20.5 * HOUR)
