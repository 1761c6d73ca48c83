"""The share one day may bring."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.consistency import Consistency
from runner.model.rules import Code, DayResult, Family, Severity
from tests.rulebooks import UTC, refusal, rows

COMMON = {"family": Family.COUNTER, "code": Code.CONSISTENCY, "limit": 0.4}


@pytest.mark.parametrize(
    ("parameters", "fields"),
    [
        pytest.param({}, {"severity": Severity.ADJUST, "denominator": DayResult.PHASE_TARGET}, id="excess not counted, of the target"),
        pytest.param(
            {"share_of": "sum_positive"}, {"severity": Severity.ADJUST, "denominator": DayResult.SUM_POSITIVE}, id="of winning days"
        ),
        pytest.param(
            {"share_of": "total_net", "effect": "block_pass"}, {"severity": Severity.BLOCK_PASS}, id="passing waits, of the total"
        ),
    ],
)
def test_effect_and_denominator(parameters: dict[str, Any], fields: dict[str, Any]) -> None:
    """What the share is of, and what happens above it."""
    assert rows(Consistency(max_share=0.4, reset=UTC, **parameters)) == [{**COMMON, **fields}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"max_share": 40, "reset": UTC}, "less than or equal to 1", id="percent instead of a fraction"),
        pytest.param({"max_share": 0.4, "reset": UTC, "effect": "fail"}, "'excess_not_counted' or 'block_pass'", id="unknown effect"),
        pytest.param({"max_share": 0.4, "reset": UTC, "share_of": "target"}, "'phase_target'", id="unknown denominator"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Consistency, **parameters)
