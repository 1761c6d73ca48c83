"""What the rule book's answer says of times."""

from __future__ import annotations

import pytest

from runner.mode.explaining.answer import until
from runner.model.rules import Code, Family, RuleRow
from tests.machine.build import HOUR, START, row

NEWS, SESSION = row(Family.CALENDAR, Code.NEWS), row(Family.CALENDAR, Code.SESSION_FLAT)


@pytest.mark.parametrize(
    ("rule", "left", "words"),
    [
        pytest.param(NEWS, HOUR, "the release of 2024-01-01 01:00 UTC is 1.0 h ahead; 2.0 min on this side", id="before a release"),
        pytest.param(NEWS, -HOUR, "the release of 2023-12-31 23:00 UTC is 1.0 h ago; 2.0 min on this side", id="after it"),
        pytest.param(NEWS, 0, "the release of 2024-01-01 00:00 UTC is at this instant", id="at it"),
        pytest.param(
            SESSION, HOUR, "everything is closed by 2024-01-01 01:00 UTC, 1.0 h ahead; 2.0 min before it", id="before a session's end"
        ),
    ],
)
def test_what_kept_a_plan_out_is_named_by_its_time(rule: RuleRow, left: int, words: str) -> None:
    """The release or the end of the session, how far away it is, and what is kept free around it."""
    assert words in until(rule, START, left, 120_000)
