"""One position that stakes most of the account."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.all_in import AllIn
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import refusal, rows


def test_one_row_for_the_report() -> None:
    """The share of risk and the share of margin."""
    expected = {"family": Family.COUNTER, "code": Code.ALL_IN, "severity": Severity.WARN, "limit": 0.5, "limit_2": 0.8}
    assert rows(AllIn(max_margin=0.8)) == [expected]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"max_risk": 50}, "less than or equal to 1", id="percent instead of a fraction"),
        pytest.param({"severity": "fail"}, "severity: Input should be", id="a verdict"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(AllIn, **parameters)
