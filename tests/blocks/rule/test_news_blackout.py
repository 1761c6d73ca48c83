"""The window around releases."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.news_blackout import NewsBlackout
from runner.model.rules import Code, Family
from tests.rulebooks import refusal, rows


def test_window() -> None:
    """Before and after, either may be missing."""
    common = {"family": Family.CALENDAR, "code": Code.NEWS}
    assert rows(NewsBlackout(before="2m", after="3m")) == [{**common, "duration_ms": 120_000, "grace_ms": 180_000}]
    assert rows(NewsBlackout(before="2h")) == [{**common, "duration_ms": 7_200_000}]
    assert rows(NewsBlackout(after="2m")) == [{**common, "grace_ms": 120_000}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "expected before, after or both", id="no window"),
        pytest.param({"before": 120}, "valid string", id="a bare number"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(NewsBlackout, **parameters)
