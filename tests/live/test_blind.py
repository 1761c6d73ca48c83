"""What a guard leaves of an account that it cannot look at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.live import blind
from runner.live.blind import Blind, Blindness
from runner.live.state import Beat, StateFolder, beat, last_beat, state_of, written
from runner.model.duration import MINUTE_MS

NOW = 1_760_000_000_000


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    """An account's folder."""
    return state_of(tmp_path, "mine")


def test_it_is_said_from_the_first_round_to_the_last(state: StateFolder) -> None:
    """Since when and why, with the last try; gone as soon as the guard can look."""
    guard = Blindness([state])
    guard.tell({"mine": "no answer"}, NOW)
    guard.tell({"mine": "API key is invalid"}, NOW + MINUTE_MS)
    left = Blind(at_ms=NOW + MINUTE_MS, pid=os.getpid(), since_ms=NOW, why="API key is invalid")
    assert blind.read(state) == left
    assert (left.tries(NOW + 2 * MINUTE_MS, MINUTE_MS), left.tries(NOW + 2 * MINUTE_MS + 1, MINUTE_MS)) == (True, False)
    guard.tell({"mine": ""}, NOW + 2 * MINUTE_MS)
    assert blind.read(state) is None


def test_who_never_looked_leaves_no_sign_of_a_look(state: StateFolder) -> None:
    """Asked to stop: that it stopped, and could not look, in the file of its own alone."""
    guard = Blindness([state])
    guard.tell({"mine": "no answer"}, NOW)
    guard.last_words(NOW + 5, "asked to stop")
    assert last_beat(state, "guard") is None
    left = blind.read(state)
    could = "it could not look: no answer"
    sign = Beat(at_ms=NOW + 5, pid=os.getpid(), doing=could, ended=f"asked to stop; {could}", asked=True)
    assert blind.heard(None, left) == sign


def test_the_time_of_the_last_look_stays(state: StateFolder) -> None:
    """It could look once: its last word says when that was, for whoever asks what happened since."""
    beat(state, "guard", NOW, "guarding")
    guard = Blindness([state])
    guard.tell({"mine": ""}, NOW)
    guard.tell({"mine": "no answer"}, NOW + MINUTE_MS)
    guard.last_words(NOW + 2 * MINUTE_MS, "asked to stop")
    looked = last_beat(state, "guard")
    assert looked is not None
    assert (looked.at_ms, looked.ended, looked.asked) == (NOW, "asked to stop", True)
    assert blind.heard(looked, blind.read(state)) == looked


def test_who_can_look_says_so_at_the_end(state: StateFolder) -> None:
    """Its last word is of now."""
    guard = Blindness([state])
    guard.tell({"mine": ""}, NOW)
    guard.last_words(NOW + 5, "asked to stop")
    looked = last_beat(state, "guard")
    assert looked is not None
    assert (looked.at_ms, looked.ended) == (NOW + 5, "asked to stop")


@pytest.mark.parametrize(
    ("ended", "looked_ms", "since_ms"),
    [("", 0, NOW), ("asked to stop", 0, NOW + 9), ("", NOW + 1, NOW + 9)],
    ids=["killed: it goes on", "stopped: another one begins", "somebody has looked meanwhile"],
)
def test_another_guard_that_cannot_look(state: StateFolder, ended: str, looked_ms: int, since_ms: int) -> None:
    """It is the same time of blindness where nobody could look, and nobody stopped trying."""
    written(state.root / blind.FILE, {"at_ms": NOW + 1, "pid": 1, "since_ms": NOW, "why": "no answer", "ended": ended})
    if looked_ms:
        beat(state, "guard", looked_ms, "guarding")
    Blindness([state]).tell({"mine": "no answer"}, NOW + 9)
    left = blind.read(state)
    assert left is not None
    assert left.since_ms == since_ms


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"since_ms": 1}'])
def test_a_file_that_says_nothing(state: StateFolder, text: str) -> None:
    """Is none."""
    written(state.root / blind.FILE, {})
    (state.root / blind.FILE).write_text(text)
    assert blind.read(state) is None


def test_a_folder_that_takes_nothing(state: StateFolder) -> None:
    """The guard goes on."""
    state.root.parent.mkdir()
    state.root.write_text("a file stands where the folder should")
    guard = Blindness([state])
    guard.tell({"mine": "no answer"}, NOW)
    guard.tell({"mine": ""}, NOW)
    guard.tell({"mine": "no answer"}, NOW)
    guard.last_words(NOW, "asked to stop")
    assert blind.read(state) is None
