"""What becomes of each run, kept for those who look at serve from outside: `state/serve.json`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.live.serving import RunServed, Serving, leave, read
from runner.serve.plan import NURSERY, Plan

BEAT_MS = 15_000  # it is written at least so often,
PAUSE_MS = 500  # and at most so often


class Record:
    """All runs as they stand, begun with what the last serve left. Told from two threads; written by serve's own."""

    def __init__(self, home: Path, now_ms: Callable[[], int]) -> None:
        self.home, self.now_ms, self.since_ms = home, now_ms, now_ms()
        left = read(home)
        self.runs = {each.run: replace(each, pid=0, given_up="") for each in (left.runs if left else ())}
        self.faults: tuple[str, ...] = ()
        self.nursery: tuple[RunServed, ...] = ()  # once it has died
        self.written_ms, self.news = 0, True
        self.lock = threading.Lock()

    def planned(self, plan: Plan) -> None:
        """Exactly these are served from now on; what is known of them stays."""
        with self.lock:
            known, self.runs = self.runs, {}
            for each in plan.ticks.values():
                self.runs[each.run] = replace(known.get(each.run, RunServed(run=each.run)), account=each.account, lasts=False)
            for kept in plan.kept.values():
                self.runs[kept.run] = replace(known.get(kept.run, RunServed(run=kept.run)), account=kept.account, lasts=True)
        self.faults, self.news = (), True

    def refused(self, faults: Sequence[str]) -> None:
        """The accounts as they stand now cannot be served; what is served is what was before."""
        self.faults, self.news = tuple(faults), True

    def began(self, run: str, pid: int) -> None:
        """Its process is there, whatever was given up before."""
        self._put(run, pid=pid, began_ms=self.now_ms(), given_up="")

    def ended(self, run: str, status: int, said: str, *, failed: bool) -> None:
        """Its process has ended. failed: it should not have, or not like this."""
        known = self.runs.get(run)
        if known is not None:
            before = 0 if known.steady(self.now_ms()) else known.failures
            self._put(run, pid=0, ended_ms=self.now_ms(), status=status, said=said, failures=before + 1 if failed else 0)

    def gone(self, run: str) -> None:
        """Its process is not there any more; how it ended says nothing of the run."""
        self._put(run, pid=0)

    def missed(self, run: str, due_ms: int, why: str) -> None:
        """It was due and was not made."""
        self._put(run, missed_ms=due_ms, missed=why)

    def given_up(self, run: str, why: str) -> None:
        """It is not started any more."""
        self._put(run, given_up=why)

    def died(self, in_a_row: int, status: int, said: str) -> None:
        """The nursery has, so many times without a steady while between."""
        now = self.now_ms()
        dead = RunServed(run=NURSERY.run, lasts=True, ended_ms=now, status=status, said=said, failures=in_a_row)
        self.nursery, self.news = (dead,), True

    def reborn(self, pid: int) -> None:
        """Another nursery is there."""
        self.nursery = tuple(replace(each, pid=pid, began_ms=self.now_ms()) for each in self.nursery)
        self.news = True

    def leave(self, due: Mapping[str, int], *, last: bool = False) -> None:
        """Write it where there is news, or for a sign of life. due: when each run is started next. last: serve ends.

        UnwritableError when the disk does not take it; it is tried again with the next sign of life.
        """
        now = self.now_ms()
        if not last and 0 <= now - self.written_ms < (PAUSE_MS if self.news else BEAT_MS):
            return
        self.news, self.written_ms = False, now
        with self.lock:
            runs = tuple(replace(each, due_ms=0 if last else due.get(name, 0)) for name, each in self.runs.items())
        runs += () if last else self.nursery
        leave(self.home, Serving(at_ms=now, pid=0 if last else os.getpid(), since_ms=self.since_ms, faults=self.faults, runs=runs))

    def _put(self, run: str, **changed: Any) -> None:
        with self.lock:
            if run in self.runs:
                self.runs[run] = replace(self.runs[run], **changed)
                self.news = True
