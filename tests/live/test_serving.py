"""What serve leaves of its runs, as others read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.live.serving import STALE_MS, STEADY_MS, RunServed, Serving, file_of, leave, read

NOW = 1_795_348_000_000
AT = "2026-11-22 11:46 UTC"
WELL = RunServed(run="mine.fvg", account="mine", began_ms=NOW - 5_000, ended_ms=NOW, status=0, said="no plan", due_ms=NOW + 1)


def test_it_comes_back_as_it_was_left(tmp_path: Path) -> None:
    """Through JSON, with every field."""
    left = Serving(at_ms=NOW, pid=7, since_ms=1, faults=("account  no such",), runs=(WELL, RunServed(run="host.guard", lasts=True)))
    leave(tmp_path, left)
    assert read(tmp_path) == left
    assert (left.of("mine"), left.of("")) == ((WELL,), (left.runs[1],))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"layout": 99}',
        '{"layout": 1, "at_ms": 1, "pid": 1, "faults": [], "runs": [{"what": 1}]}',
        '{"layout": 1, "at_ms": "1", "pid": 1, "faults": [], "runs": []}',
        '{"layout": 1, "at_ms": 1, "pid": 1, "faults": [1], "runs": []}',
        '{"layout": 1, "at_ms": 1, "pid": 1, "faults": [], "runs": [{"run": "a.x", "due_ms": "soon"}]}',
    ],
)
def test_what_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    """Cut off, another version, something else."""
    assert read(tmp_path) is None
    file_of(tmp_path).parent.mkdir()
    file_of(tmp_path).write_text(text)
    assert read(tmp_path) is None


@pytest.mark.parametrize(
    ("run", "said"),
    [
        pytest.param(WELL, "", id="well"),
        pytest.param(
            RunServed(run="a.x", failures=1, ended_ms=NOW, said="its process was killed (SIGKILL)"),
            f"a.x failed {AT}: its process was killed (SIGKILL)",
            id="a tick once",
        ),
        pytest.param(RunServed(run="a.x", failures=3, ended_ms=NOW, said="no"), f"a.x failed 3 times in a row, last {AT}: no", id="often"),
        pytest.param(RunServed(run="a.bot", lasts=True, failures=1, ended_ms=NOW, said="no", pid=5), "", id="a bot once"),
        pytest.param(
            RunServed(run="a.bot", lasts=True, failures=2, ended_ms=NOW, said="no", pid=5, began_ms=NOW - STEADY_MS + 1),
            f"a.bot failed 2 times in a row, last {AT}: no",
            id="a bot twice",
        ),
        pytest.param(
            RunServed(run="a.bot", lasts=True, failures=2, ended_ms=NOW, said="no", pid=5, began_ms=NOW - STEADY_MS), "", id="steady since"
        ),
        pytest.param(RunServed(run="a.bot", lasts=True, given_up="why"), "a.bot is not started again: why", id="given up"),
        pytest.param(RunServed(run="a.x", missed_ms=NOW, missed="too late"), f"a.x missed {AT}: too late", id="missed"),
        pytest.param(RunServed(run="a.x", missed_ms=NOW, missed="too late", began_ms=NOW + 1), "", id="missed, then made"),
    ],
)
def test_what_somebody_should_know_of_a_run(run: RunServed, said: str) -> None:
    """Nothing while all is well."""
    assert run.trouble(NOW) == said


def test_what_somebody_should_know_of_serve() -> None:
    """Stopped, silent, accounts that are not taken over, then its runs; nothing while all is well."""
    there = Serving(at_ms=NOW, pid=7, runs=(WELL,))
    assert (there.there(NOW + STALE_MS - 1), there.troubles(NOW)) == (True, ())
    assert there.troubles(NOW + STALE_MS) == (("", f"serve has said nothing since {AT}: nothing is started"),)
    bad = RunServed(run="a.bot", account="a", lasts=True, given_up="why")
    assert Serving(at_ms=NOW, pid=0, faults=("a.yaml  typo",), runs=(bad,)).troubles(NOW) == (
        ("", f"serve was stopped {AT}: nothing is started"),
        ("", "changed accounts are not taken over: a.yaml  typo"),
        ("a", "a.bot is not started again: why"),
    )
