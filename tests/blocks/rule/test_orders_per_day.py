"""The cap on orders between two resets."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.orders_per_day import OrdersPerDay
from runner.model.rules import Code, Family
from runner.model.terms import Clock
from tests.rulebooks import NEW_YORK, UTC, facts, refusal, rows


def test_one_row_with_its_clock() -> None:
    """The count and the second clock of the account."""
    account = facts()
    account.clock(Clock(**UTC).reset())
    expected = {"family": Family.CAP, "code": Code.ORDERS_PER_DAY, "count": 200, "clock": 1}
    assert rows(OrdersPerDay(count=200, reset=NEW_YORK), account) == [expected]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"count": 0, "reset": UTC}, "greater than or equal to 1", id="none"),
        pytest.param({"count": 5}, "reset: Field required", id="no reset"),
        pytest.param({"count": 5, "reset": "00:00"}, "reset", id="a bare time"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(OrdersPerDay, **parameters)
