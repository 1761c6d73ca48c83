"""Days that must end in profit."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.profitable_days import ProfitableDays
from runner.model.rules import Code, Family, Severity, Window
from tests.rulebooks import UTC, refusal, rows


def test_one_row() -> None:
    """Three days of at least half a percent."""
    expected = {"family": Family.COUNTER, "code": Code.PROFITABLE_DAYS, "severity": Severity.BLOCK_PASS, "count": 3, "limit": 0.005}
    assert rows(ProfitableDays(count=3, reset=UTC, min_result_fraction=0.005)) == [expected]


def test_of_a_payout_cycle() -> None:
    """Five days of 150 or more since the last payout hold the next one back, not the pass."""
    expected = {
        "family": Family.COUNTER,
        "code": Code.PROFITABLE_DAYS,
        "severity": Severity.BLOCK_PAYOUT,
        "window": Window.PAYOUT_CYCLE,
        "count": 5,
        "limit": 0.0,
        "amount": 150.0,
    }
    assert rows(ProfitableDays(count=5, reset=UTC, min_result_amount=150, per="payout_cycle")) == [expected]


def test_money_by_account_size() -> None:
    """The result of this account's size."""
    tables: Any = {"10000": 100, "50000": 250}
    assert rows(ProfitableDays(count=5, reset=UTC, min_result_by_size=tables))[0]["amount"] == 100.0


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"count": 3, "reset": UTC, "min_result_fraction": 0.01, "min_result_amount": 5.0}, "at most one of", id="two results"),
        pytest.param({"count": 3}, "reset: Field required", id="no reset"),
        pytest.param({"count": 3, "reset": UTC, "min_result_fraction": float("nan")}, "min_result_fraction", id="not a number"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(ProfitableDays, **parameters)
