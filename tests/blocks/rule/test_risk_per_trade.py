"""The cap on the loss of one position."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.risk_per_trade import RiskPerTrade
from runner.model.rules import AmountOf, Code, Family, Severity
from tests.rulebooks import refusal, rows


def test_a_share_of_the_initial_balance() -> None:
    """The common form."""
    assert rows(RiskPerTrade(amount_fraction=0.03)) == [{"family": Family.CAP, "code": Code.RISK_PER_TRADE, "amount_fraction": 0.03}]


def test_money_and_a_warning() -> None:
    """Money instead of a share, reviewed instead of enforced."""
    expected = {"family": Family.CAP, "code": Code.RISK_PER_TRADE, "amount": 300.0, "severity": Severity.MANUAL}
    assert rows(RiskPerTrade(amount=300, severity="manual")) == [expected]


def test_a_share_of_the_present_balance() -> None:
    """What is left counts, not what was bought."""
    expected = {"family": Family.CAP, "code": Code.RISK_PER_TRADE, "amount_fraction": 0.03, "amount_of": AmountOf.ANCHOR}
    assert rows(RiskPerTrade(amount_fraction=0.03, amount_of="balance")) == [expected]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "exactly one of", id="no amount"),
        pytest.param({"amount_fraction": 0.03, "amount": 300}, "exactly one of", id="two amounts"),
        pytest.param({"amount_fraction": 3}, "less than or equal to 1", id="percent instead of a fraction"),
        pytest.param({"amount_fraction": True}, "valid number", id="a truth value"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(RiskPerTrade, **parameters)
