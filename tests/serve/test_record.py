"""What serve writes down of its runs, by a clock of the test's own."""

from __future__ import annotations

from pathlib import Path

from runner.live.serving import STEADY_MS, read
from runner.schedule.when import BarClose
from runner.serve.plan import Kept, Plan, Tick
from runner.serve.record import BEAT_MS, PAUSE_MS, Record
from runner.serve.times import Times

TICK = Tick(run="a.x", account="a", environment="demo", words=(), times=Times(when=BarClose(every_ms=1)), folder="")
BOT = Kept(run="a.bot", account="a", environment="demo", words=(), folder="")
PLAN = Plan(ticks={"a.x": TICK}, kept={"a.bot": BOT})


class Desk:
    """A record and its clock."""

    def __init__(self, home: Path) -> None:
        self.home, self.ms = home, 1_000_000
        self.record = Record(home, lambda: self.ms)
        self.record.planned(PLAN)

    def troubles(self) -> list[str]:
        """What is left there for others."""
        self.ms += PAUSE_MS
        self.record.leave({"a.x": self.ms + 1})
        left = read(self.home)
        assert left is not None
        return [said for _, said in left.troubles(self.ms)]


def test_what_was_given_up_is_no_more_once_it_is_started_again(tmp_path: Path) -> None:
    """After SIGHUP, or by the next serve."""
    desk = Desk(tmp_path)
    desk.record.given_up("a.bot", "it died")
    assert desk.troubles() == ["a.bot is not started again: it died"]
    desk.record.began("a.bot", 7)
    assert desk.troubles() == []
    desk.record.given_up("a.bot", "it died")
    assert desk.troubles() == ["a.bot is not started again: it died"]
    assert Desk(tmp_path).troubles() == []


def test_failures_are_counted_through_a_restart_until_one_goes_well(tmp_path: Path) -> None:
    """In a row; of what lasts they are over once it has lasted."""
    Desk(tmp_path).record.ended("a.x", 2, "refused", failed=True)
    desk = Desk(tmp_path)
    desk.record.ended("a.x", 2, "refused", failed=True)
    desk.troubles()
    desk = Desk(tmp_path)
    desk.record.ended("a.x", 3, "no venue", failed=True)
    assert [said[:42] for said in desk.troubles()] == ["a.x failed 2 times in a row, last 1970-01-"]
    desk.record.ended("a.x", 0, "well", failed=False)
    assert desk.troubles() == []
    for _ in range(2):
        desk.record.began("a.bot", 7)
        desk.record.ended("a.bot", 1, "a fault", failed=True)
    assert len(desk.troubles()) == 1
    desk.record.began("a.bot", 8)
    desk.ms += STEADY_MS
    assert desk.troubles() == []
    desk.record.ended("a.bot", 1, "a fault", failed=True)
    assert desk.record.runs["a.bot"].failures == 1


def test_it_is_written_with_news_and_as_a_sign_of_life(tmp_path: Path) -> None:
    """At most twice a second, at least each quarter of a minute; the last word says that nobody serves."""
    desk = Desk(tmp_path)
    desk.troubles()
    first = desk.ms
    desk.record.began("a.x", 9)
    desk.ms += PAUSE_MS - 1
    desk.record.leave({})
    assert (left := read(tmp_path)) is not None
    assert left.at_ms == first
    desk.troubles()
    desk.ms += BEAT_MS
    desk.record.leave({})
    assert (left := read(tmp_path)) is not None
    assert left.at_ms == desk.ms
    desk.record.leave({}, last=True)
    assert (left := read(tmp_path)) is not None
    assert left.pid == 0
