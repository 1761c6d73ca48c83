"""The cap on the leverage of one symbol."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.leverage_cap import LeverageCap
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows

COMMON = {"family": Family.CAP, "code": Code.LEVERAGE_CAP}


def test_one_multiple_for_every_symbol() -> None:
    """One row that names all three symbols."""
    assert rows(LeverageCap(limit_multiple=100)) == [{**COMMON, "limit": 100.0, "members": 0b111}]


def test_a_row_a_multiple() -> None:
    """Five times for two of the symbols, twice for the rest; a symbol that is not traded says nothing."""
    cap = LeverageCap(by_symbol={"BTCUSDT": 5.0, "ETHUSDT": 5.0, "XRPUSDT": 3.0}, otherwise=2.0)
    assert rows(cap) == [{**COMMON, "key": "x5", "limit": 5.0, "members": 0b011}, {**COMMON, "key": "x2", "limit": 2.0, "members": 0b100}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "exactly one of limit_multiple and by_symbol", id="no limit"),
        pytest.param({"limit_multiple": 5.0, "by_symbol": {"BTCUSDT": 5.0}, "otherwise": 2.0}, "exactly one of", id="both ways"),
        pytest.param({"by_symbol": {"BTCUSDT": 5.0}}, "by_symbol and otherwise belong together", id="symbols without the rest"),
        pytest.param({"limit_multiple": 5.0, "otherwise": 2.0}, "belong together", id="a rest of nothing"),
        pytest.param({"limit_multiple": -1}, "greater than 0", id="below nothing"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(LeverageCap, **parameters)
