"""Opening a journal, appending to it, reading it back."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any

from runner.journal.schema import TABLES, VERSION, statements
from runner.model.errors import Problem, RunnerError

Row = Mapping[str, Any]


@contextmanager
def appending(path: Path) -> Iterator[sqlite3.Connection]:
    """The journal at `path` for one transaction, made when it is not there: all of it is kept, or none.

    One that is made is waited for no longer than any other file of a run: nothing in it can be lost that was there before.
    Refuses (RunnerError) a file that is not a journal of this version.
    """
    new = not path.exists() and begun(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as journal:
        journal.execute(f"PRAGMA synchronous = {'OFF' if new else 'NORMAL'}")
        journal.execute(f"PRAGMA journal_mode = {'MEMORY' if new else 'DELETE'}")
        journal.execute("BEGIN IMMEDIATE")
        try:
            prepare(journal, path)
            yield journal
        except BaseException:
            if journal.in_transaction:
                journal.execute("ROLLBACK")
            raise
        journal.execute("COMMIT")


def begun(path: Path) -> bool:
    """Put an empty journal there, whole; False where somebody else was quicker, whose rows are kept."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        part.write_bytes(empty())
        _placed(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    return True


def _placed(part: Path, path: Path) -> None:
    """Give a file its name. FileExistsError where that is taken, as far as the file system can tell."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # it knows no second names
        part.replace(path)


@cache
def empty() -> bytes:
    """A journal without a run; a process that leaves many makes its tables once."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as journal:
        prepare(journal, Path(":memory:"))
        return bytes(journal.serialize())


def prepare(journal: sqlite3.Connection, path: Path) -> None:
    """Make the tables of an empty file; refuse what is not a journal of this version."""
    if version(journal, path) == 0:
        for statement in statements():
            journal.execute(statement)
        append(journal, "meta", [{"key": "schema", "value": str(VERSION)}])


def version(journal: sqlite3.Connection, path: Path) -> int:
    """The schema version; 0 of an empty file. Refuses other databases and versions."""
    try:
        found = int(journal.execute("PRAGMA user_version").fetchone()[0])
        tables = journal.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise refused(path, str(error)) from error
    if found not in (0, VERSION) or (found == 0 and tables):
        raise refused(path, f"expected schema version {VERSION}, found {found}")
    return found


def refused(path: Path, message: str) -> RunnerError:
    """A file that is not ours to append to."""
    return RunnerError("this is not a journal", [Problem(path=str(path), message=message)])


def append(journal: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Add rows, named by column; all of them have the same columns."""
    held = list(rows)
    if held:
        columns, marks = ", ".join(held[0]), ", ".join("?" * len(held[0]))
        journal.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [tuple(row.values()) for row in held])  # noqa: S608 - our own names


def append_columns(journal: sqlite3.Connection, table: str, run: int, columns: Mapping[str, Sequence[Any]]) -> None:
    """Add rows of a run, given by column."""
    names, marks = ", ".join(("run", *columns)), ", ".join(("?", *("?" for _ in columns)))
    rows = zip(repeat(run), *columns.values(), strict=False)  # the run repeats for as long as there are rows
    journal.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def last_run(journal: sqlite3.Connection) -> int:
    """The number of the run that was appended last; 0 before the first."""
    return int(journal.execute("SELECT coalesce(max(id), 0) FROM run").fetchone()[0])


def read(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table of a journal as rows, in the order they were written. Refuses (RunnerError) what is not a journal."""
    if not path.is_file():
        raise refused(path, "there is no such file")
    with closing(sqlite3.connect(path)) as journal:
        if version(journal, path) != VERSION:
            raise refused(path, "the file is empty")
        journal.row_factory = sqlite3.Row
        return {table: [dict(row) for row in journal.execute(f"SELECT * FROM {table} ORDER BY rowid")] for table in TABLES}  # noqa: S608 - our own names
