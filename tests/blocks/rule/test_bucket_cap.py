"""The cap on a group of symbols."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.bucket_cap import BucketCap
from runner.model.rules import Code, Family
from tests.rulebooks import facts, refusal


@pytest.mark.parametrize(
    ("lists", "members"),
    [
        pytest.param({"symbols": ["ETHUSDT"]}, 0b010, id="those named"),
        pytest.param({"symbols": ["PEPEUSDT"]}, 0b000, id="named but not traded here"),
        pytest.param({"except_symbols": ["BTCUSDT", "ETHUSDT"]}, 0b100, id="all but those named"),
        pytest.param({"except_symbols": ["XRPUSDT"]}, 0b111, id="unknown symbols are restricted"),
    ],
)
def test_members_are_bits_of_the_traded_symbols(lists: dict[str, Any], members: int) -> None:
    """Bit n stands for the n-th symbol of the account; the row stands even when no symbol is in the bucket."""
    row = BucketCap(limit_multiple=0.05, **lists).rows(facts())[0]
    assert (row.family, row.code, row.limit, row.members) == (Family.CAP, Code.BUCKET_NOTIONAL, 0.05, members)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"limit_multiple": 0.05}, "exactly one of symbols and except_symbols", id="no list"),
        pytest.param(
            {"limit_multiple": 0.05, "symbols": ["A"], "except_symbols": ["B"]}, "exactly one of symbols and except_symbols", id="two lists"
        ),
        pytest.param({"limit_multiple": 0, "symbols": ["A"]}, "greater than 0", id="nothing"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(BucketCap, **parameters)
