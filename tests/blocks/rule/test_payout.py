"""When profit is paid out, as a row, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import pytest

from blocks.rule.payout import Payout
from runner.model.duration import DAY_MS
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import facts, refusal

TIMES: Any = {"first_after": "14d", "every": "7d"}


def test_one_row() -> None:
    """Times in milliseconds, the buffer as money, all of the profit, any number of payouts of any size."""
    (row,) = Payout(minimum=100.0, buffer_fraction=0.02, **TIMES).rows(facts())
    assert (row.family, row.code, row.severity) == (Family.COUNTER, Code.PAYOUT, Severity.ADJUST)
    assert (row.duration_ms, row.grace_ms) == (14 * DAY_MS, 7 * DAY_MS)
    assert (row.amount, row.limit_2, row.value, row.count) == (100.0, 200.0, 1.0, 0)
    assert all(math.isnan(step) for step in row.steps)
    assert row.margin == 0.5


def test_what_stays_free_under_the_account_is_a_choice() -> None:
    """A quarter of a floor's allowance, or nothing."""
    assert [Payout(keep_fraction=kept, **TIMES).rows(facts())[0].margin for kept in (0.25, 0.0)] == [0.25, 0.0]


def test_largest_payouts_by_number() -> None:
    """First, second, … in order; the rest of the row's places are empty."""
    (row,) = Payout(largest=[500.0, 1_000.0], count=6, share=0.5, buffer_amount=100.0, **TIMES).rows(facts())
    assert (row.limit_2, row.value, row.count) == (100.0, 0.5, 6)
    assert row.steps[:2] == (500.0, 1_000.0)
    assert math.isnan(row.steps[2])


def test_largest_payouts_by_size() -> None:
    """The list and the buffer of the account's own size are taken."""
    tables: Any = {"largest_by_size": {10_000: [400.0], 50_000: [2_000.0]}, "buffer_by_size": {"10000": 600, "50000": 2_100}}
    assert [(row.steps[0], row.limit_2) for row in Payout(**tables, **TIMES).rows(facts())] == [(400.0, 600.0)]
    assert [(row.steps[0], row.limit_2) for row in Payout(**tables, **TIMES).rows(facts(initial=50_000.0))] == [(2_000.0, 2_100.0)]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"buffer_amount": 1.0, "buffer_fraction": 0.1}, "at most one of buffer_amount", id="two buffers"),
        pytest.param({"largest": [1.0], "largest_by_size": {1: [1.0]}}, "at most one of largest", id="two lists"),
        pytest.param({"largest": [1.0] * 13}, "at most 12", id="more than there is room for"),
        pytest.param({"share": 80}, "less than or equal to 1", id="percent instead of a fraction"),
        pytest.param({"keep_fraction": 50}, "less than or equal to 1", id="percent of the allowance instead of a fraction"),
        pytest.param({"count": 0}, "greater than or equal to 1", id="no payout at all"),
        pytest.param({"every": 14}, "valid string", id="a bare number"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Payout, **{**TIMES, **parameters})
