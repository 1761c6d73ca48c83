"""The cap on margin."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.margin_cap import MarginCap
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows


def test_one_row() -> None:
    """The limit stands in the row."""
    assert rows(MarginCap(limit_fraction=0.25)) == [{"family": Family.CAP, "code": Code.MARGIN, "limit": 0.25}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"limit_fraction": 0.0}, "greater than 0", id="nothing"),
        pytest.param({"limit_fraction": 25}, "less than or equal to 1", id="percent instead of a fraction"),
        pytest.param({}, "Field required", id="no number"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(MarginCap, **parameters)
