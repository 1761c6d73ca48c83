"""How far a sweep is: lines where nobody looks, a bar on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from runner.sweep.progress import Progress, spell


def test_a_long_sweep_has_a_line_at_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    """Nine lines for a hundred jobs, each with what is left; none at the end, for the leaderboard follows."""
    with Progress(100) as progress:
        for done in range(1, 101):
            progress.done(done)
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(",")[0] for line in told.err.splitlines()] == [f"{done} of 100 jobs done" for done in range(10, 100, 10)]
    assert all(line.endswith(" left") for line in told.err.splitlines())


def test_a_short_sweep_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    """Its jobs' own lines say as much."""
    with Progress(30) as progress:
        for done in range(1, 31):
            progress.done(done)
    assert capsys.readouterr().err == ""


def test_a_terminal_has_a_bar() -> None:
    """Drawn on stderr with the count and the time left, wiped at the end; lines stand above it."""
    ours, theirs = pty.openpty()
    code = (
        "from runner.sweep.progress import Progress\nwith Progress(4) as p:\n  p.done(3)\n  with p.aside(): print('a line', flush=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stderr=theirs, stdout=theirs, check=True, timeout=60, env={**os.environ, "TERM": "xterm"}
    )
    os.close(theirs)
    drawn = os.read(ours, 65_536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "3/4" in drawn
    assert "left" in drawn
    assert "a line" in drawn


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (99, "99 s"), (130, "2 min"), (5_940, "99 min"), (12_600, "3.5 h")])
def test_time_left_in_words(seconds: float, text: str) -> None:
    """In the unit a person would use."""
    assert spell(seconds) == text
