"""The cap on everything held."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.notional_cap import NotionalCap
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows


def test_one_row() -> None:
    """The limit stands in the row."""
    assert rows(NotionalCap(limit_multiple=2.0)) == [{"family": Family.CAP, "code": Code.NOTIONAL, "limit": 2.0}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"limit_multiple": 0}, "greater than 0", id="nothing"),
        pytest.param({"limit_multiple": float("inf")}, "finite number", id="no limit at all"),
        pytest.param({}, "Field required", id="no number"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(NotionalCap, **parameters)
