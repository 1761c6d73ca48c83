"""The limit on changes of stops between two resets."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.modifications_per_day import ModificationsPerDay
from runner.model.rules import Code, Family
from tests.rulebooks import NEW_YORK, UTC, facts, refusal, rows


def test_one_row_with_its_clock() -> None:
    """The count and the account's only clock."""
    account = facts()
    expected = {"family": Family.CAP, "code": Code.MODIFICATIONS_PER_DAY, "count": 2000}
    assert rows(ModificationsPerDay(count=2000, reset=NEW_YORK), account) == [expected]
    assert account.clocks[0].zone == "America/New_York"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"count": 0, "reset": UTC}, "greater than or equal to 1", id="none"),
        pytest.param({"count": 5}, "reset: Field required", id="no reset"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(ModificationsPerDay, **parameters)
