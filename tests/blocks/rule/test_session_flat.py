"""The time everything is closed."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.session_flat import SessionFlat
from runner.model.rules import Code, Family
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
    ("parameters", "message"),
    [
        pytest.param({"flat_by": {"at": 1030, "zone": "America/New_York"}}, "(put quotes around it)", id="unquoted time"),
        pytest.param({"flat_by": NEW_YORK, "before": "quarter"}, "such as '30s'", id="words"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(SessionFlat, **parameters)
