"""What is kept beside an account is its owner's alone, whatever the umask; what is there already is left to its owner."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from runner import private
from runner.journal.live import LiveJournal
from runner.live.guard.peaks import Entry, append
from runner.live.logs import open_logs
from runner.live.records import Record, keep
from runner.live.state import Halt, beat, halt, state_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions as POSIX has them")


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Whatever the user's."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(place: Path) -> int:
    """Who may do what."""
    return stat.S_IMODE(place.stat().st_mode)


def test_everything_of_an_account(tmp_path: Path, umask: int) -> None:
    """Folders 0700, files 0600: journal with its write-ahead log, log lines, halts, signs of life, the guard's record, records."""
    state = state_of(tmp_path, "mine")
    with LiveJournal.open(state.journal, account="mine") as journal:
        journal.note(1, "mark", {})
        assert {file.name for file in state.root.iterdir()} == {"journal.db", "journal.db-wal", "journal.db-shm"}
        halt(state, Halt(by="hand", at_ms=1, why="holiday"))
        beat(state, "bot", 1, "trades")
        append(state.peaks, Entry(at_ms=1, kind="mark", facts={}))
        keep(tmp_path, Record(kind="halt", account="mine", at_ms=1, passed=True))
        open_logs("mine", "demo", file=state.root / "bot.log")
        logger.info("a line")
        logger.remove()
        private.held(state.root / "guard.lock").close()
        places = sorted((tmp_path / "state").rglob("*"))
        assert len(places) == 12, places
        assert {place: mode(place) for place in places} == {place: 0o700 if place.is_dir() else 0o600 for place in places}
    assert mode(tmp_path / "state") == 0o700


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    """Nobody's permissions are changed in silence, and the journal goes on."""
    folder = tmp_path / "state" / "mine"
    folder.mkdir(parents=True)
    folder.chmod(0o750)
    with LiveJournal.open(folder / "journal.db", account="mine") as journal:
        journal.note(1, "mark", {})
    (folder / "journal.db").chmod(0o640)
    with LiveJournal.open(folder / "journal.db", account="mine") as journal:
        assert len(journal.notes("mark")) == 1
    assert (mode(folder), mode(folder / "journal.db")) == (0o750, 0o640)


@pytest.mark.parametrize(
    ("folder", "file", "folder_shared", "file_shared"),
    [
        (0o700, 0o600, False, False),
        (0o750, 0o600, True, False),
        (0o701, 0o600, True, False),
        (0o700, 0o640, False, True),
        (0o700, 0o604, False, True),
        (0o2770, 0o660, False, False),
        (0o2775, 0o664, True, True),
    ],
)
def test_who_else_looks(tmp_path: Path, folder: int, file: int, folder_shared: bool, file_shared: bool) -> None:
    """A group and others; not the group that a folder is given to on purpose, as Kubernetes' fsGroup gives a volume."""
    place = tmp_path / "mine"
    place.mkdir()
    (place / "x").write_text("")
    (place / "x").chmod(file)
    place.chmod(folder)
    assert (private.shared(place), private.shared(place / "x")) == (folder_shared, file_shared)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    """Is told."""
    (tmp_path / "state").write_text("")
    with pytest.raises(OSError, match=r"File exists|Not a directory"):
        private.made(tmp_path / "state")
    with pytest.raises(OSError, match=r"Not a directory"):
        private.made(tmp_path / "state" / "mine")
