"""The nursery with real forks: each process on its own, whatever becomes of others."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.live.serving import STEADY_MS
from runner.serve.children import Children
from runner.serve.order import ALREADY, LATE, Ended, Order, claims
from tests.mode.venue import awaited
from tests.serve.served import WORK

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serve needs processes that fork")
SOON_MS = 60_000


@pytest.fixture
def children() -> Iterator[Children]:
    """A nursery of one's own with room for four ticks."""
    yield from nursery()


@pytest.fixture(scope="module")
def shared() -> Iterator[Children]:
    """One for tests that leave it alive, and nothing in it."""
    yield from nursery()


def nursery() -> Iterator[Children]:
    """Started, and gone afterwards."""
    made = Children(work=WORK, at_once=4, warm=False)
    yield made
    made.close(30)
    made.process.kill()
    made.process.wait()


def now_ms() -> int:
    """The machine's clock."""
    return time.time_ns() // 1_000_000


def tick(
    folder: Path, account: str, *words: str, due_ms: int = 0, longest_ms: int = 0, until_ms: int = 0, patience_ms: int = 15_000
) -> Order:
    """A tick of an account."""
    due = due_ms or now_ms()
    return Order(
        id=f"{account}.x@{due}",
        run=f"{account}.x",
        words=words,
        folder=str(folder / account),
        due_ms=due,
        until_ms=until_ms or due + SOON_MS,
        longest_ms=longest_ms,
        patience_ms=patience_ms,
    )


def ends(children: Children, count: int, seconds: float = 60.0) -> dict[str, Ended]:
    """So many ends, by account."""
    found: dict[str, Ended] = {}
    until = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < until:
        listened: list[Any] = [children.socket]
        if select.select(listened, [], [], 0.2)[0]:
            found |= {each.id.partition(".")[0]: each for each in children.heard()}
    assert len(found) == count, found
    return found


def test_a_crash_touches_no_other(tmp_path: Path, shared: Children) -> None:
    """Killed, raising, refused: each has its own status, and the one that goes on is not disturbed."""
    for account, words in {"a": ("kill",), "b": ("raise",), "c": ("exit", "5"), "d": ("say", "all", "well")}.items():
        shared.start(tick(tmp_path, account, *words))
    found = ends(shared, 4)
    assert {name: each.status for name, each in found.items()} == {"a": -9, "b": 1, "c": 5, "d": 0}
    assert "something of ours" in (tmp_path / "b/serve.log").read_text()
    header, said = (tmp_path / "d/serve.log").read_text().splitlines()
    assert (header.startswith("--- "), said) == (True, "all well")


def test_a_killed_tick_leaves_those_at_work_alone(tmp_path: Path, shared: Children) -> None:
    """SIGKILL from outside while another account's tick is at work."""
    victim, other = tick(tmp_path, "victim", "sleep", "60"), tick(tmp_path, "other", "sleep", "1")
    shared.start(victim)
    shared.start(other)
    begun(shared, victim, other)
    os.kill(shared.pids[victim.id], signal.SIGKILL)
    assert {name: each.status for name, each in ends(shared, 2).items()} == {"victim": -9, "other": 0}


def begun(children: Children, *orders: Order) -> None:
    """Wait until these are at work."""

    def at_work() -> bool:
        listened: list[Any] = [children.socket]
        if select.select(listened, [], [], 0.1)[0]:
            assert children.heard() == []
        return all(order.id in children.pids for order in orders)

    awaited(at_work, 60)
    for order in orders:
        awaited(lambda order=order: order.out.exists() and "---" in order.out.read_text(), 30)  # type: ignore[misc]


def test_one_tick_of_an_account_at_a_time_and_none_twice(tmp_path: Path, shared: Children) -> None:
    """Two runs of one account one after the other; the same tick again is not made."""
    first, again = tick(tmp_path, "a", "say", "once", due_ms=now_ms()), tick(tmp_path, "a", "say", "once", due_ms=now_ms() + 1)
    shared.start(first)
    assert ends(shared, 1)["a"].status == 0
    shared.start(first)
    assert ends(shared, 1)["a"].status == 0  # as it was, without another one
    shared.start(again)
    assert ends(shared, 1)["a"].status == 0
    assert claims(tmp_path / "a") == {"a.x": again.due_ms}
    assert (tmp_path / "a/serve.log").read_text().splitlines().count("once") == 2


def test_what_takes_too_long_is_asked_to_stop(tmp_path: Path, shared: Children) -> None:
    """By SIGTERM, and it is said why."""
    shared.start(tick(tmp_path, "a", "sleep", "60", longest_ms=500))
    ended = ends(shared, 1)["a"]
    assert (ended.status, ended.overran) == (-signal.SIGTERM, True)


def test_what_does_not_listen_is_killed(tmp_path: Path, shared: Children) -> None:
    """Some seconds later."""
    shared.start(tick(tmp_path, "a", "deaf", "60", longest_ms=1_500, patience_ms=300))
    assert ends(shared, 1)["a"].status == -signal.SIGKILL


def test_what_comes_too_late_is_not_made(tmp_path: Path, shared: Children) -> None:
    """And claims nothing."""
    shared.start(tick(tmp_path, "a", "say", "late", due_ms=1_000, until_ms=2_000))
    assert ends(shared, 1)["a"].status == LATE
    assert claims(tmp_path / "a") == {}


def test_another_nursery_takes_over(tmp_path: Path, children: Children) -> None:
    """The nursery is killed: a tick at work ends by itself, once, and tells how; one that waited is made; what lasts is started anew.

    However long ago it was ordered, and however slowly its predecessor ends. A tick that is killed too is told as such.
    """
    bot = Order(id="bot.live#1", run="bot.live", words=("slow", "1"), folder=str(tmp_path / "bot"), until_ms=now_ms())
    working, failing = tick(tmp_path, "working", "sleep", "1"), tick(tmp_path, "failing", "sleep", "1", "5")
    victim = tick(tmp_path, "victim", "sleep", "60")
    orders = (bot, working, failing, victim)
    for order in orders:
        children.start(order)
    begun(children, *orders)
    pid = children.pids[victim.id]
    children.process.kill()
    os.kill(pid, signal.SIGKILL)
    children.start(tick(tmp_path, "new", "say", "made"))
    found = ends(children, 4)
    statuses = {name: each.status for name, each in found.items()}
    assert (statuses, children.deaths) == ({"working": 0, "failing": 5, "victim": ALREADY, "new": 0}, 1)
    assert (tmp_path / "failing/serve.log").read_text().count("---") == 1
    awaited(lambda: (tmp_path / "bot/serve.log").read_text().count("waits") == 2, 60)
    children.signal(bot.id)
    assert ends(children, 1)["bot"].status == 0


def test_a_nursery_that_dies_again_and_again_is_started_with_growing_pauses(children: Children) -> None:
    """At once after a steady while, then after 1, 2, 4 s …, a minute at most; never given up. The last one is followed by none."""
    clock, pauses = [children.now_ms()], []
    children.now_ms = lambda: clock[0]

    def dies(after_ms: int = 0) -> int:
        clock[0] += after_ms
        children.process.kill()
        children.process.wait()
        assert children.heard() == []
        return children.pause_ms

    for _ in range(9):
        pauses.append(dies())
        assert bool(children.listened) is (pauses[-1] == 0)
        if not pauses[-1]:
            continue
        clock[0] += pauses[-1] - 1
        assert (children.again(), children.listened) == ([], [])
        clock[0] += 1
        assert (children.again(), len(children.listened)) == ([], 1)
    assert pauses == [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]
    assert (dies(STEADY_MS), children.in_a_row) == (0, 1)
    children.last()
    assert (dies(), children.again(), children.listened, children.due_ms) == (0, [], [], None)


def test_what_was_asked_to_stop_is_not_begun_by_another_nursery(tmp_path: Path, children: Children) -> None:
    """Though nobody was there to hear it; what else waited is made."""
    children.process.kill()
    children.process.wait()
    bot = Order(id="bot.live#1", run="bot.live", words=("wait",), folder=str(tmp_path / "bot"), until_ms=now_ms() + SOON_MS)
    children.start(bot)
    children.start(tick(tmp_path, "new", "say", "made"))
    children.signal(bot.id)
    assert {name: each.status for name, each in ends(children, 2).items()} == {"bot": -signal.SIGTERM, "new": 0}
    assert (bot.out.exists(), children.ordered, children.asked) == (False, {}, {})


def test_alone_it_lets_ticks_end_and_stops_what_lasts(tmp_path: Path, children: Children) -> None:
    """Whoever ordered is gone: the bot is asked to stop, the tick is let end, then the nursery ends."""
    bot = Order(id="bot.live#1", run="bot.live", words=("wait",), folder=str(tmp_path / "bot"), until_ms=now_ms() + SOON_MS)
    working = tick(tmp_path, "working", "sleep", "1")
    children.start(bot)
    children.start(working)
    begun(children, bot, working)
    children.socket.close()
    assert children.process.wait(60) == 0
    for pid in children.pids.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
