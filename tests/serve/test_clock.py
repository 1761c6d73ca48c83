"""A clock that was ahead, as after a machine was restored or began without a time server: nothing waits until that time comes again."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from runner.live.clock import Clock
from runner.schedule.when import BarClose
from runner.serve.children import Children
from runner.serve.order import CLAIMS, Order, claimed
from runner.serve.plan import Plan, Tick
from runner.serve.server import Server, Terms
from runner.serve.store import Store
from runner.serve.times import Times, instant, milliseconds_of

NOW, HOUR, DAY = 1_800_000_000_000, 3_600_000, 86_400_000
TERMS = Terms(grace_ms=60_000, longest_ms=60_000, patience_ms=1_000, most=10)


class Hand:
    """A clock that is put by hand."""

    def __init__(self) -> None:
        self.ms = NOW

    def now_ms(self) -> int:
        """What it shows."""
        return self.ms

    def sleep_ms(self, ms: int) -> None:
        """Nobody waits here."""


class Ordered:
    """Takes orders and begins nothing."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.socket, self.other = socket.socketpair()

    def start(self, order: Order) -> None:
        """Note an order."""
        self.orders.append(order)


def tick(home: Path) -> Tick:
    """Each hour."""
    times = Times(when=BarClose(every_ms=HOUR))
    return Tick(run="a.x", account="a", environment="demo", words=("mode=once",), times=times, folder=str(home / "state" / "a"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of one account whose processes nobody starts; its store is there and paused."""
    (tmp_path / "state" / "a").mkdir(parents=True)
    plan, clock = Plan(ticks={"a.x": tick(tmp_path)}, kept={}), Hand()
    children = cast(Children, Ordered())
    made = Server(home=tmp_path, terms=TERMS, clock=cast(Clock, clock), children=children, read=lambda: plan, digest=lambda: 0, plan=plan)
    made.store.start(0, lambda _event: None)
    yield made
    made.store.stop()
    for each in (cast(Any, children).socket, cast(Any, children).other):
        each.close()


def next_ms(store: Store) -> int:
    """When the store orders the run next."""
    (job,) = store.scheduler.get_jobs()
    return milliseconds_of(job.next_run_time)


def claims_until(server: Server, ms: int) -> None:
    """A tick was begun at that time."""
    (server.home / "state" / "a" / CLAIMS).write_text(json.dumps({"a.x": ms}))


def test_its_store_is_for_its_user_alone(server: Server) -> None:
    """As everything else below state/."""
    assert stat.S_IMODE(server.store.file.stat().st_mode) == 0o600


def test_a_claim_of_the_future_holds_nothing_back(server: Server) -> None:
    """Made while the clock was a day ahead. One of the last tick does."""
    due = NOW // HOUR * HOUR
    claims_until(server, due + DAY)
    assert server.submit("a.x", [instant(due)])
    claims_until(server, due)
    assert not server.submit("a.x", [instant(due)])
    assert [each.due_ms for each in cast(Any, server.children).orders] == [due]
    assert claimed(server.home / "state" / "a", "a.x", due - 30_000) == due  # clocks differ by seconds


def test_a_store_of_the_future_is_worked_out_anew_at_the_next_start(server: Server) -> None:
    """What the last serve has left for tomorrow."""
    server.store.apply(server.plan.ticks, NOW + DAY)
    assert next_ms(server.store) > NOW + DAY
    server.store.apply(server.plan.ticks, NOW, TERMS.grace_ms)
    assert NOW < next_ms(server.store) <= NOW + HOUR


def test_a_clock_that_goes_back_is_noticed_at_work(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """Times, signs of life and what is to be started again: none waits for the later time. Some seconds are nothing."""
    clock = cast(Hand, server.clock)
    clock.ms = NOW + DAY
    server.keep_time()
    server.store.apply(server.plan.ticks, clock.ms)
    server.beat()
    clock.ms -= 30_000
    server.keep_time()
    assert next_ms(server.store) > NOW + DAY
    assert capsys.readouterr().err == ""
    clock.ms = NOW
    server.keep_time()
    assert "the clock has gone back by 86400 s" in capsys.readouterr().err
    assert NOW < next_ms(server.store) <= NOW + HOUR
    server.beat()
    assert json.loads((server.home / "state" / "serve.heartbeat").read_text())["at_ms"] == NOW
    assert json.loads((server.home / "state" / "serve.json").read_text())["at_ms"] == NOW
