"""Whether journals can be read: asked for every account of the first page, so that none looks calm whose journal says nothing.

A file is opened and the newest row of each of its tables is read, once for each time that the file changes. Accounts whose journal is
shared are looked at beside the page, which never waits for a server.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from runner.board.files import stamp_of
from runner.board.places import Place
from runner.journal.glance import Glance
from runner.journal.live import JournalError
from runner.journal.live_schema import METADATA, VERSION
from runner.journal.live_store import NothingYetError
from runner.live.clock import Clock

TABLES = tuple(METADATA.tables)
NEWEST = tuple(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1" for table in TABLES)  # noqa: S608 - names of our own tables
SCHEMA = "SELECT value FROM meta WHERE key = 'schema' ORDER BY id DESC LIMIT 1"
WAIT_S = 0.2  # for a journal that is being written
LOOK_MS = 30_000  # between looks at a shared one


@dataclass
class Journals:
    """What is wrong with journals. address: of a shared one, for accounts without a file of their own; '' = there is none."""

    clock: Clock
    address: str = ""
    _sound: dict[Path, tuple[int, ...]] = field(default_factory=dict)
    _shared: dict[str, str | None] = field(default_factory=dict)
    _looked_ms: int = -LOOK_MS
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, place: Place) -> str | None:
        """Why its journal cannot be read; '' where it can, None where there is none or nobody has looked yet."""
        file = place.state.journal
        stamp = stamp_of(file)
        if stamp is None:
            return self._shared.get(place.key)
        if self._sound.get(file) == stamp:
            return ""
        found = fault_of(file)
        if not found:
            self._sound[file] = stamp
        return found

    def look(self, places: Iterable[Place]) -> None:
        """See to it that shared journals are looked at now and then, in a thread of its own, one look at a time."""
        now_ms = self.clock.now_ms()
        due = bool(self.address) and not 0 <= now_ms - self._looked_ms < LOOK_MS
        if due and self._looking.acquire(blocking=False):
            self._looked_ms = now_ms
            mine = [place for place in places if stamp_of(place.state.journal) is None]
            threading.Thread(target=self._look, args=(mine,), name="journals", daemon=True).start()

    def _look(self, places: list[Place]) -> None:
        try:
            self._shared = {place.key: self._shared_fault(place) for place in places}
        finally:
            self._looking.release()

    def _shared_fault(self, place: Place) -> str | None:
        try:
            with Glance(self.address, account=place.account) as glance:
                glance.notes(self.clock.now_ms(), 1)
        except NothingYetError:
            return None
        except JournalError as error:
            return "; ".join(problem.message for problem in error.problems)
        return ""


def fault_of(file: Path) -> str:
    """Why a journal in a file cannot be read, as SQLite says it; '' where it can. One that is just being written is not judged."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)) as connection:
            version = connection.execute(SCHEMA).fetchone()
            for query in NEWEST:
                connection.execute(query).fetchone()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return ""
        return "this is no live journal" if "no such table" in str(error) else str(error)
    newer = version is not None and int(version[0]) > VERSION
    return f"it was written by a newer version of the runner (schema {version[0]})" if newer else ""
