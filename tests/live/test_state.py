"""Halts, signs of life and their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.live.state import Halt, StateFolder, beat, halt, halted, last_beat, release, state_of
from runner.model.errors import RunnerError


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    """The folder of an account that has never run."""
    return state_of(tmp_path, "hyro")


def test_nothing_is_made_by_looking(state: StateFolder) -> None:
    """Asking leaves no folder behind."""
    assert (halted(state, 0), last_beat(state, "bot"), release(state)) == (None, None, [])
    assert not state.root.exists()


def test_a_halt_holds_until_it_is_lifted(state: StateFolder) -> None:
    """By whom, when and why are told; after a restart too, because it is a file."""
    entry = Halt(by="hand", at_ms=5, why="holiday")
    halt(state, entry)
    assert halted(state, 10**15) == entry
    assert entry.line() == "halted by hand: holiday"
    assert release(state) == ["hand"]
    assert halted(state, 6) is None


def test_one_who_lifts_a_halt_lifts_only_ones_own(state: StateFolder) -> None:
    """The guard's halt ends with the day; the one made by hand stays."""
    halt(state, Halt(by="guard", at_ms=5, why="peaks are lost", until_ms=100))
    halt(state, Halt(by="hand", at_ms=5, why="holiday"))
    assert release(state, "guard") == ["guard"]
    assert halted(state, 6) == Halt(by="hand", at_ms=5, why="holiday")


@pytest.mark.parametrize(("now", "holds"), [(99, True), (100, False)], ids=["before its end", "at its end"])
def test_a_halt_can_end_by_itself(state: StateFolder, now: int, holds: bool) -> None:
    """Its end is the first instant at which entries are allowed again."""
    halt(state, Halt(by="guard", at_ms=5, why="the day's loss", until_ms=100))
    assert (halted(state, now) is not None) == holds


@pytest.mark.parametrize("content", ["", "{", "[]", '{"by": "x"}', '{"by": "x", "at_ms": 1, "why": "y", "more": 2}'])
def test_a_halt_that_cannot_be_read_halts(state: StateFolder, content: str) -> None:
    """A file cut short by a crash is no permission to trade."""
    state.halts.mkdir(parents=True)
    (state.halts / "guard.json").write_text(content)
    assert halted(state, 7) == Halt(by="guard", at_ms=7, why="guard.json cannot be read")


def test_a_sign_of_life_is_the_last_one(state: StateFolder) -> None:
    """Each part has its own; a spoilt file is none."""
    beat(state, "bot", 1, "trading")
    beat(state, "bot", 2, "stopping")
    last = last_beat(state, "bot")
    assert last is not None
    assert (last.at_ms, last.doing, last_beat(state, "guard")) == (2, "stopping", None)
    state.heartbeat("bot").write_text("?")
    assert last_beat(state, "bot") is None


def test_a_disk_that_takes_nothing_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should."""
    (tmp_path / "state").write_text("")
    with pytest.raises(RunnerError, match="Not a directory"):
        halt(state_of(tmp_path, "hyro"), Halt(by="hand", at_ms=5, why="holiday"))
