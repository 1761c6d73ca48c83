"""Sizes that are raised after losses."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.martingale import Martingale
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import refusal, rows

COMMON = {"family": Family.COUNTER, "code": Code.MARTINGALE}


def test_one_row_for_the_report() -> None:
    """Half as much again after each of two losses, by the risk; and by the notional, judged by people."""
    assert rows(Martingale()) == [{**COMMON, "severity": Severity.WARN, "limit": 1.5, "limit_2": 0.0, "count": 2}]
    other = Martingale(factor=2.0, losses=3, of="notional", severity="manual")
    assert rows(other) == [{**COMMON, "severity": Severity.MANUAL, "limit": 2.0, "limit_2": 1.0, "count": 3}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"factor": 1.0}, "greater than 1", id="no raise"),
        pytest.param({"losses": 0}, "greater than or equal to 1", id="after no loss"),
        pytest.param({"severity": "fail"}, "severity: Input should be", id="a verdict"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Martingale, **parameters)
