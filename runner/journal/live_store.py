"""One connection to a live journal: transactions, what it costs to survive a power loss, and every failure as one clear line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from runner import private
from runner.journal.live_schema import META, VERSION, make
from runner.model.errors import Problem, RunnerError, UnwritableError

type Durable = Literal["power_loss", "crash"]

SYNCHRONOUS = {"power_loss": "FULL", "crash": "NORMAL"}
COMMIT = {"power_loss": "on", "crash": "off"}
DISK = (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
LONGEST_SCHEMA = 63  # bytes in a name of PostgreSQL
BUSY_S = 5


class JournalError(RunnerError):
    """The live journal cannot be read or written; what was to be written together is not written at all."""


class NothingYetError(JournalError):
    """A journal that is only looked at holds nothing yet."""


class DiskError(JournalError, UnwritableError):
    """The disk under the live journal takes nothing."""


class Store:
    """The database behind a live journal. One thread at a time; `transaction` within a transaction joins it.

    needs: a path of a file (SQLite) or a URL (`sqlite:///…`, `postgresql://…`), in PostgreSQL one schema for each account.
    refuses (JournalError): what cannot be opened, is no live journal or is one of a newer version. whole: a file is read from end to end
    first, to find damage; without it opening costs the same however long the journal is.
    """

    def __init__(self, address: str | Path, *, account: str, durable: Durable, read_only: bool = False, whole: bool = True) -> None:
        self.account, self.durable, self.read_only, self.whole = account, durable, read_only, whole
        self.url = url_of(address)
        self.name = self.url.database or "" if self.sqlite else self.url.render_as_string(hide_password=True)
        self.schema = None if self.sqlite else self._schema()
        self.depth = 0
        self.spoilt = False
        self.held: Connection | None = None
        self._folder()
        self.engine = self._engine()
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    @property
    def sqlite(self) -> bool:
        """Whether it is a file rather than a server."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All that is done inside is kept, or nothing of it."""
        with self._told():
            connection = self._connection()
            if self.depth:
                yield connection
                return
            with self._outermost(), connection.begin():
                yield connection
                if self.spoilt:
                    raise self.error("a part of the transaction failed before")

    def close(self) -> None:
        """Let go of the database; what was committed stays."""
        self._drop()
        self.engine.dispose()

    def error(self, message: str) -> JournalError:
        """What went wrong, with the journal's place and account."""
        return JournalError(*self._described(message))

    @contextmanager
    def _outermost(self) -> Iterator[None]:
        self.depth, self.spoilt = 1, False
        try:
            yield
        finally:
            self.depth = 0

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Failures of the database as one clear line; a connection that has failed is opened anew by the next transaction."""
        try:
            yield
        except DBAPIError as error:
            self.spoilt = True
            if error.connection_invalidated or not self.depth:
                self._drop()
            raise self._failure(error) from error

    def _failure(self, error: DBAPIError) -> JournalError:
        """What the database said; where the disk is behind it, what the system says of that."""
        if self.read_only or not of_disk(error):
            return self.error(said(error))
        words = refusal_of(Path(self.name))
        return DiskError(*self._described(f"cannot be written: {words}" if words else said(error)))

    def _described(self, message: str) -> tuple[str, list[Problem]]:
        return f"the journal of {self.account} cannot be used", [Problem(path=self.name, message=message)]

    def _connection(self) -> Connection:
        if self.held is None:
            self.held = self.engine.connect().execution_options(schema_translate_map={None: self.schema})
        return self.held

    def _drop(self) -> None:
        held, self.held = self.held, None
        if held is not None:
            held.close()

    def _schema(self) -> str:
        name = f"runner_{self.account}"
        if len(name.encode()) > LONGEST_SCHEMA:
            raise self.error(f"expected an account's name of at most {LONGEST_SCHEMA - 7} letters")
        return name

    def _folder(self) -> None:
        """The folder of a journal in a file, made when it is not there."""
        if not self.sqlite or self.read_only:
            return
        folder = Path(self.name).parent
        try:
            private.made(folder)
        except OSError as error:
            raise DiskError(*self._described(f"its folder cannot be made: {error.strerror or error}")) from error
        with suppress(OSError):  # what is wrong with the file is told by who opens it
            private.begun(Path(self.name))  # -wal and -shm are made as private as this

    def _engine(self) -> Engine:
        if not self.sqlite:
            settings = {"synchronous_commit": COMMIT[self.durable]}
            engine = create_engine(self.url, poolclass=NullPool, connect_args={"startup_params": settings})
            event.listen(engine, "handle_error", self._lost)
            setattr(engine.dialect, "do_close", hang_up)  # noqa: B010 - a method of this one dialect object
            return engine
        path = Path(self.name).absolute().as_uri()
        url = URL.create("sqlite", database=f"{path}?mode={'ro' if self.read_only else 'rwc'}", query={"uri": "true"})
        arguments = {"timeout": BUSY_S, "isolation_level": None, "check_same_thread": False}
        engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
        event.listen(engine, "connect", self._tune)
        event.listen(engine, "begin", self._begin)
        return engine

    def _tune(self, connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        if not self.read_only:
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {SYNCHRONOUS[self.durable]}")
        cursor.close()

    def _begin(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if self.read_only else "BEGIN IMMEDIATE")

    def _lost(self, context: ExceptionContext) -> None:
        """The driver passes on what the socket says when a connection breaks; it is a failure of the database like any other."""
        if isinstance(context.original_exception, OSError):
            self.spoilt = context.is_disconnect = True
            raise self.error(f"the connection is lost: {context.original_exception.strerror}") from context.original_exception

    def _prepare(self) -> None:
        """Make the tables of an empty database; refuse what is no live journal, one of a newer version, and a damaged file."""
        with self.transaction() as connection:
            if self.sqlite and self.whole:
                self._sound(connection)
            elif not self.sqlite and not self.read_only:
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:schema))"), {"schema": self.schema})
            tables = inspect(connection).get_table_names(schema=self.schema)
            if tables:
                self._known(connection, tables)
            else:
                self._make(connection)

    def _sound(self, connection: Connection) -> None:
        found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        if found != "ok":
            raise self.error(f"the file is damaged: {found}; move it away and adopt the account again")

    def _known(self, connection: Connection, tables: list[str]) -> None:
        if "meta" not in tables or "told" not in tables:
            raise self.error("this is no live journal")
        row = select(META.c.value).where(META.c.key == "schema").order_by(META.c.id.desc()).limit(1)
        found = int(connection.execute(row).scalar() or 0)
        if found > VERSION:
            raise self.error(f"it was written by a newer version of the runner (schema {found}, this one knows {VERSION})")

    def _make(self, connection: Connection) -> None:
        if self.read_only:
            raise NothingYetError(*self._described("there is nothing in it yet"))
        if self.schema is not None:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {connection.dialect.identifier_preparer.quote(self.schema)}"))
        make(connection, self.schema)
        connection.execute(META.insert(), {"key": "schema", "value": str(VERSION)})


def url_of(address: str | Path) -> URL:
    """A path as a URL of SQLite; a URL of PostgreSQL with the driver this project brings."""
    if isinstance(address, Path) or "://" not in address:
        return URL.create("sqlite", database=str(address))
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise unusable("it cannot be read as one") from error
    if backend == "postgresql":
        if not url.username:
            raise unusable("it names no user")
        return url.set(drivername="postgresql+pg8000")
    if backend != "sqlite":
        raise unusable(f"was of {backend}")
    return url


def unusable(message: str) -> JournalError:
    """An address that is none; it is not repeated, because it may hold a password."""
    expected = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
    return JournalError("the journal's address cannot be used", [Problem(path="journal", message=f"{expected}; {message}")])


def of_disk(error: DBAPIError) -> bool:
    """Whether SQLite could not open or write a file."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in DISK


def refusal_of(file: Path) -> str:
    """Why the system lets nobody write to a file or beside it, in its own words; "" where it does."""
    try:
        with TemporaryFile(dir=file.parent):
            pass
        if file.exists():
            file.open("r+b").close()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def hang_up(connection: Any) -> None:
    """Close a connection to a server, which may be broken already: then nobody is left to say goodbye to."""
    sock: Any = getattr(connection, "_sock", None)
    try:
        connection.close()
    except Exception:  # noqa: BLE001 - the driver wraps some of what a broken socket says, not all
        with suppress(OSError, ValueError):
            sock.close()


def said(error: DBAPIError) -> str:
    """What the database itself said, in one line."""
    words = error.orig.args[0] if error.orig is not None and error.orig.args else str(error.orig)
    return " ".join(str(words.get("M", words) if isinstance(words, dict) else words).split())
