"""The outbox of alerts: each once, whole after a kill, for several processes at a time."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from runner.alert.alert import Alert, Severity
from runner.alert.outbox import Outbox, Waiting
from runner.live.keys import REDACTOR, Keys, Secret
from runner.model.errors import ConfigError, UnwritableError


def alert(number: int = 1, severity: str = "critical", **more: object) -> Alert:
    """An alert of that number."""
    given = {"id": f"mine.note.{number}", "account": "mine", "kind": "stop_missing", "title": "BTCUSDT has no stop", "text": "look"}
    return Alert(**given | {"severity": severity, "at_ms": number} | more)  # type: ignore[arg-type]


def test_put_is_idempotent(tmp_path: Path) -> None:
    """The first of an id counts, picture and all."""
    with Outbox.of(tmp_path) as outbox:
        first = alert(picture=b"\x89PNG", subject="BTCUSDT", environment="demo")
        assert (outbox.put(first), outbox.put(alert(title="another"))) == (True, False)
        assert outbox.alerts() == [first]
        assert first.line == "mine@demo BTCUSDT has no stop"


def test_what_waits_is_told_by_target_and_severity(tmp_path: Path) -> None:
    """What was sent to one target still waits for the other; what failed says how often; what is dead waits no more."""
    with Outbox.of(tmp_path) as outbox:
        for number, severity in enumerate(("critical", "warning", "critical"), start=1):
            outbox.put(alert(number, severity))
        first, second = outbox.waiting("A", Severity.CRITICAL)
        outbox.sent("A", [first.alert.id])
        outbox.failed("A", [second], due_ms=99)
        assert outbox.waiting("A", Severity.CRITICAL) == [Waiting(alert=second.alert, tries=1, due_ms=99)]
        assert [each.alert for each in outbox.waiting("B", Severity.CRITICAL)] == [first.alert, second.alert]
        assert [each.id for each in outbox.unsent(Severity.CRITICAL, ["A", "B"])] == [second.alert.id]
        outbox.dead("A", ["mine.note.2"])
        assert outbox.waiting("A", Severity.WARNING) == []


def test_alerts_and_memory_are_kept_together(tmp_path: Path) -> None:
    """An alert that cannot be written takes the cursor back with it."""
    with Outbox.of(tmp_path) as outbox:
        outbox.keep([alert()], {"mine": {"note": 1}})
        broken = alert(2)
        object.__setattr__(broken, "title", None)
        object.__setattr__(broken, "text", object())
        with pytest.raises(UnwritableError):
            outbox.keep([alert(3), broken], {"mine": {"note": 3}})
        assert (outbox.memory("mine"), len(outbox.alerts()), outbox.memory("other")) == ({"note": 1}, 1, None)


def test_old_ones_are_forgotten_when_they_have_arrived(tmp_path: Path) -> None:
    """An old critical alert that one of two targets lacks stays, whether it was tried there or not."""
    with Outbox.of(tmp_path) as outbox:
        for number in (1, 2, 3):
            outbox.put(alert(number))
        outbox.sent("A", ["mine.note.1", "mine.note.2"])
        outbox.sent("B", ["mine.note.1", "mine.note.3"])
        outbox.failed("A", [each for each in outbox.waiting("A", Severity.CRITICAL) if each.alert.id == "mine.note.3"], due_ms=9)
        outbox.forget(4, {Severity.CRITICAL: ["A", "B"]})
        assert [each.id for each in outbox.alerts()] == ["mine.note.3", "mine.note.2"]


def test_no_secret_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the title, the text and the subject say."""
    monkeypatch.setattr(REDACTOR, "parts", ())
    REDACTOR.learn(Keys(key=Secret("hushhushhush"), secret=Secret("otherwise-secret")))
    with Outbox.of(tmp_path) as outbox:
        outbox.put(alert(title="at hushhushhush", text="json://hushhushhush", subject="otherwise-secret"))
    assert all(b"hushhush" not in file.read_bytes() and b"otherwise" not in file.read_bytes() for file in tmp_path.rglob("alerts.db*"))


@pytest.mark.parametrize(("change", "said"), [({"id": "a b"}, "id without blanks"), ({"severity": "loud"}, "loud")])
def test_refuses_what_is_no_alert(change: dict[str, object], said: str) -> None:
    """At once, where it is made."""
    with pytest.raises(ValueError, match=said):
        alert(**change)  # type: ignore[arg-type]


def test_refuses_files_that_are_no_outbox(tmp_path: Path) -> None:
    """One of a newer version, and one that is no database, in one line each."""
    state = tmp_path / "state"
    state.mkdir()
    with sqlite3.connect(state / "alerts.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ConfigError, match="newer version"):
        Outbox.of(tmp_path)
    (state / "alerts.db").write_bytes(b"no database at all" * 99)
    with pytest.raises(ConfigError, match="not a database"):
        Outbox.of(tmp_path)


def test_what_was_put_survives_a_power_loss(tmp_path: Path) -> None:
    """Every commit is on the disk before anybody is told of it: SQLite's own word for that is 2, FULL."""
    with Outbox.of(tmp_path) as outbox:
        assert outbox._connection.execute("PRAGMA synchronous").fetchone() == (2,)


PUTS = """
import sys
import threading
from contextlib import closing
from pathlib import Path
from runner.alert.outbox import Outbox
from tests.alert.test_outbox import alert
with Outbox.of(Path(sys.argv[1])) as outbox:
    for number in range(int(sys.argv[2]), int(sys.argv[3])):
        outbox.put(alert(number))
        print(number, flush=True)
"""


def putting(home: Path, first: int, last: int) -> subprocess.Popen[str]:
    """A process that puts alerts and says each number once it is put."""
    words = [sys.executable, "-c", PUTS, str(home), str(first), str(last)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def test_who_comes_while_another_writes_waits(tmp_path: Path) -> None:
    """For its turn, instead of losing an alert, or what it has just sent."""
    with Outbox.of(tmp_path) as outbox, closing(sqlite3.connect(outbox.file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        turn = threading.Timer(0.1, other.execute, ["COMMIT"])
        turn.start()
        assert outbox.put(alert())
        turn.join()


def test_several_processes_put_at_once(tmp_path: Path) -> None:
    """Two that overlap: nothing is lost, nothing is there twice."""
    processes = [putting(tmp_path, 0, 60), putting(tmp_path, 30, 90)]
    assert [(process.communicate(timeout=60)[0].count("\n"), process.returncode) for process in processes] == [(60, 0)] * 2
    with Outbox.of(tmp_path) as outbox:
        assert sorted(each.at_ms for each in outbox.alerts()) == list(range(90))


def test_whoever_comes_and_goes_takes_no_log_away(tmp_path: Path) -> None:
    """A process with several connections, as the one that sends has them, goes on seeing what others put; they see what it has sent."""
    with Outbox.of(tmp_path) as outbox, Outbox.of(tmp_path) as lane:
        for number in range(3):
            assert putting(tmp_path, number, number + 1).communicate(timeout=60)[0] == f"{number}\n"
            (waiting,) = lane.waiting("A", Severity.CRITICAL)
            assert waiting.alert.at_ms == number
            lane.sent("A", [waiting.alert.id])
        assert [each.at_ms for each in outbox.alerts()] == [2, 1, 0]
        look = "from tests.alert.test_outbox import *; print(len(Outbox.of(Path(sys.argv[1])).waiting('A', Severity.CRITICAL)))"
        words = [sys.executable, "-c", look, str(tmp_path)]
        assert subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout == "0\n"


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_what_was_put_survives_a_kill(tmp_path: Path) -> None:
    """Killed in the middle: every number that was said is there."""
    process = putting(tmp_path, 0, 100_000)
    assert process.stdout is not None
    said = [int(process.stdout.readline()) for _ in range(40)]
    os.kill(process.pid, signal.SIGKILL)
    said += [int(line) for line in process.stdout.read().splitlines() if line]
    process.stdout.close()
    process.wait()
    with Outbox.of(tmp_path) as outbox:
        assert {each.at_ms for each in outbox.alerts(limit=100_000)} >= set(said)
