"""The time a stop must be set in."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.stop_deadline import StopDeadline
from runner.model.rules import Code, Family, Restart
from tests.rulebooks import refusal, rows


def test_with_one_second_chance() -> None:
    """Five minutes, one hour to repair, once."""
    expected = {"family": Family.TIMER, "code": Code.STOP_DEADLINE, "duration_ms": 300_000, "grace_ms": 3_600_000, "count": 1}
    assert rows(StopDeadline(within="5m", grace="1h", grace_count=1)) == [expected]


def test_without_one() -> None:
    """Three minutes and no grace."""
    assert rows(StopDeadline(within="180s")) == [{"family": Family.TIMER, "code": Code.STOP_DEADLINE, "duration_ms": 180_000}]


def test_offences_that_are_counted() -> None:
    """Three minutes, a stop at most 2 % away, the fifth offence fails; taking the stop away after a change of size starts anew."""
    rule = StopDeadline(within="3m", max_risk_fraction=0.02, max_offences=5, cancel_restarts="only_if_size_changed")
    expected = {"limit": 0.02, "limit_2": 5.0, "restarts": Restart.ONLY_IF_SIZE_CHANGED}
    assert rows(rule) == [{"family": Family.TIMER, "code": Code.STOP_DEADLINE, "duration_ms": 180_000, **expected}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"within": 300}, "valid string", id="a bare number"),
        pytest.param({"within": "5 min"}, "such as '30s', '5m'", id="another unit"),
        pytest.param({"within": "5m", "grace": "1h"}, "give both or neither", id="a grace that is never given"),
        pytest.param({"within": "5m", "grace_count": 1}, "give both or neither", id="a grace without a time"),
        pytest.param({"within": "5m", "grace": "1h", "grace_count": 2, "max_offences": 2}, "above grace_count 2", id="no offence left"),
        pytest.param({"within": "5m", "cancel_restarts": "sometimes"}, "'never', 'only_if_size_changed'", id="another word"),
        pytest.param({"within": "5m", "grace_count": -1}, "greater than or equal to 0", id="less than none"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(StopDeadline, **parameters)
