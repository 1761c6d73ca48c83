"""How far a sweep is: a bar with the time left on a terminal, a line at every tenth of a long one elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from runner.usage import complain

FEW = 30  # jobs that need no lines of progress
TENTHS = 10


class Progress:
    """Counts jobs. It draws only when it is told, so that no thread runs beside processes that are forked."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.bar: Any = None
        self.tenth = 0
        self.began = time.monotonic()

    def __enter__(self) -> Self:
        """Draw, where somebody looks."""
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

            columns = (
                TextColumn("jobs"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
            )
            self.bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
            self.bar.add_task("jobs", total=self.count)
            self.bar.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the bar."""
        if self.bar is not None:
            self.bar.live.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let lines be printed above the bar."""
        if self.bar is None:
            yield
            return
        self.bar.live.stop()
        yield
        self.bar.live.start()

    def done(self, done: int) -> None:
        """So many jobs have ended."""
        if self.bar is not None:
            self.bar.update(self.bar.task_ids[0], completed=done)
            self.bar.refresh()
        elif self.count > FEW and done * TENTHS // self.count > self.tenth and done < self.count:
            self.tenth = done * TENTHS // self.count
            left = (time.monotonic() - self.began) / done * (self.count - done)
            complain(f"{done} of {self.count} jobs done, about {spell(left)} left")


def spell(seconds: float) -> str:
    """'40 s', '12 min', '3.5 h'."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
