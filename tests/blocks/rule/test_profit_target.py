"""The profit that passes a phase."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.profit_target import ProfitTarget
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import refusal, rows

COMMON = {"family": Family.COUNTER, "code": Code.PROFIT_TARGET, "severity": Severity.BLOCK_PASS}


def test_as_a_share() -> None:
    """Ten percent of the initial balance."""
    assert rows(ProfitTarget(target_fraction=0.1)) == [{**COMMON, "limit": 0.1}]


def test_as_money() -> None:
    """Three thousand in account currency."""
    assert rows(ProfitTarget(target=3_000)) == [{**COMMON, "amount": 3_000.0}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "exactly one of", id="none"),
        pytest.param({"target": 1, "target_fraction": 0.1}, "exactly one of", id="two"),
        pytest.param({"target_fraction": 0}, "greater than 0", id="nothing"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(ProfitTarget, **parameters)
