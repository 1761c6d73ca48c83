"""Serve as a process, with the real scheduler and real forks: killed, restarted, reloaded, stopped."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runner.alert.outbox import Outbox
from runner.live.serving import RunServed, read
from tests.mode.venue import awaited

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serve needs processes that fork")
ROOT = Path(__file__).parents[2]
EVERY_MS = 30_000  # longer than a start takes on a busy machine: of several that were due meanwhile only the last one is made
DUE = re.compile(r"^--- \S+  \S+  due (\S+)  ", re.MULTILINE)


@contextmanager
def serving(home: Path, plan: dict[str, Any]) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts serve, as often as it is called; every process is ended."""
    (home / "plan.json").write_text(json.dumps(plan))
    processes: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        with (home / "said").open("a") as said:
            words = [sys.executable, "-m", "tests.serve.served", str(home)]
            processes.append(subprocess.Popen(words, cwd=ROOT, stderr=said, stdout=said, text=True))
        return processes[-1]

    try:
        yield start
    finally:
        for each in processes:
            if each.poll() is None:
                each.terminate()
                each.wait(60)


def said(home: Path) -> str:
    """Everything serve has said."""
    return (home / "said").read_text()


def says(home: Path, word: str, seconds: float = 60.0) -> None:
    """Wait until it has."""
    awaited(lambda: word in said(home), seconds, lambda: said(home))


def made(home: Path, account: str) -> list[str]:
    """The times an account's ticks were due that were begun."""
    file = home / "state" / account / "serve.log"
    return DUE.findall(file.read_text()) if file.exists() else []


def served(home: Path, run: str) -> RunServed:
    """What serve says of a run, for those who look from outside."""
    left = read(home)
    found = {each.run: each for each in left.runs} if left is not None else {}
    return found.get(run, RunServed(run=run))


def test_killed_at_a_close_it_loses_no_tick_and_makes_none_twice(tmp_path: Path) -> None:
    """Serve and its nursery are killed as ticks become due, and started again: each account's times follow one another without a gap."""
    accounts = [f"a{number}" for number in range(8)]
    with serving(tmp_path, {"ticks": {f"{name}.x": [EVERY_MS, "sleep", "0.2"] for name in accounts}}) as start:
        process = start()
        says(tmp_path, "serving 8 accounts")
        awaited(lambda: any(made(tmp_path, name) for name in accounts), 60)
        process.kill()
        process.wait()
        first = len(made(tmp_path, accounts[0]))
        start()
        awaited(lambda: all(len(made(tmp_path, name)) >= first + 1 for name in accounts), 120, lambda: said(tmp_path))
    for name in accounts:
        times = [time.mktime(time.strptime(each, "%Y-%m-%dT%H:%M:%SZ")) for each in made(tmp_path, name)]
        steps = {later - earlier for earlier, later in pairwise(times)}
        assert steps == {EVERY_MS / 1000}, (name, made(tmp_path, name), said(tmp_path))


def test_a_crashed_tick_is_told_once(tmp_path: Path) -> None:
    """A line on stderr, an alert in the outbox, and the others go on."""
    with serving(tmp_path, {"ticks": {"bad.x": [8_000, "kill"], "good.x": [8_000, "say", "well"]}}) as start:
        start()
        says(tmp_path, "bad.x, due")
        says(tmp_path, "status 0  well")
        awaited(lambda: served(tmp_path, "good.x").said == "well", 60)
        bad, good = served(tmp_path, "bad.x"), served(tmp_path, "good.x")
    assert (bad.status, bad.failures > 0, bad.trouble(bad.ended_ms)[:13], bad.due_ms > bad.ended_ms) == (-9, True, "bad.x failed ", True)
    assert (good.status, good.failures, good.trouble(good.ended_ms), good.account, good.lasts) == (0, 0, "", "good", False)
    with Outbox.of(tmp_path) as outbox:
        alerts = outbox.alerts("bad")
    crashes = [each for each in alerts if each.kind != "missed_tick"]  # on a busy machine a tick is due before the last one has ended
    assert {(each.severity.value, each.kind, each.subject) for each in crashes} == {("critical", "tick_crashed", "bad.x")}
    assert "SIGKILL" in crashes[0].text


def test_a_tick_that_overlaps_its_next_one(tmp_path: Path) -> None:
    """The next one is not made; it is told as missed."""
    with serving(tmp_path, {"ticks": {"slow.x": [3_000, "sleep", "7"]}}) as start:
        start()
        says(tmp_path, "slow.x missed")
    with Outbox.of(tmp_path) as outbox:
        assert "its last tick was still at work" in next(each.text for each in outbox.alerts("slow") if each.kind == "missed_tick")


def test_what_lasts_is_started_again_and_left_alone_when_it_dies_too_often(tmp_path: Path) -> None:
    """A bot that is killed comes again; one that always dies is given up, which is critical; on the way out the bot is stopped."""
    with serving(tmp_path, {"kept": {"mine.bot": ["wait"], "sick.bot": ["exit", "4"]}}) as start:
        process = start()
        says(tmp_path, "sick.bot is not started again")
        awaited(lambda: bool(served(tmp_path, "mine.bot").pid), 60)
        os.kill(served(tmp_path, "mine.bot").pid, signal.SIGKILL)
        awaited(lambda: (tmp_path / "state/mine/serve.log").read_text().count("waits") == 2, 60)
        process.terminate()
        assert process.wait(60) == 0
    assert "mine.bot  stopped, status 0" in said(tmp_path)
    sick, mine, left = served(tmp_path, "sick.bot"), served(tmp_path, "mine.bot"), read(tmp_path)
    assert (sick.given_up, sick.failures, sick.status) == ("it has ended 3 times within an hour", 3, 4)
    assert (mine.given_up, mine.failures, mine.said, mine.pid) == ("", 1, "its process was killed (SIGKILL, perhaps for want of memory)", 0)
    assert left is not None
    assert (left.pid, left.troubles(left.at_ms)[1]) == (0, ("sick", "sick.bot is not started again: it has ended 3 times within an hour"))
    with Outbox.of(tmp_path) as outbox:
        assert [(each.kind, each.severity.value) for each in outbox.alerts("sick")] == [("restarts", "critical")]


def test_the_plan_is_read_again(tmp_path: Path) -> None:
    """What cannot be read leaves everything as it is; what comes is started, what goes is stopped, what stays is not touched."""
    with serving(tmp_path, {"kept": {"stays.bot": ["wait"], "goes.bot": ["wait"]}}) as start:
        process = start()
        awaited(lambda: (tmp_path / "state/stays/serve.log").exists() and (tmp_path / "state/goes/serve.log").exists(), 60)
        (tmp_path / "plan.json").write_text("{")
        says(tmp_path, "everything goes on as before")
        assert said(tmp_path).count("plan.json  ") == 1
        awaited(lambda: bool((left := read(tmp_path)) and left.faults), 60)
        (tmp_path / "plan.json").write_text(json.dumps({"kept": {"stays.bot": ["wait"], "comes.bot": ["wait"]}}))
        process.send_signal(signal.SIGHUP)
        says(tmp_path, "(+ comes.bot, - goes.bot)")
        says(tmp_path, "goes.bot  stopped, status 0")
        awaited((tmp_path / "state/comes/serve.log").exists, 60)
        awaited(
            lambda: bool((left := read(tmp_path)) and not left.faults and {each.run for each in left.runs} == {"stays.bot", "comes.bot"})
        )
    assert (tmp_path / "state/stays/serve.log").read_text().count("---") == 1


def test_while_the_plan_is_read_everything_goes_on(tmp_path: Path) -> None:
    """A bot that dies meanwhile is started again, then the plan is taken over; the end does not wait for it."""
    with serving(tmp_path, {"kept": {"mine.bot": ["wait"]}}) as start:
        process = start()
        log = tmp_path / "state/mine/serve.log"
        awaited(lambda: log.exists() and "waits" in log.read_text(), 60, lambda: said(tmp_path))
        (tmp_path / "plan.json").write_text(json.dumps({"kept": {"mine.bot": ["wait"], "comes.bot": ["wait"]}, "until": "go"}))
        process.send_signal(signal.SIGHUP)
        awaited((tmp_path / "state/host/serve.read.lock").exists, 60, lambda: said(tmp_path))
        awaited(lambda: bool(served(tmp_path, "mine.bot").pid), 60)
        os.kill(served(tmp_path, "mine.bot").pid, signal.SIGKILL)
        awaited(lambda: log.read_text().count("waits") == 2, 60, lambda: said(tmp_path))
        assert "read again" not in said(tmp_path)
        (tmp_path / "go").touch()
        says(tmp_path, "(+ comes.bot)")
        (tmp_path / "go").unlink()
        process.send_signal(signal.SIGHUP)
        process.terminate()
        assert process.wait(60) == 0
    assert "cannot be read" not in said(tmp_path)
