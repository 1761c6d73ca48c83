"""What may be traded."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.instruments import Instruments
from runner.model.rules import Code, Family
from tests.rulebooks import facts, refusal


@pytest.mark.parametrize(
    ("lists", "members"),
    [
        pytest.param({"quotes": ["USDT"]}, 0b011, id="by quote currency"),
        pytest.param({"allow": ["BTCUSDT", "BTCUSDC"]}, 0b101, id="by name"),
        pytest.param({"deny": ["BTCUSDT"]}, 0b110, id="all but one"),
        pytest.param({"quotes": ["USDT"], "deny": ["ETHUSDT"]}, 0b001, id="by quote currency, without one"),
        pytest.param({"quotes": ["USD"]}, 0b000, id="nothing is left"),
    ],
)
def test_members_are_what_is_allowed(lists: dict[str, Any], members: int) -> None:
    """Every list narrows what is allowed."""
    row = Instruments(**lists).rows(facts(("BTCUSDT", "ETHUSDT", "BTCUSDC")))[0]
    assert (row.family, row.code, row.members) == (Family.CAP, Code.INSTRUMENTS, members)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "at least one of quotes, allow and deny", id="no list"),
        pytest.param({"quotes": "USDT"}, "valid list", id="text for a list"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Instruments, **parameters)
