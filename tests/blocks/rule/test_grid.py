"""Entries in a ladder of even steps."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.grid import Grid
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import refusal, rows


def test_one_row_for_the_report() -> None:
    """Four entries, steps even within a quarter."""
    assert rows(Grid()) == [{"family": Family.COUNTER, "code": Code.GRID, "severity": Severity.WARN, "limit": 0.25, "count": 4}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"entries": 2}, "greater than or equal to 3", id="one step is always even"),
        pytest.param({"tolerance": 2.0}, "less than or equal to 1", id="more than the step"),
        pytest.param({"severity": "fail"}, "severity: Input should be", id="a verdict"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Grid, **parameters)
