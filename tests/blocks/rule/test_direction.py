"""Which way may be traded."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.direction import Direction
from runner.model.rules import Code, Family
from tests.rulebooks import facts, refusal


@pytest.mark.parametrize(("allowed", "side"), [("long", 1), ("short", -1), ("both", 0)])
def test_side(allowed: Any, side: int) -> None:
    """The word in YAML is the side of the row."""
    row = Direction(allowed=allowed).rows(facts())[0]
    assert (row.family, row.code, row.direction) == (Family.CAP, Code.DIRECTION, side)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"allowed": "up"}, "'long', 'short' or 'both'", id="another word"),
        pytest.param({}, "Field required", id="no word"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Direction, **parameters)
