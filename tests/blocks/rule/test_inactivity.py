"""The time an account may rest."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.inactivity import Inactivity
from runner.model.rules import Code, Event, Family, Severity
from tests.rulebooks import refusal, rows


def test_one_row() -> None:
    """Thirty days in milliseconds; a breach ends the account unless it only warns."""
    expected = {"family": Family.COUNTER, "code": Code.INACTIVITY, "duration_ms": 30 * 86_400_000}
    assert rows(Inactivity(longest="30d")) == [expected]
    assert rows(Inactivity(longest="30d", severity="warn")) == [{**expected, "severity": Severity.WARN}]
    assert rows(Inactivity(longest="30d", event="order")) == [{**expected, "event": Event.ORDER}]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"longest": 30}, "valid string", id="a bare number"),
        pytest.param({"longest": "0d"}, "such as '30s'", id="no time at all"),
        pytest.param({"longest": "1mo"}, "such as '30s'", id="months"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(Inactivity, **parameters)
