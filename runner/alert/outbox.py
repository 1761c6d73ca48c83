"""Alerts on their way: a SQLite file that several processes put into and one sends from. What is in it survives a kill and a power loss.

alert      each once, by its id
delivery   what became of an alert at a target: sent, dead, or tried so often and due again then
memory     what the watcher has seen, so that it goes on where it was
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from runner import private
from runner.alert.alert import Alert, Severity
from runner.live.keys import REDACTOR
from runner.model.errors import ConfigError, Problem, UnwritableError

FILE = "alerts.db"
LAYOUT = 1
BUSY_S = 10.0
TABLES = """
CREATE TABLE IF NOT EXISTS alert (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, environment TEXT NOT NULL, severity TEXT NOT NULL,
    kind TEXT NOT NULL, subject TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, at_ms INTEGER NOT NULL, picture BLOB);
CREATE TABLE IF NOT EXISTS delivery (
    id TEXT NOT NULL, target TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, due_ms INTEGER NOT NULL, PRIMARY KEY (id, target)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
COLUMNS = ("id", "account", "environment", "severity", "kind", "subject", "title", "text", "at_ms", "picture")
OPEN = "open"  # tried, and to be tried again
SENT = "sent"
DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An alert that a target has not got: how often it was tried, and from when on it may be tried again, UTC milliseconds."""

    alert: Alert
    tries: int = 0
    due_ms: int = 0


class Outbox:
    """`$RUNNER_HOME/state/alerts.db`. One thread at a time, any number of processes; each call is a transaction of its own.

    refuses: a disk that takes nothing (UnwritableError), a file that is no outbox or one of a newer version (ConfigError).
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        with self._told():
            private.begun(private.made(file.parent) / file.name)
            self._connection = sqlite3.connect(file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    @classmethod
    def of(cls, home: Path) -> Self:
        """The outbox of a user's folder, made when it is not there."""
        return cls(home / "state" / FILE)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, alert: Alert) -> bool:
        """Keep an alert until it is sent; False, and nothing written, when one of its id was put before. Secrets become *** in it."""
        return self.keep([alert]) == 1

    def keep(self, alerts: Iterable[Alert], memory: Mapping[str, Any] | None = None) -> int:
        """Put alerts and what the watcher has seen by then, all or nothing; how many were new."""
        with self._transaction() as connection:
            new = sum(connection.execute(INSERT, row(alert)).rowcount for alert in alerts)
            for key, value in (memory or {}).items():
                connection.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (key, json.dumps(value, sort_keys=True)))
        return new

    def memory(self, key: str) -> Any:
        """What was kept under that name; None before."""
        found = self._rows("SELECT value FROM memory WHERE key = ?", key)
        return json.loads(found[0][0]) if found else None

    def alerts(self, account: str | None = None, limit: int = 1_000) -> list[Alert]:
        """The newest alerts, newest first, of one account or of all."""
        rows = self._rows("SELECT * FROM alert WHERE account = coalesce(?, account) ORDER BY number DESC LIMIT ?", account, limit)
        return [told(each) for each in rows]

    def waiting(self, target: str, severity: Severity, limit: int = 1_000) -> list[Waiting]:
        """What a target has not got of a severity, oldest first; what is dead is not among it."""
        query = """SELECT alert.*, coalesce(tries, 0), coalesce(due_ms, 0) FROM alert
            LEFT JOIN delivery ON delivery.id = alert.id AND target = ?
            WHERE severity = ? AND coalesce(state, 'open') = 'open' ORDER BY number LIMIT ?"""
        rows = self._rows(query, target, severity.value, limit)
        return [Waiting(alert=told(each[:-2]), tries=each[-2], due_ms=each[-1]) for each in rows]

    def unsent(self, severity: Severity, targets: Sequence[str]) -> list[Alert]:
        """Alerts of a severity that have reached none of these targets, oldest first."""
        query = """SELECT * FROM alert WHERE severity = ? AND NOT EXISTS
            (SELECT 1 FROM delivery WHERE delivery.id = alert.id AND state = 'sent' AND target IN (SELECT value FROM json_each(?)))
            ORDER BY number"""
        return [told(each) for each in self._rows(query, severity.value, json.dumps(list(targets)))]

    def welcome(self, target: str) -> None:
        """A target that is new gets nothing that another one has got already."""
        key = f"target.{target}"
        if self.memory(key) is None:
            with self._transaction() as connection:
                connection.execute(WELCOME, (target,))
            self.keep((), {key: True})

    def sent(self, target: str, ids: Iterable[str]) -> None:
        """These are not sent to that target again."""
        self._became(target, [(each, SENT, 0, 0) for each in ids])

    def failed(self, target: str, waiting: Iterable[Waiting], due_ms: int) -> None:
        """These could not be sent, and may be tried again from then on."""
        self._became(target, [(each.alert.id, OPEN, each.tries + 1, due_ms) for each in waiting])

    def dead(self, target: str, ids: Iterable[str]) -> None:
        """These are given up at that target."""
        self._became(target, [(each, DEAD, 0, 0) for each in ids])

    def forget(self, before_ms: int, targets: Mapping[Severity, Sequence[str]]) -> None:
        """Drop old alerts that every target of theirs has got or will not get. A critical one stays until it has arrived everywhere."""
        with self._transaction() as connection:
            for severity, names in targets.items():
                arguments = (severity.value, before_ms, len(names), json.dumps(list(names)))
                ids = connection.execute(ARRIVED, arguments).fetchall()
                connection.executemany("DELETE FROM delivery WHERE id = ?", ids)
                connection.executemany("DELETE FROM alert WHERE id = ?", ids)

    def _became(self, target: str, rows: Iterable[tuple[str, str, int, int]]) -> None:
        with self._transaction() as connection:
            for id, state, tries, due_ms in rows:  # noqa: A001 - the word of the table
                connection.execute("INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?)", (id, target, state, tries, due_ms))

    def _rows(self, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with self._told(), closing(self._connection.execute(query, arguments)) as cursor:
            return cursor.fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > LAYOUT:
            raise self._refused(f"it was written by a newer version of the runner (layout {found}, this one knows {LAYOUT})")
        if found < LAYOUT:
            with self._transaction() as connection:
                for statement in TABLES.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {LAYOUT}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Failures as one clear line."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if type(error) is sqlite3.DatabaseError:  # not a database, or a damaged one
                raise self._refused(f"{error}; move it away") from error
            raise UnwritableError("alerts cannot be kept", [Problem(path=str(self.file), message=str(error))]) from error
        except OSError as error:
            raise UnwritableError("alerts cannot be kept", [Problem(path=str(self.file), message=error.strerror or str(error))]) from error

    def _refused(self, message: str) -> ConfigError:
        return ConfigError("the outbox of alerts cannot be used", [Problem(path=str(self.file), message=message)])


INSERT = "INSERT OR IGNORE INTO alert VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
WELCOME = """INSERT OR IGNORE INTO delivery SELECT DISTINCT id, ?, 'dead', 0, 0 FROM delivery WHERE state != 'open'"""
ARRIVED = """SELECT id FROM alert WHERE severity = ? AND at_ms < ? AND ? =
    (SELECT count(*) FROM delivery WHERE delivery.id = alert.id AND state != 'open' AND target IN (SELECT value FROM json_each(?)))"""


def row(alert: Alert) -> tuple[Any, ...]:
    """An alert as it is written, without secrets."""
    values = {name: getattr(alert, name) for name in COLUMNS} | {"severity": alert.severity.value}
    return tuple(REDACTOR.text(value) if isinstance(value, str) else value for value in values.values())


def told(values: Sequence[Any]) -> Alert:
    """An alert as it was written."""
    return Alert(**dict(zip(COLUMNS, values[1:], strict=True)))
