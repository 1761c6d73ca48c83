"""The least a trade must be worth."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.smallest_trade import SmallestTrade
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows


def test_one_row_with_the_amount() -> None:
    """Ten in account currency."""
    assert rows(SmallestTrade(amount=10)) == [{"family": Family.CAP, "code": Code.MIN_TRADE, "amount": 10.0}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "amount: Field required", id="no amount"),
        pytest.param({"amount": 0}, "greater than 0", id="nothing at all"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(SmallestTrade, **parameters)
