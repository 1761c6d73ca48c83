"""A bot whose journal cannot be written or read any more stops with one line, its positions keep their stops, and it goes on afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.journal.live import JournalError, LiveJournal
from runner.journal.live_store import Store
from runner.mode.rehearsing.bot import Job, work
from tests.mode import rehearsals
from tests.mode.rehearsals import stored, tried

WORDS = ("mode.bars=30",)


def full_disk(patch: pytest.MonkeyPatch, pages: int) -> None:
    """No file of SQLite grows beyond so many pages."""
    tune = Store._tune

    def small(self: Store, connection: Any, record: object) -> None:
        tune(self, connection, record)
        connection.execute(f"PRAGMA max_page_count = {pages}")

    patch.setattr(Store, "_tune", small)


def test_a_full_disk_stops_the_bot_and_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not written was not sent; with room again the same decisions and fills follow, and no position ever lacked its stop."""
    said: list[str] = []

    def lives(job: Job, http: str, ws: str) -> None:
        with monkeypatch.context() as patch:
            full_disk(patch, 24)
            try:
                work(job, http, ws)
            except JournalError as full:
                said.append(str(full))
        work(job, http, ws)

    monkeypatch.setattr(rehearsals, "work", lives)
    section = tried(stored(tmp_path / "market"), tmp_path / "out", WORDS).play()
    assert len(said) == 1
    assert said[0].splitlines()[0] == "the journal of hyro_2step cannot be used"
    assert said[0].endswith("database or disk is full")
    assert section["good"], section
    assert section["fills"] > 5


def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """The bot says so before it sends anything."""
    ready = tried(stored(tmp_path / "market"), tmp_path / "out", WORDS)
    path = tmp_path / "out" / "journal.db"
    with LiveJournal.open(path, account="hyro_2step") as journal:
        journal.set_meta("schema", "99")
    before = path.read_bytes()
    with pytest.raises(JournalError, match="written by a newer version of the runner"):
        ready.play()
    assert path.read_bytes() == before
