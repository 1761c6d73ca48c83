"""Days that must end in profit."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.profitable_days import ProfitableDays
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import UTC, refusal, rows


def test_one_row() -> None:
    """Three days of at least half a percent."""
    expected = {"family": Family.COUNTER, "code": Code.PROFITABLE_DAYS, "severity": Severity.BLOCK_PASS, "count": 3, "limit": 0.005}
    assert rows(ProfitableDays(count=3, reset=UTC, min_result_fraction=0.005)) == [expected]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"count": 3}, "reset: Field required", id="no reset"),
        pytest.param({"count": 3, "reset": UTC, "min_result_fraction": float("nan")}, "min_result_fraction", id="not a number"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(ProfitableDays, **parameters)
