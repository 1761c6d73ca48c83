"""The profit that is credited at most."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.profit_cap import ProfitCap
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import UTC, refusal, rows

COMMON = {"family": Family.COUNTER, "code": Code.PROFIT_CAP, "severity": Severity.ADJUST}


def test_per_day_and_per_trade() -> None:
    """Either or both; what is not given stays open."""
    assert rows(ProfitCap(per_day=10_000, per_trade=8_000, reset=UTC)) == [{**COMMON, "amount": 10_000.0, "limit": 8_000.0}]
    assert rows(ProfitCap(per_day=10_000, reset=UTC)) == [{**COMMON, "amount": 10_000.0}]
    assert rows(ProfitCap(per_trade=8_000, reset=UTC)) == [{**COMMON, "limit": 8_000.0}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"reset": UTC}, "expected per_day, per_trade or both", id="neither"),
        pytest.param({"reset": UTC, "per_day": 0}, "greater than 0", id="nothing"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(ProfitCap, **parameters)
