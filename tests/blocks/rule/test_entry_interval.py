"""The shortest time between two entries."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.entry_interval import EntryInterval
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows


@pytest.mark.parametrize(("more", "alone"), [({}, {}), ({"per": "symbol"}, {"count": 1})], ids=["of the account", "of each symbol"])
def test_one_row_with_the_time(more: dict[str, Any], alone: dict[str, Any]) -> None:
    """Four hours; the count says whether each symbol is on its own."""
    assert rows(EntryInterval(shortest="4h", **more)) == [
        {"family": Family.CAP, "code": Code.MIN_INTERVAL, "duration_ms": 14_400_000, **alone}
    ]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "shortest: Field required", id="no time"),
        pytest.param({"shortest": "4"}, "expected a duration such as", id="no unit"),
        pytest.param({"shortest": "4h", "per": "day"}, "per: Input should be", id="per what there is not"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(EntryInterval, **parameters)
