"""The launcher `pool`: jobs run in processes forked from this one, which share everything that was loaded before.

A process that dies takes one job with it and is replaced. Where a system cannot fork, or this process runs threads, the jobs are done here,
one after the other; they share what they have in common all the same.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from runner.model.errors import Problem
from runner.sweep.jobs import Job, refusal
from runner.sweep.places import Places
from runner.sweep.progress import Progress
from runner.sweep.ran import Ran, lost
from runner.usage import complain, say

TARGET = "runner.sweep.pool.Pool"
MOST_LINES = 30  # jobs; of more only those that failed have a line


@dataclass
class Worker:
    """A forked process, our end of the pipe to it, and the job it has; -1 when it has none."""

    process: Any
    pipe: Connection
    number: int = -1


@dataclass
class Pool:
    """Runs jobs of a sweep. `workers`: processes at a time; None is one for each processor."""

    work: Any
    places: Places
    common: frozenset[str]
    workers: Any = None
    team: list[Worker] = field(default_factory=list)

    def launch(self, jobs: Sequence[Job], first: int) -> list[Ran]:
        """Do the jobs, numbered from `first` on; what came of each, in order. A line is said of each, in order too."""
        folders = [self.places.of(job, first + number) for number, job in enumerate(jobs)]
        found: dict[int, Ran] = {}
        told = 0
        with Progress(len(jobs)) as progress:
            for number, ran in self._done(jobs, folders):
                found[number] = ran
                while told in found:
                    self._tell(jobs[told], first + told, found[told], progress, len(jobs))
                    told += 1
                progress.done(len(found))
        return [found[number] for number in range(len(jobs))]

    def _tell(self, job: Job, number: int, ran: Ran, progress: Progress, count: int) -> None:
        """A job's line, what its mode printed, and why it did not run; of many jobs only those that have more to say than that they ran."""
        if count > MOST_LINES and not (ran["status"] or ran["printed"] or ran["said"]):
            return
        with progress.aside():
            tell(job, number, ran, self.common)

    def _done(self, jobs: Sequence[Job], folders: Sequence[Path]) -> Iterator[tuple[int, Ran]]:
        """What came of the jobs, as they end."""
        count = min(len(jobs), self.workers or cores())
        if count < 2 or not forkable():
            for number, (job, folder) in enumerate(zip(jobs, folders, strict=True)):
                yield number, self.work.here(job, folder, 1)
            return
        self.work.warm(jobs[0])
        gc.freeze()
        try:
            yield from self._forked(count, jobs, folders)
        finally:
            self._dismiss()
            gc.unfreeze()

    def _forked(self, count: int, jobs: Sequence[Job], folders: Sequence[Path]) -> Iterator[tuple[int, Ran]]:
        def do(number: int) -> Ran:
            ran: Ran = self.work.here(jobs[number], folders[number], count)
            return ran

        waiting = iter(range(len(jobs)))
        for _ in range(count):
            self._hire(do, next(waiting))
        while busy := [worker for worker in self.team if worker.number >= 0]:
            for worker in self._ready(busy):
                number = worker.number
                ran = self._heard(worker)
                if ran is None:
                    self.team.remove(worker)
                    worker.process.join()
                    yield number, lost(str(folders[number]), ending(worker.process.exitcode))
                    following = next(waiting, None)
                    if following is not None:
                        self._hire(do, following)
                    continue
                self._give(worker, next(waiting, None))
                yield number, ran

    @staticmethod
    def _ready(busy: Sequence[Worker]) -> list[Worker]:
        ends = {worker.pipe: worker for worker in busy}
        return [ends[each] for each in wait(list(ends))]  # type: ignore[index]

    @staticmethod
    def _heard(worker: Worker) -> Ran | None:
        """What came of its job; None when the process died."""
        try:
            ran: Ran = worker.pipe.recv()
        except (EOFError, OSError):
            return None
        return ran

    @staticmethod
    def _give(worker: Worker, number: int | None) -> None:
        """The next job, or leave to go."""
        worker.number = -1 if number is None else number
        worker.pipe.send(number)

    def _hire(self, do: Callable[[int], Ran], number: int) -> None:
        """One more process, with its first job."""
        ours, theirs = get_context("fork").Pipe()
        others = [worker.pipe for worker in self.team]
        process = get_context("fork").Process(target=serve, args=(do, theirs, [ours, *others]))
        sys.stdout.flush()
        sys.stderr.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of libraries that look after themselves in a fork
            process.start()
        theirs.close()
        self.team.append(Worker(process=process, pipe=ours))
        self._give(self.team[-1], number)

    def _dismiss(self) -> None:
        """End the processes; those that are still at work were interrupted."""
        for worker in self.team:
            if worker.number >= 0:
                worker.process.terminate()
            worker.pipe.close()
        for worker in self.team:
            worker.process.join()
        self.team.clear()


def tell(job: Job, number: int, ran: Ran, common: frozenset[str]) -> None:
    """A job's line, what its mode printed, and why it did not run. common: words all jobs share, which the line does not repeat."""
    own = [word.lstrip("+") for word in job.words if word not in common]
    say(f"job {number}  {' '.join(own) or job.name}  {ran['line']}".rstrip())
    if ran["printed"]:
        say(ran["printed"].rstrip("\n"))
    if ran["said"]:
        complain(ran["said"])


def serve(do: Callable[[int], Ran], pipe: Connection, others: Sequence[Connection]) -> None:
    """A forked process: do what the pipe says until it is closed. Ctrl-C is the parent's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    while True:
        try:
            number = pipe.recv()
        except EOFError:
            break
        if number is None:
            break
        pipe.send(do(number))
    sys.stderr.flush()
    os._exit(0)  # nothing of the parent's is to be cleaned up here


def ending(code: int | None) -> str:
    """Why a process ended that should have gone on."""
    if code is not None and code < 0:
        named = {each.value: each.name for each in signal.Signals}.get(-code, str(-code))
        return f"its process was killed ({named}{', perhaps for want of memory' if -code == signal.SIGKILL else ''})"
    return f"its process ended with status {code}"


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def forkable() -> bool:
    """Whether processes can be forked from here: on Linux, as long as no thread runs but those that step aside for it."""
    others = [each for each in threading.enumerate() if each is not threading.main_thread()]
    return sys.platform.startswith("linux") and all(getattr(each, "steps_aside", False) for each in others)


def followed(config: Any) -> None:
    """Refuse (ConfigError) a number of workers that is none, and settings of Hydra's that only its own launchers follow."""
    hydra, workers = config.hydra, config.hydra.launcher.get("workers")
    wanted = {
        "hydra.job.chdir": bool(hydra.job.chdir),
        "hydra.job.env_set": bool(hydra.job.env_set),
        "hydra.output_subdir": hydra.output_subdir is not None,
        "hydra.callbacks": bool(hydra.callbacks),
    }
    unread = "is not followed by the launcher 'pool'; add hydra/launcher=basic"
    problems = [Problem(path=key, message=unread) for key, on in wanted.items() if on]
    if workers is not None and not (isinstance(workers, int) and workers >= 1):
        message = f"expected a number of processes from 1 on, was {workers!r}"
        problems.append(Problem(path="hydra.launcher.workers", message=message))
    if problems:
        raise refusal(problems)
