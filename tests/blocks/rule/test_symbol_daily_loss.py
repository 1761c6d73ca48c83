"""The cap on the day of one symbol."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.symbol_daily_loss import SymbolDailyLoss
from runner.model.rules import AmountOf, Anchor, Code, Compare, Family
from tests.rulebooks import UTC, refusal, rows


def test_a_share_of_the_initial_balance() -> None:
    """The common form."""
    assert rows(SymbolDailyLoss(amount_fraction=0.02, reset=UTC)) == [
        {"family": Family.CAP, "code": Code.SYMBOL_DAILY_LOSS, "amount_fraction": 0.02}
    ]


def test_a_share_of_the_balance_at_the_reset() -> None:
    """The balance of the reset is the anchor, and only more than the limit breaches."""
    expected = {
        "family": Family.CAP,
        "code": Code.SYMBOL_DAILY_LOSS,
        "amount_fraction": 0.02,
        "anchor": Anchor.DAY_START_BALANCE,
        "amount_of": AmountOf.ANCHOR,
        "compare": Compare.LT,
    }
    assert rows(SymbolDailyLoss(amount_fraction=0.02, amount_of="day_start_balance", compare="lt", reset=UTC)) == [expected]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"reset": UTC}, "exactly one of", id="no amount"),
        pytest.param({"amount": 200}, "reset: Field required", id="no reset"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(SymbolDailyLoss, **parameters)
