"""The cap on positions."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.open_positions import OpenPositions
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows


def test_one_row() -> None:
    """The limit stands in the row."""
    assert rows(OpenPositions(count=3)) == [{"family": Family.CAP, "code": Code.OPEN_POSITIONS, "count": 3}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"count": 0}, "greater than or equal to 1", id="none"),
        pytest.param({"count": 2.5}, "valid integer", id="half a position"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(OpenPositions, **parameters)
