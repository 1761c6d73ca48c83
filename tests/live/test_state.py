"""Halts, signs of life and their files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.live.state import (
    NURSED_BY,
    Beat,
    Halt,
    StateFolder,
    beat,
    halt,
    halts,
    last_beat,
    last_word,
    line_of,
    release,
    released,
    state_of,
)
from runner.model.errors import RunnerError


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    """The folder of an account that has never run."""
    return state_of(tmp_path, "hyro")


def test_nothing_is_made_by_looking(state: StateFolder) -> None:
    """Asking leaves no folder behind."""
    assert (halts(state, 0), last_beat(state, "bot"), release(state)) == ((), None, [])
    assert not state.root.exists()


def test_a_halt_holds_until_it_is_lifted(state: StateFolder) -> None:
    """By whom, when and why are told; after a restart too, because it is a file."""
    entry = Halt(by="hand", at_ms=5, why="holiday")
    halt(state, entry)
    assert halts(state, 10**15) == (entry,)
    assert entry.line() == "halted by hand: holiday"
    assert release(state) == ["hand"]
    assert not halts(state, 6)


def test_one_who_lifts_a_halt_lifts_only_ones_own(state: StateFolder) -> None:
    """The guard's halt ends with the day; the one made by hand stays."""
    halt(state, Halt(by="guard", at_ms=5, why="peaks are lost", until_ms=100))
    halt(state, Halt(by="hand", at_ms=5, why="holiday"))
    assert release(state, "guard") == ["guard"]
    assert halts(state, 6) == (Halt(by="hand", at_ms=5, why="holiday"),)


def test_everybody_who_halts_is_told_and_ones_own_hand_last(state: StateFolder) -> None:
    """By rule and by hand at once: a line of one of them would be lifted without a word of the other."""
    for by, until in (("hand", None), ("house", None), ("guard", 100), ("old", 6)):
        halt(state, Halt(by=by, at_ms=5, why=f"of {by}", until_ms=until))
    assert [each.by for each in halts(state, 6)] == ["guard", "house", "hand"]
    assert line_of(halts(state, 100)) == "halted by house: of house; halted by hand: of hand"
    stood = halts(state, 99)
    assert released(release(state), stood) == "released: what guard (of guard), hand (of hand), house (of house), old had halted"
    assert released(release(state), halts(state, 99)) == "nothing to release: it was not halted"


@pytest.mark.parametrize(("now", "holds"), [(99, True), (100, False)], ids=["before its end", "at its end"])
def test_a_halt_can_end_by_itself(state: StateFolder, now: int, holds: bool) -> None:
    """Its end is the first instant at which entries are allowed again."""
    halt(state, Halt(by="guard", at_ms=5, why="the day's loss", until_ms=100))
    assert bool(halts(state, now)) == holds


@pytest.mark.parametrize("content", ["", "{", "[]", '{"by": "x"}', '{"by": "x", "at_ms": 1, "why": "y", "more": 2}'])
def test_a_halt_that_cannot_be_read_halts(state: StateFolder, content: str) -> None:
    """A file cut short by a crash is no permission to trade."""
    state.halts.mkdir(parents=True)
    (state.halts / "guard.json").write_text(content)
    assert halts(state, 7) == (Halt(by="guard", at_ms=7, why="guard.json cannot be read"),)


def test_a_sign_of_life_is_the_last_one(state: StateFolder) -> None:
    """Each part has its own; a spoilt file is none."""
    beat(state, "bot", 1, "trading")
    beat(state, "bot", 2, "stopping")
    last = last_beat(state, "bot")
    assert last is not None
    assert (last.at_ms, last.doing, last_beat(state, "guard")) == (2, "stopping", None)
    state.heartbeat("bot").write_text("?")
    assert last_beat(state, "bot") is None


def test_whom_nobody_asked_to_end_says_no_last_word(state: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its nursery has died, and it with it; a reason of its own is told all the same."""
    beat(state, "guard", 1, "guards")
    monkeypatch.setenv(NURSED_BY, str(os.getppid() + 1))
    last_word(state, "guard", 2, "asked to stop", asked=True)
    assert last_beat(state, "guard") == Beat(at_ms=1, pid=os.getpid(), doing="guards")
    last_word(state, "guard", 3, "no disk", asked=False)
    monkeypatch.setenv(NURSED_BY, str(os.getppid()))
    for at_ms, why in ((3, "no disk"), (4, "asked to stop")):
        last = last_beat(state, "guard")
        assert last is not None
        assert (last.at_ms, last.ended) == (at_ms, why)
        last_word(state, "guard", 4, "asked to stop", asked=True)


def test_a_disk_that_takes_nothing_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should."""
    (tmp_path / "state").write_text("")
    with pytest.raises(RunnerError, match="Not a directory"):
        halt(state_of(tmp_path, "hyro"), Halt(by="hand", at_ms=5, why="holiday"))
