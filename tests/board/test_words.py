"""Figures as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from runner.board.words import ago, ahead, left, length, measured, number, room, sign, signed, told, when
from runner.live.status import RuleStatus
from tests.board.homes import NOON

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def rule(code: str = "DAILY_LOSS", **more: Any) -> RuleStatus:
    """A rule of that code."""
    return RuleStatus(rule="a.b", code=code, firm=True, **more)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (signed(-0.004), "0.00"),
        (signed(0.006), "+0.01"),
        (sign(0.004), ""),
        (sign(None), ""),
        (sign(0.01), "gain"),
        (sign(-0.01), "loss"),
        (length(59_999), "59 s"),
        (length(HOUR - 1), "59 min"),
        (length(2 * HOUR), "2 h"),
        (length(DAY + 5 * MINUTE), "24 h 5 min"),
        (length(2 * DAY), "2 d"),
        (ago(NOON - 3_000, NOON), "3 s ago"),
        (ago(0, NOON), "never"),
        (ahead(NOON + HOUR, NOON), "in 1 h"),
        (ahead(0, NOON), "–"),
        (when(0), "–"),
        (number(None), "–"),
        (number(1_200.0), "1,200"),
        (number(-1.5), "−1.5"),
        (number(0.00012), "0.00012"),
        (number(0.0), "0"),
        (left(rule(share_left=-0.2)), "0 %"),
        (left(rule(share_left=0.615)), "62 %"),
        (left(rule()), "–"),
        (room(rule(value=9.0, headroom=410.0)), "410.00"),
        (measured(rule("TIME_LIMIT"), 3 * DAY), "3 d"),
        (measured(rule("TIME_LIMIT"), -3 * DAY), "−3 d"),
        (measured(rule("CONSISTENCY", limit=1.0), 0.4), "40.00 %"),
        (measured(rule("HOUSE", limit=3.0), 2.0), "2"),
        (measured(rule("ORDERS_PER_DAY", limit=0.5), 7.0), "7"),
        (measured(rule(), None), "–"),
        (told({"a": 0, "b": "", "c": None, "d": [], "e": {}, "f": "x"}), "a 0, f x"),
        (told("plain"), "plain"),
    ],
)
def test_words(said: str, expected: str) -> None:
    """Cents, signs only where there is something, the largest units, each rule in its own, nothing as a dash."""
    assert said == expected
