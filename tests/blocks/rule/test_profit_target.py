"""The profit that passes a phase."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.profit_target import ProfitTarget
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import facts, refusal, rows

COMMON = {"family": Family.COUNTER, "code": Code.PROFIT_TARGET, "severity": Severity.BLOCK_PASS}


def test_as_a_share() -> None:
    """Ten percent of the initial balance."""
    assert rows(ProfitTarget(target_fraction=0.1)) == [{**COMMON, "limit": 0.1}]


def test_as_money() -> None:
    """Three thousand in account currency."""
    assert rows(ProfitTarget(target_amount=3_000)) == [{**COMMON, "amount": 3_000.0}]


def test_by_account_size() -> None:
    """The row holds the money of this account's size; a size may be written as text or as a number."""
    as_text: Any = {"10000": 600, "50000": 3_000}
    as_numbers: Any = {10_000: 600, 50_000: 3_000}
    assert rows(ProfitTarget(target_by_size=as_text)) == [{**COMMON, "amount": 600.0}]
    assert rows(ProfitTarget(target_by_size=as_numbers), facts(initial=50_000.0)) == [{**COMMON, "amount": 3_000.0}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "exactly one of", id="none"),
        pytest.param({"target_amount": 1, "target_fraction": 0.1}, "exactly one of", id="two"),
        pytest.param({"target_by_size": {"50k": 3_000}}, "account sizes such as 50000 with a value each, was 50k", id="no size"),
        pytest.param({"target_by_size": {}}, "was nothing", id="an empty table"),
        pytest.param({"target_by_size": {"50000": -1}}, "greater than 0", id="a loss for a target"),
        pytest.param({"target_fraction": 0}, "greater than 0", id="nothing"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(ProfitTarget, **parameters)
