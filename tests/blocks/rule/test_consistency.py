"""The share one day or trade may bring."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.consistency import Consistency
from runner.model.rules import Code, Compare, DayResult, Family, Scope, Severity, Window
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
        pytest.param({"share_of": "total_net", "effect": "raise_target"}, {"severity": Severity.RAISE_TARGET}, id="the target rises"),
        pytest.param({"share_of": "total_net", "effect": "fail"}, {}, id="the account fails"),
        pytest.param(
            {"share_of": "total_net", "effect": "block_payout", "per": "payout_cycle", "scope": "trade", "compare": "lt"},
            {"severity": Severity.BLOCK_PAYOUT, "window": Window.PAYOUT_CYCLE, "scope": Scope.TRADE, "compare": Compare.LT},
            id="a payout waits for a share of one trade below the limit",
        ),
    ],
)
def test_effect_and_denominator(parameters: dict[str, Any], fields: dict[str, Any]) -> None:
    """What the share is of, and what happens above it."""
    assert rows(Consistency(max_share=0.4, reset=UTC, **parameters)) == [{**COMMON, **fields}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"max_share": 0.4, "reset": UTC, "per": "payout_cycle"}, "needs effect block_payout", id="a pass by payout cycle"),
        pytest.param({"max_share": 40, "reset": UTC}, "less than or equal to 1", id="percent instead of a fraction"),
        pytest.param({"max_share": 0.4, "reset": UTC, "effect": "stop"}, "'block_payout' or 'fail'", id="unknown effect"),
        pytest.param({"max_share": 0.4, "reset": UTC, "share_of": "target"}, "'phase_target'", id="unknown denominator"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Consistency, **parameters)
