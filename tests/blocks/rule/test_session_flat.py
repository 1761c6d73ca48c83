"""The times at which everything is closed."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.session_flat import NO_CLOCK, SessionFlat
from runner.model.rules import Code, Family, Reset
from tests.rulebooks import NEW_YORK, facts, refusal


def test_flat_time_is_a_clock() -> None:
    """The clock's resets are the flat times; no entries in the quarter hour before."""
    account = facts()
    row = SessionFlat(flat_by=NEW_YORK, before="15m").rows(account)[0]
    assert (row.family, row.code, row.duration_ms) == (Family.CALENDAR, Code.SESSION_FLAT, 900_000)
    assert (account.clocks[row.clock].at, account.clocks[row.clock].zone) == ("17:00", "America/New_York")


def test_entries_up_to_the_flat_time() -> None:
    """Without a time before it entries stay allowed until then."""
    assert SessionFlat(flat_by=NEW_YORK).rows(facts())[0].duration_ms == 0


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({"flat_by": NEW_YORK, "weekdays": ["fri", "wed"]}, id="on the rule"),
        pytest.param({"flat_by": {**NEW_YORK, "weekdays": ["wed", "fri", "fri"]}}, id="on the clock"),
    ],
)
def test_before_the_weekend(parameters: dict[str, Any]) -> None:
    """Some weekdays only, counted in the clock's zone."""
    account = facts()
    row = SessionFlat(**parameters).rows(account)[0]
    assert account.clocks[row.clock] == Reset(at="17:00", zone="America/New_York", weekdays=(2, 4))


def test_every_day_is_written_in_one_way() -> None:
    """All seven days share the clock that has none."""
    account = facts()
    days: Any = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert [rule.rows(account)[0].clock for rule in (SessionFlat(flat_by=NEW_YORK), SessionFlat(flat_by=NEW_YORK, weekdays=days))] == [0, 0]


def test_before_long_breaks() -> None:
    """Breaks have a row of their own, without a clock: the bars tell when they are."""
    assert [(row.key, row.clock, row.grace_ms) for row in SessionFlat(longest_break="2h").rows(facts())] == [("", NO_CLOCK, 7_200_000)]
    both = SessionFlat(longest_break="2h", flat_by=NEW_YORK, before="5m").rows(facts())
    assert [(row.key, row.clock, row.grace_ms, row.duration_ms) for row in both] == [
        ("", 0, 0, 300_000),
        ("longest_break", NO_CLOCK, 7_200_000, 300_000),
    ]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "expected flat_by, longest_break or both", id="no time"),
        pytest.param({"flat_by": {"at": 1030, "zone": "America/New_York"}}, "(put quotes around it)", id="unquoted time"),
        pytest.param({"flat_by": NEW_YORK, "before": "quarter"}, "such as '30s'", id="words"),
        pytest.param({"flat_by": NEW_YORK, "weekdays": ["friday"]}, "'fri'", id="a day written out"),
        pytest.param({"longest_break": "2h", "weekdays": ["fri"]}, "weekdays belong to flat_by", id="days without a time"),
        pytest.param({"flat_by": {**NEW_YORK, "weekdays": ["mon"]}, "weekdays": ["fri"]}, "in one place", id="days in two places"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(SessionFlat, **parameters)
