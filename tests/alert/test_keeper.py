"""A serve that keeps others than the alerts: silent, stopped, at work again; and the ticks that nobody was to make meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from runner.alert import keeper
from runner.alert.alert import Alert
from runner.alert.host import DIED, Host, Latest
from runner.alert.keeper import has_died, unwanted
from runner.alert.kinds import Teller
from runner.alert.outbox import Outbox
from runner.live.serving import HEARTBEAT, KEPT_BY, STALE_MS, RunServed, Serving, leave
from runner.live.state import Beat, written
from tests.alert.test_watch import HELD, STATUS

NOW, MINUTE, HOUR = 1_000_000_000, 60_000, 3_600_000
SERVING = Serving(at_ms=NOW, pid=7, since_ms=NOW - HOUR, runs=(RunServed(run="mine.fvg", account="mine"),))


def told(home: Path, now_ms: int, *, first: int = NOW) -> list[Alert]:
    """What is new of serve to a process that has just begun, which looks twice."""
    with Outbox.of(home) as outbox:
        before = {each.id for each in outbox.alerts()}
        held = {"mine": replace(STATUS, positions=(HELD,))}
        host = Host(home, outbox, Teller(account=""), Latest(home), lambda: held, since_ms=first - HOUR, silent_ms=MINUTE)
        for _ in range(2):
            host.look(now_ms)
        return [each for each in outbox.alerts() if each.id not in before]


def asked(home: Path, pid: int = 7) -> None:
    """Serve says that it was asked to stop."""
    written(home / "state" / HEARTBEAT, asdict(Beat(at_ms=NOW, pid=pid, doing="", ended="asked to stop", asked=True)))


def test_a_serve_that_has_died_is_critical_once_and_told_when_it_is_back(tmp_path: Path) -> None:
    """Nothing at the last moment of its patience; with who has positions, where to start it, and again after another death."""
    assert told(tmp_path, NOW) == []
    leave(tmp_path, SERVING)
    assert told(tmp_path, NOW + STALE_MS) == []
    (died,) = told(tmp_path, NOW + STALE_MS + 1)
    assert (died.severity, died.kind, died.whose) == ("critical", "serve_died", "host")
    assert "HAS DIED or hangs (process 7), no sign of life since 1970-01-12 13:46:40 UTC: nothing is started" in died.title
    assert "1 account with positions:\nmine@demo: Open at the venue: BTCUSDT long 1 from 100, stop 99." in died.text
    assert f"Start it in {tmp_path}: runner mode=serve;" in died.text
    assert told(tmp_path, NOW + 9 * HOUR) == []
    back = replace(SERVING, pid=8, at_ms=NOW + 9 * HOUR)
    leave(tmp_path, back)
    (up,) = told(tmp_path, back.at_ms)
    assert (up.severity, up.kind, up.title) == ("warning", "serve_up", "serve is at work again")
    assert told(tmp_path, back.at_ms + 1) == []
    assert [each.kind for each in told(tmp_path, back.at_ms + 2 * MINUTE)] == ["serve_died"]


@pytest.mark.parametrize("pid", [0, 7], ids=["stopped", "killed while it stopped"])
def test_a_serve_that_was_stopped_is_a_warning_once(tmp_path: Path, pid: int) -> None:
    """After a minute: one that is started again at once is no news, nor is that it is back."""
    leave(tmp_path, replace(SERVING, pid=pid))
    asked(tmp_path)
    assert told(tmp_path, NOW + MINUTE) == []
    (stopped,) = told(tmp_path, NOW + MINUTE + 1)
    assert (stopped.severity, stopped.kind) == ("warning", "serve_stopped")
    assert "was stopped: nothing is started from now on" in stopped.title
    assert "1 account with positions" in stopped.text
    leave(tmp_path, replace(SERVING, pid=9, at_ms=NOW + HOUR))
    assert told(tmp_path, NOW + HOUR) == []


def test_the_last_word_of_another_serve_is_not_this_ones(tmp_path: Path) -> None:
    """Stopped yesterday, started again, and killed."""
    asked(tmp_path, pid=6)
    leave(tmp_path, SERVING)
    assert [each.kind for each in told(tmp_path, NOW + 2 * MINUTE)] == ["serve_died"]


def test_alerts_that_serve_starts_anew_tell_that_it_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where those before them have told its death; once, by however many that come after."""
    monkeypatch.setenv(KEPT_BY, str(os.getpid()))
    assert told(tmp_path, NOW) == []
    with Outbox.of(tmp_path) as outbox:
        outbox.keep([], {DIED: NOW})
    (back,) = told(tmp_path, NOW + MINUTE)
    assert (back.kind, back.title) == ("serve_up", "serve is at work again")
    assert "said nothing since 1970-01-12 13:46:40 UTC" in back.text
    assert told(tmp_path, NOW + 2 * MINUTE) == []


def test_a_serve_has_died_when_it_is_gone_and_nobody_asked_it_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while it lives, for then somebody has stopped these alerts alone; nor for those whom none keeps."""
    monkeypatch.setattr(keeper, "DIES_S", 0.0)
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    assert (has_died(tmp_path, os.getpid()), has_died(tmp_path, 0), has_died(tmp_path, gone.pid)) == (False, False, True)
    asked(tmp_path, pid=gone.pid)
    assert not has_died(tmp_path, gone.pid)


def test_what_was_long_over_at_the_first_look_is_no_news(tmp_path: Path) -> None:
    """A folder that was served long ago and has a crontab now."""
    leave(tmp_path, SERVING)
    assert (told(tmp_path, NOW + 9 * HOUR, first=NOW + 9 * HOUR), told(tmp_path, NOW + 10 * HOUR)) == ([], [])


def test_whom_serve_keeps_hears_of_its_death_by_ending_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a minute later once more."""
    leave(tmp_path, SERVING)
    monkeypatch.setenv(KEPT_BY, "7")
    assert told(tmp_path, NOW + HOUR) == []


DUE, LATE, SEEN = NOW + HOUR, NOW + HOUR + 2 * MINUTE, NOW - MINUTE
STOPPED = replace(SERVING, pid=0)
LATER = replace(SERVING, since_ms=DUE + 1)


@pytest.mark.parametrize(
    ("serving", "runs", "seen_ms", "expected"),
    [
        pytest.param(None, ["mine.fvg"], SEEN, False, id="no serve at all"),
        pytest.param(SERVING, ["mine.fvg"], SEEN, False, id="it is at work, or has died"),
        pytest.param(STOPPED, ["mine.fvg"], SEEN, True, id="stopped before the tick"),
        pytest.param(replace(STOPPED, at_ms=LATE - 1), ["mine.fvg"], SEEN, True, id="stopped while it could have been made"),
        pytest.param(replace(STOPPED, at_ms=LATE), ["mine.fvg"], SEEN, False, id="stopped when it was missed already"),
        pytest.param(STOPPED, ["mine.other"], SEEN, False, id="another one ticks it"),
        pytest.param(STOPPED, ["mine.fvg"], NOW + 1, False, id="another one has ticked it since"),
        pytest.param(LATER, ["mine.fvg"], SEEN, True, id="started again after the tick"),
        pytest.param(replace(LATER, since_ms=DUE), ["mine.fvg"], SEEN, False, id="started at the tick"),
        pytest.param(
            replace(LATER, runs=(replace(SERVING.runs[0], began_ms=DUE + 1),)), ["mine.fvg"], SEEN, False, id="its next tick did nothing"
        ),
    ],
)
def test_ticks_that_nobody_was_to_make(tmp_path: Path, serving: Serving | None, runs: list[str], seen_ms: int, *, expected: bool) -> None:
    """Who stopped serve knows that it makes no ticks."""
    assert unwanted(tmp_path, serving, runs, (DUE, LATE, seen_ms)) is expected
