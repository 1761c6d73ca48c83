"""How APScheduler has a job done here: ticks that come too late are told as missed, of several only the last one is ordered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.base import BaseExecutor

type Submit = Callable[[str, Sequence[datetime]], bool]
ALIAS = "default"


class Forking(BaseExecutor):  # type: ignore[misc]  # the library has no types
    """Hands a job that is due to `submit`, in the scheduler's own thread: the nursery has the order before the store says it is over.

    submit: gives whether a process was ordered; where none was the job is free at once.
    """

    def __init__(self, submit: Submit) -> None:
        super().__init__()
        self.submit = submit

    def submit_job(self, job: Any, run_times: list[datetime]) -> None:
        """Order it, unless its last process has not ended (MaxInstancesReachedError, which the scheduler tells)."""
        super().submit_job(job, run_times)

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        if not self.submit(job.id, run_times):
            self._instances[job.id] -= 1  # the caller counts it up

    def ended(self, name: str, due: datetime) -> None:
        """Its process has ended: the next one may begin."""
        with self._lock:  # not before the scheduler has counted it
            if self._instances.get(name, 0) > 0:
                self._run_job_success(name, [JobExecutionEvent(EVENT_JOB_EXECUTED, name, ALIAS, due)])


def nothing() -> None:
    """What the store names as a job's work; the executor above does it."""
