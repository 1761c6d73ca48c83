"""When something that lasts is started again."""

from __future__ import annotations

import pytest

from runner.live.serving import STEADY_MS
from runner.serve.lasting import AGAIN_MS, FIRST_MS, HOUR_MS, LONGEST_MS, Lasting


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


@pytest.mark.parametrize(("account", "status", "waits"), [("", 7, True), ("mine", 7, False), ("", 2, False)])
def test_only_the_hosts_own_runs_wait_for_another_process(account: str, status: int, *, waits: bool) -> None:
    """Guard and alerts; a bot does not take another one's account over, and what is refused stays so."""
    assert Lasting(run="x", words=(), folder="", account=account).occupied(status) is waits


def test_it_is_tried_every_minute_without_end_and_told_once() -> None:
    """No such end is a crash; news again once it has been at work itself."""
    guard, now, news = Lasting(run="host.guard", words=(), folder="", account="", most=2), 0, []
    for _ in range(50):
        guard.begun("x", now)
        news.append(guard.waits(now + 500))
        assert guard.due_ms == now + 500 + AGAIN_MS
        now = guard.due_ms
    assert (news, guard.ends, guard.why) == ([True, *[False] * 49], [], "")
    guard.begun("x", now)
    guard.ended(-9, now + HOUR_MS)
    assert guard.due_ms == now + HOUR_MS + FIRST_MS
    guard.begun("x", guard.due_ms)
    assert guard.waits(guard.due_ms or 0)


def test_too_often_within_an_hour() -> None:
    """The last allowed end is followed by a start, one more is not; ends an hour ago are forgotten."""
    bot = lasting(most=2)
    for now in (0, 1, HOUR_MS):
        bot.ended(-9, now)
        assert bot.due_ms is not None, now
    bot.ended(-9, HOUR_MS)
    assert (bot.due_ms, bot.why) == (None, "it has ended 3 times within an hour")
