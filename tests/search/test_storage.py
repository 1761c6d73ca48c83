"""Where a study is kept: addresses that are none, secrets that are never repeated, storages that cannot be reached."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from optuna.storages import InMemoryStorage, RDBStorage

from runner.model.errors import ConfigError
from runner.search.storage import StorageError, address, closed, opened, shown

NONE: Mapping[str, str] = {}


def test_a_url_is_taken_as_it_is() -> None:
    """A file, and a server with the driver this project brings."""
    assert address("sqlite:///study.db", NONE).database == "study.db"
    url = address("postgresql://me:hush@db.example/studies", NONE)
    assert (url.drivername, url.password) == ("postgresql+pg8000", "hush")


def test_an_environment_variable_holds_a_url() -> None:
    """So that no password stands on a command line."""
    assert address("STUDY_URL", {"STUDY_URL": "postgresql://me:hush@db.example/studies"}).host == "db.example"


@pytest.mark.parametrize(
    ("text", "environment", "message"),
    [
        ("STUDY_URL", {}, "there is no environment variable STUDY_URL; a file is typed sqlite:///study.db"),
        ("./study.db", {}, "expected a URL such as sqlite:///study.db, or the name of an environment variable that holds one"),
        ("mysql://me:hush@db/x", {}, "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE; was of mysql"),
        ("nosuch://me:hush@db/x", {}, "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE; was of nosuch"),
        ("sqlite://", {}, "names no file"),
        ("postgresql://db/x", {}, "names no user"),
        ("postgresql://me:hush@db", {}, "names no database"),
        ("URL", {"URL": "postgresql://me:hush@db:port/x"}, "it cannot be read as one"),
    ],
)
def test_what_is_no_address_is_refused(text: str, environment: Mapping[str, str], message: str) -> None:
    """In one line, without the password that may stand in it."""
    with pytest.raises(ConfigError) as refused:
        address(text, environment)
    (line,) = [problem.line() for problem in refused.value.problems]
    assert line.startswith("hydra.sweeper.storage  ")
    assert message in line
    assert "hush" not in str(refused.value)


def test_what_may_be_printed() -> None:
    """A file by its name, a server without password and query."""
    assert shown(None) == "memory"
    assert shown(address("sqlite:///a/study.db", NONE)) == "a/study.db"
    assert shown(address("postgresql://me:hush@db.example/x?password=hush", NONE)) == "postgresql://me:***@db.example/x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sqlite:////no/such/folder/study.db", "/no/such/folder/study.db  unable to open database file"),
        ("postgresql://me:hush@127.0.0.1:1/x", "postgresql://me:***@127.0.0.1:1/x  Can't create a connection to host 127.0.0.1 and port 1"),
    ],
)
def test_a_storage_that_cannot_be_reached_is_one_line(text: str, message: str) -> None:
    """Its address and what the system says, no traceback and no password."""
    with pytest.raises(StorageError) as refused:
        opened(address(text, NONE))
    (line,) = [problem.line() for problem in refused.value.problems]
    assert line.startswith(message)
    assert "hush" not in str(refused.value)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    """Nothing is written into it."""
    file = tmp_path / "study.db"
    file.write_text("something else entirely, and long enough to be looked at " * 20, encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(StorageError, match="file is not a database"):
        opened(address(f"sqlite:///{file}", NONE))
    assert file.read_bytes() == before


def test_without_an_address_a_study_lives_in_memory() -> None:
    """Nothing is left behind."""
    storage = opened(None)
    assert isinstance(storage, InMemoryStorage)
    closed(storage)


def test_a_file_keeps_what_a_killed_process_has_written(tmp_path: Path) -> None:
    """A log that is written ahead: writers do not wait for readers, and each trial costs little."""
    storage = opened(address(f"sqlite:///{tmp_path / 'study.db'}", NONE))
    assert isinstance(storage, RDBStorage)
    with storage.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    closed(storage)
    with closing(sqlite3.connect(tmp_path / "study.db")) as connection:
        assert connection.execute("select count(*) from studies").fetchone() == (0,)
