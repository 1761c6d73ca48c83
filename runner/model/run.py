"""What is started for an account, and when: as its YAML says it under `runs`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Job = Literal["once", "live", "paper", "guard", "report", "review"]
TICKS: tuple[Job, ...] = ("once",)  # trade at certain times
LASTING: tuple[Job, ...] = ("live", "paper", "guard")  # run until they are stopped
TRADING: tuple[Job, ...] = ("once", "live", "paper")  # need a strategy or a portfolio
RESET = "reset"  # every: the firm's daily reset
JOBS: tuple[Job, ...] = get_args(Job)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One thing schedule, deploy and serve start for an account.

    job: `once` is a tick, `live`, `paper` and `guard` run until they are stopped, `report` tells of a day, `review` of a week.
    kind, work: what it trades, ("strategy", "fvg") or ("portfolio", "calm"); ("", "") of jobs that trade nothing.
    every: a bar's length, or "reset" for the firm's daily reset; offset: how long after it. cron, zone: instead of every.
    """

    name: str
    job: Job = "once"
    kind: str = ""
    work: str = ""
    every: str = ""
    offset: str = ""
    cron: str = ""
    zone: str = "UTC"

    @property
    def lasts(self) -> bool:
        """Whether it runs until it is stopped."""
        return self.job in LASTING
