"""`mode=alerts` from the command line: real receivers, a real bot, and kills at any moment."""

from __future__ import annotations

import random
import re
import signal
import stat
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.alert.alert import Severity
from runner.alert.outbox import Outbox
from runner.live.gone import keep
from runner.live.gone import leave as leave_open
from runner.live.keys import REDACTOR
from runner.live.state import Halt, halt, state_of
from runner.live.status import Status, leave
from tests.alert.receiver import TOKEN, Receiver, receiving
from tests.alert.test_outbox import alert
from tests.command import command, written
from tests.mode.venue import TRADES, Process, awaited, venue

OWN = "defaults: [shipped/own_money, _self_]\nname: mine\n"
ALERTS = ("mode=alerts", "mode.to.critical=[A_URL]", "mode.every=1s", "mode.batch=1s", "mode.digest=null", "mode.per_minute=1000")
WAYS: tuple[int | str, ...] = (200, 200, 200, 500, 429, "reset", "hang")
ID = re.compile(r"\[mine\.note\.(\d+)\]")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills and locks as POSIX does")


@pytest.fixture(autouse=True)
def _ignorant(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test teaches the redactor is forgotten."""
    monkeypatch.setattr(REDACTOR, "parts", ())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """One on loopback."""
    with receiving() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with one account."""
    return written(tmp_path / "home", {"accounts/mine.yaml": OWN})


def test_says_where_alerts_go(home: Path, receiver: Receiver) -> None:
    """One message to every target, and what came back from each."""
    both = {"A_URL": receiver.url, "B_URL": "json://127.0.0.1:1/?cto=1"}
    ran = command("mode=alerts", "mode.to.critical=[A_URL]", "mode.to.info=[B_URL]", "test=true", home=home, environment=both)
    assert (ran.status, ran.out.splitlines()[0]) == (1, "A_URL  delivered")
    assert "B_URL  NOT DELIVERED: " in ran.out
    assert receiver.taken[0]["title"] == "TEST prop-runner"
    assert command(*ALERTS, "test=true", home=home, environment=both).status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "names no target; set mode.to.critical=[TELEGRAM_URL]"),
        (("mode.to.critical=[C_URL]",), "C_URL is no environment variable that is set"),
        (("mode.to.critical=[B_URL]",), "B_URL holds no URL that Apprise understands"),
        (("mode.to.critical=['json://localhost/hushhushhush']",), "never the URL itself"),
        (("mode.to.critical=json://localhost/hushhushhush",), "never the URL itself"),
        (("mode.to.warning={json://localhost/hushhushhush: 1}",), ""),
        (("mode.to.critcal=[A_URL]",), "mode.to.critcal  mode.to has no 'critcal'; nearest is 'critical'  command line"),
        (("mode.to.critical=[B_ULR]",), "B_ULR is no environment variable that is set; nearest is B_URL"),
        (
            ("mode.to.critical=[A_URL]", "mode.severity={trade_opend: warning}"),
            "mode.severity.trade_opend  expected a kind of alert, was 'trade_opend'; nearest is 'trade_opened'  command line",
        ),
        (
            ("mode.to.critical=[A_URL]", "mode.severity.headroom=loud"),
            "mode.severity.headroom  expected critical, warning, info, was 'loud'  command line",
        ),
        (("mode.to.critical=[A_URL]", "mode.digest={at: '8', zone: UTC}"), "expected a time of day in quotes"),
        (("mode.to.critical=[A_URL]", "recovered=0.1"), "recovered: expected at least headroom (0.25), was 0.1"),
        (("mode.to.critical=[A_URL]", "journal=NOWHERE"), "the environment variable NOWHERE is not set"),
    ],
)
def test_refuses_before_anything_is_written(home: Path, words: tuple[str, ...], said: str) -> None:
    """One clear line, status 2, and no URL in it."""
    ran = command("mode=alerts", *words, "rounds=1", home=home, environment={"A_URL": "json://localhost", "B_URL": "none://hushhushhush"})
    assert (ran.status, said in ran.err, "hushhush" in ran.err + ran.out) == (2, True, False), ran.err
    assert said == "" or "Traceback" not in ran.err
    assert not (home / "state").exists()


def test_a_slip_in_a_file_is_told_by_its_line(home: Path) -> None:
    """Of a kind's name, not of the shipped file that the user's one adds to."""
    slip = "defaults: [shipped/alerts, _self_]\nto: {critical: [A_URL]}\nseverity:\n  halt: info\n  headrom: warning\n"
    written(home, {"conf/mode/alerts.yaml": slip})
    ran = command("mode=alerts", "rounds=1", home=home, environment={"A_URL": "json://localhost"})
    assert (ran.status, "nearest is 'headroom'  conf/mode/alerts.yaml:5" in " ".join(ran.err.split(" "))) == (2, True), ran.err


def test_a_file_of_the_user_says_where_to(home: Path, receiver: Receiver) -> None:
    """His own mode file and a file of URLs: nothing is typed; the URL stands nowhere else."""
    mode = "defaults: [shipped/alerts, _self_]\nto: {critical: [PHONE]}\nfile: secrets/alerts.urls\ndigest: null\nbatch: 1s\n"
    written(home, {"conf/mode/alerts.yaml": mode, "secrets/alerts.urls": f"PHONE={receiver.url}\n"})
    (home / "secrets/alerts.urls").chmod(stat.S_IRUSR | stat.S_IWUSR)
    halt(state_of(home, "mine"), Halt(by="hand", at_ms=time.time_ns() // 1_000_000 - 2_000, why="holiday"))
    ran = command("mode=alerts", "rounds=1", home=home)
    assert (ran.status, "WARNING mine" in receiver.text, "halted by hand: holiday" in receiver.text) == (0, True, True), ran.err
    assert "critical to PHONE; warning to PHONE; info to PHONE" in ran.err
    command("mode=alerts", "rounds=1", home=home)
    assert len(receiver.taken) == 1
    seen = [file for file in home.rglob("*") if file.is_file() and file.name != "alerts.urls" and TOKEN.encode() in file.read_bytes()]
    assert (seen, TOKEN in ran.err + ran.out) == ([], False)


def test_a_second_one_is_refused(home: Path, receiver: Receiver) -> None:
    """While one sends, another would send infos twice."""
    first = Process(home, ALERTS, {"A_URL": receiver.url})
    try:
        first.says("watching mine")
        ran = command(*ALERTS, home=home, environment={"A_URL": receiver.url})
        assert (ran.status, f"process {first.running.pid} sends the alerts of this folder already" in ran.err) == (7, True), ran.err
        assert first.stop() == 0
    finally:
        first.running.kill()
        first.running.wait()


def test_a_slip_in_an_account_hides_no_bot_at_work(home: Path, receiver: Receiver) -> None:
    """Its file cannot be read when the watch begins: what its bot leaves is watched all the same, and the slip is said."""
    written(home, {"accounts/mine.yaml": OWN + "siez: 5\n", "accounts/idle.yaml": OWN + "siez: 5\n"})
    state, now = state_of(home, "mine"), time.time_ns() // 1_000_000
    leave(state, Status(account="mine", environment="demo", mode="once", pid=1, at_ms=now))
    halt(state, Halt(by="hand", at_ms=now - 2_000, why="holiday"))
    ran = command(*ALERTS, "rounds=1", home=home, environment={"A_URL": receiver.url})
    assert (ran.status, "cannot be read, watched by what its bot leaves  account mine" in ran.err) == (0, True), ran.err
    assert "not watched  account idle" in ran.err
    assert "mine@demo halted by hand: holiday" in receiver.text


def test_whose_file_has_gone_before_is_told_as_well(home: Path, receiver: Receiver) -> None:
    """While something is open: critical, with how to put it back, and once however often the watch begins."""
    keep(home, "mine", "mine", {"name": "mine"})
    leave_open(state_of(home, "mine"), 1, ("long 1 BTCUSDT",))
    (home / "accounts/mine.yaml").unlink()
    for _ in range(2):
        ran = command(*ALERTS, "rounds=1", home=home, environment={"A_URL": receiver.url})
        assert (ran.status, "watching mine;" in ran.err) == (0, True), ran.err
    assert (len(receiver.taken), "CRITICAL mine its file is gone while long 1 BTCUSDT is open" in receiver.text) == (1, True)


def test_accounts_come_and_go_while_it_watches(home: Path, receiver: Receiver) -> None:
    """A new file is watched from then on, one with a slip in it as before, one that is gone not any more, once nothing of it is open."""
    process = Process(home, ALERTS, {"A_URL": receiver.url})

    def halted(name: str, why: str) -> None:
        halt(state_of(home, name), Halt(by="hand", at_ms=time.time_ns() // 1_000_000, why=why))

    try:
        process.says("watching mine;")
        written(home, {"accounts/other.yaml": OWN.replace("mine", "other")})
        process.says("watched from now on: other")
        written(home, {"accounts/mine.yaml": OWN + "siez: 5\n"})
        process.says("cannot be read, and is watched as before if it was: account mine")
        for name in ("mine", "other"):
            halted(name, "first")
        awaited(lambda: len(set(re.findall(r"(mine|other)\S* halted by hand: first", receiver.text))) == 2, 60, lambda: process.text)
        keep(home, "other", "other", {"name": "other"})
        leave_open(state_of(home, "other"), 1, ("long 1 BTCUSDT",))
        (home / "accounts/other.yaml").unlink()
        process.says("watched by what it leaves  account other  its file is gone while long 1 BTCUSDT is open; put the file back (cp ")
        awaited(lambda: "CRITICAL other@demo its file is gone while long 1 BTCUSDT is open" in receiver.text, 60, lambda: process.text)
        leave_open(state_of(home, "other"), 2, ())
        process.says("not watched any more: other, its file is gone")
        awaited(lambda: "INFO other@demo its file is gone and nothing is open" in receiver.text, 60, lambda: process.text)
        for name in ("other", "mine"):
            halted(name, "second")
        awaited(lambda: "halted by hand: second" in receiver.text, 60, lambda: process.text)
        assert process.stop() == 0
    finally:
        process.running.kill()
        process.running.wait()
    told = set(re.findall(r"(mine|other)\S* halted by hand: (first|second)", receiver.text))
    assert told == {("mine", "first"), ("other", "first"), ("mine", "second")}


def test_a_critical_one_that_has_not_arrived_is_said(home: Path) -> None:
    """At the terminal, by the exit status, and it stays; the log of dead letters never gets it."""
    with Outbox.of(home) as outbox:
        outbox.put(alert())
    ran = command(*ALERTS, "rounds=1", home=home, environment={"A_URL": "json://127.0.0.1:1/hushhushhush"})
    assert (ran.status, "NOT DELIVERED to A_URL after 1 tries" in ran.err, "hushhush" in ran.err) == (1, True, False), ran.err
    with Outbox.of(home) as outbox:
        assert [each.tries for each in outbox.waiting("A_URL", Severity.CRITICAL)] == [1]
    assert not (home / "state" / "alerts.dead.jsonl").exists()


def test_killed_at_any_moment(home: Path, receiver: Receiver) -> None:
    """Again and again while alerts come in and the receiver misbehaves: every critical one arrives, no info comes twice."""
    chance = random.Random(8)
    receiver.slow_s = 0.02
    number = 0
    for _ in range(5):
        process = Process(home, ALERTS, {"A_URL": receiver.url})
        process.says("watching mine")
        receiver.ways = [chance.choice(WAYS) for _ in range(12)]
        until = time.monotonic() + chance.uniform(0.2, 1.5)
        while time.monotonic() < until:
            number += 1
            with Outbox.of(home) as outbox:  # as serve does: open for one alert, and gone
                outbox.put(alert(number, "critical" if number % 2 else "info", title="x", text="y"))
            time.sleep(0.01)
        process.running.send_signal(signal.SIGKILL)
        process.running.wait()
    receiver.ways = []
    process = Process(home, ALERTS, {"A_URL": receiver.url})
    with Outbox.of(home) as outbox:
        awaited(lambda: not outbox.unsent(Severity.CRITICAL, ["A_URL"]), 60, lambda: process.text)
        assert process.stop() == 0
    arrived = {int(each) for each in ID.findall(receiver.text)}
    assert arrived >= set(range(1, number + 1, 2))
    infos = Counter(int(each) for body in receiver.came if body["title"].startswith("INFO") for each in ID.findall(body["message"]))
    assert infos
    assert max(infos.values()) == 1


def test_a_trade_is_told_with_a_picture(tmp_path: Path, receiver: Receiver) -> None:
    """A bot trades at a real exchange; another process, which the bot knows nothing of, tells that it has opened a position.

    Stopped on purpose it says so; killed it is told as silent.
    """
    with venue(tmp_path) as place:
        watching = place.start(*ALERTS, "mode.severity={trade_opened: warning}", "silent=15s", "late=1d", A_URL=receiver.url)
        watching.says("watching mine")
        bot = place.start("mode=live", *TRADES)
        bot.says("trading BTCUSDT")
        place.show()
        awaited(lambda: "BTCUSDT long 119 opened at" in receiver.text, 30, lambda: watching.text)
        (told,) = [each for each in receiver.taken if "opened at" in each["message"]]
        assert re.search(r"WARNING mine@demo BTCUSDT long 119 opened at 100\.5\d*, stop at 100\.1", told["title"]), told["title"]
        assert told["attachments"][0]["mimetype"] == "image/png"
        assert bot.stop() == 0
        awaited(lambda: "the bot was stopped: asked to stop (SIGTERM)" in receiver.text, 60, lambda: watching.text)
        assert re.search(r"Open at the venue: BTCUSDT long 119 from 100\.5\d*, stop 100\.1", receiver.text)
        killed = place.start("mode=live", *TRADES)
        killed.says("trading BTCUSDT")
        killed.running.kill()
        killed.running.wait()
        awaited(lambda: "the bot gives no sign of life" in receiver.text, 120, lambda: watching.text)
        (silent,) = [each for each in receiver.taken if "no sign of life" in each["title"]]
        assert silent["title"].startswith("CRITICAL mine@demo")
        assert watching.stop(signal.SIGINT) == 0
