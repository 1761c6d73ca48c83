"""A process that takes part in a study: `python -m tests.search.together URL LOG TRIALS [DIES_AFTER]`.

It notes in LOG each job it runs, and kills itself, as a power cut would, when it has noted as many as DIES_AFTER.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.search.cases import Bench, Kept, points

WORDS = ("a=range(0,6)", "c=choice(x,y)", "d=choice(1,2,3)")
A_MOMENT = 0.02  # a job takes long enough for the other process to begin one


@dataclass
class Noted(Bench):
    """Runs jobs one after the other, notes each before it is done."""

    log: Path = Path()
    last: int = 10**9

    def launch(self, jobs: list[list[str]]) -> list[dict[str, Any]]:
        """What came of each; the process is killed in the middle of the last one."""
        done = []
        for job in jobs:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"{os.getpid()} {' '.join(job)}\n")
            if self.log.read_text(encoding="utf-8").count("\n") >= self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(A_MOMENT)
            done += super().launch([job])
        return done


if __name__ == "__main__":
    url, log, trials, *last = sys.argv[1:]
    bench = Noted(log=Path(log), last=int(last[0]) if last else 10**9)
    Kept(space=points(*WORDS), sampler="tpe", seed=3, together=2, trials=int(trials), url=url).run(bench)
