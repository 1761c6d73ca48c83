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
from pathlib import Path
from typing import Any

import pytest

from runner.alert.alert import Alert
from runner.alert.outbox import Outbox
from runner.live.serving import RunServed, read
from tests.mode.venue import awaited

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serve needs processes that fork")
ROOT = Path(__file__).parents[2]
MINUTE_MS = 60_000
SOON_MS = 8_000  # a start takes some seconds; one that takes longer waits for the next minute
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


def soon() -> int:
    """How long after each minute a time comes soon, ms."""
    return (time.time_ns() // 1_000_000 + SOON_MS) % MINUTE_MS


def test_killed_at_a_close_it_loses_no_tick_and_makes_none_twice(tmp_path: Path) -> None:
    """Serve is killed as ticks become due, and started again: each account's tick is made once, whoever had begun it."""
    accounts = [f"a{number:02d}" for number in range(12)]
    with serving(tmp_path, {"ticks": {f"{name}.x": [MINUTE_MS, soon(), "sleep", "0.2"] for name in accounts}}) as start:
        process = start()
        awaited(lambda: any(made(tmp_path, name) for name in accounts), 120, lambda: said(tmp_path))
        process.kill()
        process.wait()
        start()
        awaited(lambda: all(made(tmp_path, name) for name in accounts), 120, lambda: said(tmp_path))
        awaited(lambda: said(tmp_path).count("; process ") == 2, 60)
    first = made(tmp_path, accounts[0])[0]
    assert {name: made(tmp_path, name).count(first) for name in accounts} == dict.fromkeys(accounts, 1), said(tmp_path)


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a serve that nobody disturbs: ticks that crash, do well and overlap, and a bot that always dies."""
    home = tmp_path_factory.mktemp("observed")
    ticks = {"bad.x": [6_000, 0, "kill"], "good.x": [6_000, 0, "say", "well"], "slow.x": [2_000, 0, "sleep", "5"]}
    with serving(home, {"ticks": ticks, "kept": {"sick.bot": ["exit", "4"], "host.alerts": ["exit", "7"]}}) as start:
        start()
        yield home


def test_a_crashed_tick_is_told(observed: Path) -> None:
    """A line on stderr, an alert in the outbox, a word to those who look from outside; and the others go on."""
    says(observed, "bad.x, due")
    says(observed, "status 0  well")
    awaited(lambda: bool(served(observed, "bad.x").failures) and served(observed, "good.x").said == "well", 60)
    bad, good = served(observed, "bad.x"), served(observed, "good.x")
    assert (bad.status, bad.trouble(bad.ended_ms)[:13], bad.due_ms > bad.ended_ms) == (-9, "bad.x failed ", True)
    assert (good.status, good.failures, good.account, good.lasts) == (0, 0, "good", False)

    def told() -> list[Alert]:
        with Outbox.of(observed) as outbox:  # on a busy machine a tick is due before the last one has ended
            return [each for each in outbox.alerts("bad") if each.kind != "missed_tick"]

    awaited(lambda: bool(told()), 60)
    crashes = told()
    assert {(each.severity.value, each.kind, each.subject) for each in crashes} == {("critical", "tick_crashed", "bad.x")}
    assert len({each.id for each in crashes}) == len(crashes)
    assert "SIGKILL" in crashes[0].text


def test_a_tick_that_overlaps_its_next_one(observed: Path) -> None:
    """The next one is not made; it is told as missed."""
    says(observed, "slow.x missed")

    def told() -> bool:
        with Outbox.of(observed) as outbox:
            return any(each.kind == "missed_tick" and "its last tick was still at work" in each.text for each in outbox.alerts("slow"))

    awaited(told, 60)
    awaited(lambda: served(observed, "slow.x").missed == "its last tick was still at work", 60)


def test_what_dies_too_often_is_left_alone(observed: Path) -> None:
    """Which is critical, and stands where others read it."""
    says(observed, "sick.bot is not started again")
    awaited(lambda: bool(served(observed, "sick.bot").given_up), 60)
    sick, left = served(observed, "sick.bot"), read(observed)
    assert (sick.given_up, sick.failures, sick.status) == ("it has ended 3 times within an hour", 3, 4)
    assert left is not None
    assert ("sick", "sick.bot is not started again: it has ended 3 times within an hour") in left.troubles(left.at_ms)

    def told() -> list[tuple[str, str]]:
        with Outbox.of(observed) as outbox:
            return [(each.kind, each.severity.value) for each in outbox.alerts("sick")]

    awaited(lambda: told() == [("restarts", "critical")], 60)


def test_what_another_process_does_is_waited_for(observed: Path) -> None:
    """It is neither given up nor a failure, and is due again in a minute, which is said once."""
    says(observed, "host.alerts  another process does this")
    awaited(lambda: served(observed, "host.alerts").status == 7, 60)
    alerts = served(observed, "host.alerts")
    assert (alerts.given_up, alerts.failures, alerts.trouble(alerts.ended_ms)) == ("", 0, "")
    assert abs(alerts.due_ms - alerts.ended_ms - MINUTE_MS) < 1_000


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


@pytest.mark.skipif(sys.platform != "linux", reason="finds the nursery as Linux tells of processes")
def test_a_nursery_that_dies_again_is_told(tmp_path: Path) -> None:
    """Once at the terminal; the second time it is critical, for all accounts, and stands where others read it. What lasts goes on."""
    with serving(tmp_path, {"kept": {"mine.bot": ["wait"]}}) as start:
        process = start()
        for number in (1, 2):
            awaited(lambda: bool(served(tmp_path, "mine.bot").pid), 60, lambda: said(tmp_path))
            bot = served(tmp_path, "mine.bot").pid
            os.kill(int(Path(f"/proc/{bot}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)
            awaited(lambda bot=bot: served(tmp_path, "mine.bot").pid not in (0, bot), 60, lambda: said(tmp_path))  # type: ignore[misc]
            with Outbox.of(tmp_path) as outbox:
                told = [(each.kind, each.severity, each.whose, each.subject) for each in outbox.alerts()]
            assert told == [("restarts", "critical", "host", "host.nursery")][: number - 1]
        left = read(tmp_path)
        assert left is not None
        assert [words[:40] for account, words in left.troubles(left.at_ms) if not account] == ["host.nursery failed 2 times in a row, la"]
        process.terminate()
        assert process.wait(60) == 0
    lines = [line.partition("  ")[2] for line in said(tmp_path).splitlines()]
    killed = "its process was killed (SIGKILL, perhaps for want of memory)"
    assert f"the nursery has died ({killed}); another one takes over" in lines
    assert f"the nursery has died 2 times in a row ({killed}); another one takes over in 1 s" in lines


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
    assert "mine.bot  stopped, status 0" in said(tmp_path)
    mine, left = served(tmp_path, "mine.bot"), read(tmp_path)
    assert (mine.failures, mine.said, mine.pid) == (1, "its process was killed (SIGKILL, perhaps for want of memory)", 0)
    assert left is not None
    assert (left.pid, left.troubles(left.at_ms)[0][1][:17]) == (0, "serve was stopped")
