"""When something that lasts is started again."""

from __future__ import annotations

import pytest

from runner.live.serving import STEADY_MS
from runner.serve.lasting import FIRST_MS, HOUR_MS, LONGEST_MS, Lasting


def lasting(most: int = 10) -> Lasting:
    """A bot."""
    return Lasting(run="mine.bot", words=("mode=live",), folder="", account="mine", most=most)


def test_pauses_grow_up_to_a_minute_and_begin_anew_after_a_steady_while() -> None:
    """1, 2, 4 … 60 s; after ten minutes without an end the first one again."""
    bot, pauses, now = lasting(most=100), [], 0
    for _ in range(9):
        bot.begun("x", now)
        bot.ended(1, now)
        assert bot.due_ms is not None
        pauses.append(bot.due_ms - now)
        now = bot.due_ms
    assert pauses == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, LONGEST_MS, LONGEST_MS, LONGEST_MS]
    bot.begun("x", now)
    bot.ended(1, now + STEADY_MS)
    assert bot.due_ms == now + STEADY_MS + FIRST_MS


@pytest.mark.parametrize("status", [2, 7], ids=["refused", "another bot at work"])
def test_what_another_start_does_not_change_is_left_alone(status: int) -> None:
    """And the reason is kept."""
    bot = lasting()
    bot.begun("x", 0)
    bot.ended(status, 5)
    assert (bot.due_ms, f"status {status}" in bot.why) == (None, True)


def test_too_often_within_an_hour() -> None:
    """The last allowed end is followed by a start, one more is not; ends an hour ago are forgotten."""
    bot = lasting(most=2)
    for now in (0, 1, HOUR_MS):
        bot.ended(-9, now)
        assert bot.due_ms is not None, now
    bot.ended(-9, HOUR_MS)
    assert (bot.due_ms, bot.why) == (None, "it has ended 3 times within an hour")
