"""Opening, appending, reading."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from runner.journal.journal import append, appending, begun, last_run, read
from runner.journal.schema import TABLES, VERSION
from runner.model.errors import RunnerError

RUN = {
    "mode": "backtest",
    "account": "a",
    "strategy": "s",
    "version": "1",
    "config_hash": "h",
    "currency": "USDT",
    "initial": 1.0,
    "symbols": "X",
}


def test_a_new_journal_has_every_table_and_its_version(tmp_path: Path) -> None:
    """Nothing but the schema's number stands in it."""
    with appending(tmp_path / "journal.db"):
        pass
    tables = read(tmp_path / "journal.db")
    assert list(tables) == list(TABLES)
    assert tables.pop("meta") == [{"key": "schema", "value": str(VERSION)}]
    assert not any(tables.values())


def test_runs_are_appended_and_numbered(tmp_path: Path) -> None:
    """A second start of the same account adds to the same file."""
    for number in (1, 2):
        with appending(tmp_path / "journal.db") as journal:
            append(journal, "run", [RUN])
            assert last_run(journal) == number
    assert [run["id"] for run in read(tmp_path / "journal.db")["run"]] == [1, 2]


@pytest.mark.parametrize("table", list(TABLES))
@pytest.mark.parametrize("change", ["UPDATE {} SET rowid = rowid + 1", "DELETE FROM {}"])
def test_what_is_written_stays(tmp_path: Path, table: str, change: str) -> None:
    """The file itself refuses changes and deletions, whoever asks."""
    with appending(tmp_path / "journal.db") as journal:
        append(journal, "run", [RUN])
    with closing(sqlite3.connect(tmp_path / "journal.db")) as stranger:
        stranger.execute("PRAGMA foreign_keys = OFF")
        if not stranger.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:  # noqa: S608 - a table of ours
            fill_in(stranger, table)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            stranger.execute(change.format(table))


def fill_in(journal: sqlite3.Connection, table: str) -> None:
    """One row of nothing in particular."""
    columns = [row[1] for row in journal.execute(f"PRAGMA table_info({table})")]
    journal.execute(f"INSERT INTO {table} VALUES ({', '.join('1' for _ in columns)})")  # noqa: S608 - a table of ours


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """An error between two rows takes the first one back."""
    with appending(tmp_path / "journal.db"):
        pass
    with pytest.raises(sqlite3.IntegrityError), appending(tmp_path / "journal.db") as journal:
        append(journal, "run", [RUN, RUN | {"account": None}])
    assert read(tmp_path / "journal.db")["run"] == []


def test_two_that_begin_one_journal_keep_each_others_rows(tmp_path: Path) -> None:
    """Whoever saw no journal and comes second changes nothing of it; no part of a file is left behind, also where nothing has two names."""
    path = tmp_path / "journal.db"
    assert begun(path)
    with appending(path) as journal:
        append(journal, "meta", [{"key": "mine", "value": "1"}])
    before = path.read_bytes()
    assert not begun(path)
    assert (path.read_bytes(), [file.name for file in tmp_path.iterdir()]) == (before, ["journal.db"])


def test_a_journal_where_files_have_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links takes one all the same."""
    monkeypatch.setattr("os.link", refused)
    assert begun(tmp_path / "journal.db")
    assert [file.name for file in tmp_path.iterdir()] == ["journal.db"]


def refused(*_: object) -> None:
    """What FAT says of a second name."""
    raise PermissionError


def test_what_is_not_a_journal_is_refused(tmp_path: Path) -> None:
    """Text, another database, another version, an empty file, nothing at all."""
    (tmp_path / "text").write_text("not a database, but long enough to be taken for one" * 10)
    (tmp_path / "empty").touch()
    other(tmp_path / "other", "CREATE TABLE x (y)")
    other(tmp_path / "newer", "PRAGMA user_version = 99")
    for name, message in {
        "text": "not a database",
        "empty": "the file is empty",
        "other": "found 0",
        "newer": "found 99",
        "missing": "no such file",
    }.items():
        with pytest.raises(RunnerError, match="not a journal") as refused:
            read(tmp_path / name)
        assert message in str(refused.value)


def test_a_foreign_database_is_not_written_to(tmp_path: Path) -> None:
    """Appending to somebody else's file is refused before anything changes."""
    other(tmp_path / "other", "CREATE TABLE x (y)")
    before = (tmp_path / "other").read_bytes()
    with pytest.raises(RunnerError, match="not a journal"), appending(tmp_path / "other"):
        pass
    assert (tmp_path / "other").read_bytes() == before


def other(path: Path, statement: str) -> None:
    """A database that is not ours."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()
