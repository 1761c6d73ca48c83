"""The cap on one order."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.quantity_per_order import QuantityPerOrder
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows


def test_one_row() -> None:
    """The limit stands in the row."""
    assert rows(QuantityPerOrder(limit_quantity=50.0)) == [{"family": Family.CAP, "code": Code.QUANTITY_PER_ORDER, "limit": 50.0}]


def test_by_account_size() -> None:
    """The limit of this account's size."""
    assert rows(QuantityPerOrder(by_size={"10000": 5.0, "50000": 10.0}))[0]["limit"] == 5.0


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "exactly one of limit_quantity and by_size", id="no limit"),
        pytest.param({"limit_quantity": 1.0, "by_size": {"10000": 1.0}}, "exactly one of", id="two limits"),
        pytest.param({"limit_quantity": 0}, "greater than 0", id="nothing"),
        pytest.param({"limit_quantity": -1}, "greater than 0", id="less than nothing"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(QuantityPerOrder, **parameters)
