"""The scheduler with its store: a SQLite file that knows when each run is due next, through crashes and restarts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DatabaseError

from runner import private
from runner.model.errors import ConfigError, Problem
from runner.serve.executor import Forking, Submit, nothing
from runner.serve.order import claims
from runner.serve.plan import Tick
from runner.serve.times import instant, milliseconds_of


class Store:
    """APScheduler, told about ticks only. ConfigError where its file cannot be used."""

    def __init__(self, file: Path, submit: Submit) -> None:
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # what matters is told by serve
        self.file = file
        self.executor = Forking(submit)
        self.scheduler: Any = BackgroundScheduler(timezone="UTC", daemon=True)
        self.scheduler.add_executor(self.executor)
        self.kept: Any = SQLAlchemyJobStore(url=f"sqlite:///{file}")
        self.scheduler.add_jobstore(self.kept)

    def start(self, event: int, listener: Callable[[Any], None]) -> None:
        """Open the store; nothing is due before `resume`."""
        self.scheduler.add_listener(listener, event)
        try:
            private.begun(self.file)  # SQLite makes files that others may read
            self.scheduler.start(paused=True)
        except (OSError, DatabaseError) as error:
            said = error.strerror if isinstance(error, OSError) else error.orig
            problem = Problem(path=str(self.file), message=f"{said}; move it away, claims in state/ACCOUNT/serve.claims stay")
            raise ConfigError("the schedule's store cannot be used", [problem]) from error

    def resume(self) -> None:
        """From now on runs are ordered when they are due, and those that were due while nobody served."""
        self.scheduler.resume()

    def stop(self) -> None:
        """Order nothing more."""
        self.scheduler.shutdown(wait=False)
        self.kept.engine.dispose()  # its thread may have looked into it once more

    def ended(self, name: str, due_ms: int) -> None:
        """A run's process has ended; its next tick may begin."""
        self.executor.ended(name, instant(due_ms))

    def apply(self, ticks: Mapping[str, Tick], now_ms: int, grace_ms: int | None = None) -> None:
        """Have exactly these runs in the store. Those that are as they were keep what they are due for, even in the past.

        grace_ms: at a start, how long ago a tick may have been due that the last serve was killed over.
        """
        known = {job.id: job for job in self.scheduler.get_jobs()}
        for name in known.keys() - ticks.keys():
            self.remove(name)
        for name, tick in ticks.items():
            job = known.get(name)
            following = tick.times.get_next_fire_time(None, instant(now_ms))
            if job is None or job.trigger != tick.times or later(job.next_run_time, following):
                self.put(tick, following)
            elif grace_ms is not None and milliseconds_of(job.next_run_time) > now_ms and (due_ms := lost(tick, now_ms, grace_ms)):
                self.put(tick, instant(due_ms + tick.times.spread_ms))

    def put(self, tick: Tick, fires: Any) -> None:
        """A run with its next time; one that never comes any more is not kept."""
        if fires is None:
            self.remove(tick.run)
            return
        self.scheduler.add_job(
            nothing,
            trigger=tick.times,
            id=tick.run,
            next_run_time=fires,
            replace_existing=True,
            coalesce=False,  # the executor makes the last one, and tells of the others
            max_instances=1,
            misfire_grace_time=None,  # likewise
        )

    def remove(self, name: str) -> None:
        """A run is not due any more."""
        try:
            self.scheduler.remove_job(name)
        except JobLookupError:
            return


def later(planned: datetime, following: datetime | None) -> bool:
    """Whether the store's next time is beyond the next one there is: it was worked out while the clock was ahead."""
    return following is not None and milliseconds_of(planned) > milliseconds_of(following)


def lost(tick: Tick, now_ms: int, grace_ms: int) -> int | None:
    """The last time within the grace that the store takes for done and nobody has begun: whoever should have was killed before."""
    spread, found = tick.times.spread_ms, None
    due = tick.times.when.after(now_ms - grace_ms - spread - 1)
    while due is not None and due + spread <= now_ms:
        found, due = due, tick.times.when.after(due)
    return found if found is not None and found > claims(Path(tick.folder)).get(tick.run, 0) else None
