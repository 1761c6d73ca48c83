"""Days that must be traded."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.trading_days import TradingDays
from runner.model.rules import Code, Event, Family, Severity
from tests.rulebooks import UTC, refusal, rows

COMMON = {"family": Family.COUNTER, "code": Code.TRADING_DAYS, "severity": Severity.BLOCK_PASS}


def test_with_the_size_and_result_a_trade_needs() -> None:
    """Five days with trades of 5 % notional that won 1 % of it."""
    rule = TradingDays(count=5, reset=UTC, min_notional_fraction=0.05, min_result_fraction=0.01)
    assert rows(rule) == [{**COMMON, "count": 5, "limit": 0.05, "limit_2": 0.01}]


def test_any_trade_counts_by_default() -> None:
    """Without thresholds every closed trade makes its day count; a loss does when it is said."""
    assert rows(TradingDays(count=4, reset=UTC, either_sign=True)) == [
        {**COMMON, "count": 4, "limit": 0.0, "limit_2": 0.0, "either_sign": 1}
    ]


def test_an_opening_counts_where_it_is_said() -> None:
    """The day a position is opened on, whatever becomes of it."""
    assert rows(TradingDays(count=4, reset=UTC, event="open")) == [
        {**COMMON, "count": 4, "limit": 0.0, "limit_2": 0.0, "event": Event.OPEN}
    ]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param(
            {"count": 5, "reset": UTC, "event": "open", "min_result_fraction": 0.01}, "need event close", id="the result of an opening"
        ),
        pytest.param({"count": 0, "reset": UTC}, "greater than or equal to 1", id="none"),
        pytest.param({"count": 5}, "reset: Field required", id="no reset"),
        pytest.param({"count": 5, "reset": UTC, "min_result_fraction": -0.01}, "greater than or equal to 0", id="a negative result"),
        pytest.param({"count": 5, "reset": UTC, "either_sign": 1}, "valid boolean", id="a number for a truth value"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(TradingDays, **parameters)
