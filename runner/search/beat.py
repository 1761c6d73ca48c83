"""A sign of life for the trials of this process, so that other hosts know which were left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from weakref import WeakSet

from optuna.exceptions import OptunaError
from optuna.storages import BaseStorage, RDBStorage
from sqlalchemy.exc import SQLAlchemyError

from runner.search.storage import BEAT_S


class Aside(threading.Thread):
    """A thread that has stopped before this process forks (`Beat.part`), so that launchers may fork beside it."""

    steps_aside = True


class Beat:
    """Notes in the storage, every few seconds, that the trials given to it are still run. Stands still while this process forks.

    A launcher that forks its workers would else leave each of them a copy of this process's connections; so these are closed before.
    """

    def __init__(self, storage: BaseStorage) -> None:
        self.storage = storage if isinstance(storage, RDBStorage) else None
        self.trials: frozenset[int] = frozenset()
        self.thread: Aside | None = None
        self.quiet = threading.Event()
        _BEATS.add(self)

    def of(self, trials: Iterable[int]) -> None:
        """The trials (their ids in the storage) that are run from now on; each gets its first sign at once."""
        fresh, self.trials = frozenset(trials) - self.trials, frozenset(trials)
        self._note(fresh)
        if self.trials:
            self.start()
        else:
            self.stop()

    def start(self) -> None:
        """Go on, where there is anything to note."""
        if self.storage is None or self.thread is not None or not self.trials:
            return
        self.quiet.clear()
        self.thread = Aside(target=self._run, name="beat", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Stand still; returns once nothing of it runs any more."""
        thread, self.thread = self.thread, None
        if thread is not None:
            self.quiet.set()
            thread.join()

    def part(self) -> None:
        """Before this process forks: nothing runs, nothing is open."""
        self.stop()
        if self.storage is not None:
            self.storage.engine.dispose()

    def forget(self) -> None:
        """In a forked process: the trials are those of its parent."""
        self.trials, self.thread = frozenset(), None

    def _run(self) -> None:
        while not self.quiet.wait(BEAT_S):
            self._note(self.trials)

    def _note(self, trials: Iterable[int]) -> None:
        with suppress(SQLAlchemyError, OptunaError, OSError):  # a sign that is lost is followed by the next one
            for trial in trials if self.storage is not None else ():
                self.storage.record_heartbeat(trial)  # type: ignore[union-attr]


_BEATS: WeakSet[Beat] = WeakSet()


def _each(name: str) -> None:
    for beat in list(_BEATS):
        getattr(beat, name)()


os.register_at_fork(before=lambda: _each("part"), after_in_parent=lambda: _each("start"), after_in_child=lambda: _each("forget"))
