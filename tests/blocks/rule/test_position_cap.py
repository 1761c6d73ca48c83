"""The cap on the notional of one symbol."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.position_cap import PositionCap
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import refusal, rows


def test_one_row_for_every_symbol() -> None:
    """A tenth of the initial balance, watched only."""
    expected = {"family": Family.CAP, "code": Code.POSITION_NOTIONAL, "limit": 0.1, "severity": Severity.WARN}
    assert rows(PositionCap(limit_multiple=0.1, severity="warn")) == [expected]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "limit_multiple: Field required", id="no limit"),
        pytest.param({"limit_multiple": 0}, "greater than 0", id="nothing at all"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(PositionCap, **parameters)
