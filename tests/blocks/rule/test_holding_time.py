"""The time positions must be held."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.holding_time import HoldingTime
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import facts, refusal, rows


def test_a_share_may_be_shorter() -> None:
    """Five percent of the trades may be under thirty seconds."""
    expected = {"family": Family.TIMER, "code": Code.HOLDING_TIME, "duration_ms": 30_000, "limit": 0.05, "severity": Severity.BLOCK_PASS}
    assert rows(HoldingTime(minimum="30s", max_share_below=0.05, severity="block_pass")) == [expected]


def test_none_may_be_shorter() -> None:
    """Without a share the limit is zero."""
    assert HoldingTime(minimum="1m").rows(facts())[0].limit == 0.0


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"minimum": "30"}, "such as '30s'", id="no unit"),
        pytest.param({"minimum": "30s", "max_share_below": 1.0}, "less than 1", id="all may be shorter"),
        pytest.param({"minimum": "30s", "max_share_below": -0.1}, "greater than or equal to 0", id="a negative share"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(HoldingTime, **parameters)
