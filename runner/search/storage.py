"""Where a study is kept: in memory, in a SQLite file, or on a PostgreSQL server that several hosts share."""

from __future__ import annotations

import os
import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from optuna.exceptions import ExperimentalWarning, OptunaError, StorageInternalError
from optuna.storages import BaseStorage, InMemoryStorage, RDBStorage
from sqlalchemy import URL, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from runner.compose.overrides import COMMAND
from runner.model.errors import Problem, RunnerError
from runner.search.space import unsearchable

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DRIVER = {"postgresql": "postgresql+pg8000"}
BUSY_S = 60  # how long a writer waits for another one
ANSWER_S = 10  # how long a server may take to answer
TRIES, AGAIN_S = 10, 0.2  # to open a database in which another process is making the tables
BEAT_S = 10
SILENT_S = 60  # a trial of another host that has not been heard of for so long is taken over
PATH = "hydra.sweeper.storage"


class StorageError(RunnerError):
    """The study cannot be read or written; trials that were told before are kept."""


def address(text: str, environment: Mapping[str, str] = os.environ) -> URL:
    """The URL that `hydra.sweeper.storage` means: one that was typed, or that an environment variable holds.

    ConfigError for what is none; a URL is never repeated in full, because it may hold a password.
    """
    if "://" not in text:
        if not VARIABLE.fullmatch(text):
            raise _refused(
                f"expected a URL such as sqlite:///study.db, or the name of an environment variable that holds one, was {text!r}"
            )
        if not environment.get(text):
            raise _refused(f"there is no environment variable {text}; a file is typed sqlite:///study.db")
        text = environment[text]
    expected = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise _refused(f"{expected}; it cannot be read as one") from None
    if backend not in ("sqlite", *DRIVER):
        raise _refused(f"{expected}; was of {backend}")
    if backend == "sqlite" and not url.database:
        raise _refused(f"{expected}; names no file")
    if backend != "sqlite" and not (url.username and url.database):
        raise _refused(f"{expected}; names no {'database' if url.username else 'user'}")
    return url.set(drivername=DRIVER.get(backend, "sqlite"))


def opened(url: URL | None) -> BaseStorage:
    """The storage behind the URL, its tables made where they are not there; None: memory. StorageError when it cannot be reached."""
    if url is None:
        return InMemoryStorage()
    arguments = {"timeout": BUSY_S if url.get_backend_name() == "sqlite" else ANSWER_S}
    with told(url), warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        _reached(url, arguments)
        storage = _made(url, arguments)
    if url.get_backend_name() == "sqlite":
        event.listen(storage.engine, "connect", _tune)
        storage.engine.dispose()  # what was opened to make the tables is not tuned
    return storage


def closed(storage: BaseStorage) -> None:
    """Let go of the storage's connections; it opens new ones when it is used again."""
    if isinstance(storage, RDBStorage):
        storage.remove_session()
        storage.engine.dispose()


def _reached(url: URL, arguments: dict[str, Any]) -> None:
    """Look into the database once; what fails here leaves nothing open."""
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    with engine.connect() as connection:
        inspect(connection).get_table_names()


def _made(url: URL, arguments: dict[str, Any], left: int = TRIES) -> RDBStorage:
    """Optuna's storage; when another process makes the tables at this moment, the ones it made."""
    try:
        return RDBStorage(
            url.render_as_string(hide_password=False),
            engine_kwargs={"pool_size": 2, "pool_pre_ping": True, "connect_args": arguments},
            heartbeat_interval=BEAT_S,
            grace_period=SILENT_S,
        )
    except (DBAPIError, StorageInternalError) as error:
        made_meanwhile = any(isinstance(each, IntegrityError) for each in (error, error.__cause__)) or "exists" in str(error)
        if not left or not made_meanwhile:
            raise
    time.sleep(AGAIN_S)
    return _made(url, arguments, left - 1)


def _tune(connection: Any, _record: object) -> None:
    """What a killed process has written stays; only a power loss may cost the last trials, and each costs a tenth of the time."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def shown(url: URL | None) -> str:
    """The storage as it may be printed."""
    if url is None:
        return "memory"
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


@contextmanager
def told(url: URL | None) -> Iterator[None]:
    """Failures of the database as one line, without what it was sent."""
    try:
        yield
    except (SQLAlchemyError, OptunaError, OSError, RuntimeError) as error:
        cause = error.__cause__ if isinstance(error.__cause__, SQLAlchemyError) else error
        if type(cause) is RuntimeError and "version" not in str(cause):
            raise
        raise StorageError("the study cannot be used", [Problem(path=shown(url), message=_said(cause))]) from None


def _said(error: BaseException) -> str:
    """What the database itself said, in one line."""
    inner = getattr(error, "orig", None) or error
    words = inner.args[0] if inner.args else str(inner)
    return " ".join(str(words.get("M", words) if isinstance(words, dict) else words).split())


def _refused(message: str) -> RunnerError:
    return unsearchable([Problem(path=PATH, message=message, where=COMMAND)])
