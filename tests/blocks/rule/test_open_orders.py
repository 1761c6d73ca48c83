"""The cap on resting orders."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.open_orders import OpenOrders
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows


def test_one_row() -> None:
    """The limit stands in the row."""
    assert rows(OpenOrders(count=20)) == [{"family": Family.CAP, "code": Code.OPEN_ORDERS, "count": 20}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"count": 0}, "greater than or equal to 1", id="none"),
        pytest.param({"count": "20"}, "valid integer", id="text"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(OpenOrders, **parameters)
