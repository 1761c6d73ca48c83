"""The processes of a rehearsal: the bot plays, is killed and started again, until the exchange has nothing more to show.

A kill happens in the exchange's own thread, at a stage of a request it is just looking at: nothing of it is left to chance but which.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from runner.mode.rehearsing.bot import Job, work
from runner.mode.rehearsing.nursery import nursery, quietly
from runner.model.errors import Problem, RunnerError
from runner.rehearsal.face.broken import Request
from runner.rehearsal.serve import Served

LOOK_S = 0.02
PATIENCE_S = 30.0  # without a bar
DOWN_MS = (200, 2_000)  # how long the bot is away
STAGES = {"arrived": "before it arrived", "handled": "sent", "answered": "acknowledged", "told": "filled"}
ORDERS, STOPS = "/v5/order/", "/v5/position/trading-stop"
SHARE = 0.25  # of the stages at which a kill is due that are taken


class Stage:
    """One bot's process at a time, in front of one exchange."""

    def __init__(self, job: Job, exchange: Served, kills: int = 0, seed: int = 1) -> None:
        self.job, self.exchange = job, exchange
        self.process: BaseProcess | None = None
        self.kills: Counter[str] = Counter()
        self._left = kills
        self._chance = random.Random(f"kills {seed}")  # noqa: S311 - repeatable on purpose
        self._dead = False
        exchange.wire.watch = self.watch

    def play(self, seen: Callable[[int], None]) -> None:
        """Until the last bar. `seen` is told how many bars were shown. RunnerError when the bot ends by itself."""
        self.start()
        shown, since = -1, time.monotonic()
        while not self.exchange.wire.pace.over:
            time.sleep(LOOK_S)
            now = self.exchange.wire.walk.bars_done if self.exchange.wire.walk is not None else 0
            if now != shown:
                shown, since = now, time.monotonic()
                seen(now)
            if self._dead:
                self.revive()
                since = time.monotonic()
            self.check(since)
        self.finish()

    def watch(self, stage: str, asked: Request) -> bool:
        """Kill the bot where one is due: before a request is looked at, after it was, after its answer, after what came of it was told."""
        place = self.stage(stage, asked)
        if not self._left or not place or self._dead or self._chance.random() >= SHARE:
            return False
        self._left -= 1
        self.kills[place] += 1
        self._dead = True
        self.stop()
        return True

    @staticmethod
    def stage(stage: str, asked: Request) -> str:
        """What a stage of a request is counted as; '' where nothing is killed."""
        if asked.method != "POST":
            return ""
        if asked.path.startswith(STOPS):
            return "stop moving"
        return STAGES[stage] if asked.path.startswith(ORDERS) else ""

    def revive(self) -> None:
        """After a while of the venue's time the bot is started again."""
        down_ms = self._chance.randint(*DOWN_MS)
        self.exchange.call(lambda: self.exchange.front.advance(down_ms))
        self._dead = False
        self.start()

    def start(self) -> None:
        """A new process."""
        self.process = nursery().Process(
            target=quietly, args=("the bot", work, self.job, self.exchange.http, self.exchange.ws), daemon=True
        )
        self.process.start()

    def check(self, since: float) -> None:
        """Refuse a bot that has ended, and one that does nothing."""
        if self.process is not None and not self.process.is_alive() and not self._dead and not self.exchange.wire.pace.over:
            raise self.failed(f"the bot ended with status {self.process.exitcode}")
        if time.monotonic() - since > PATIENCE_S:
            raise self.failed(f"nothing has moved for {PATIENCE_S:.0f} s")

    def failed(self, why: str) -> RunnerError:
        """What the bot said last."""
        self.stop()
        log = self.job.folder / "bot.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
        said = next((line for line in reversed(lines) if line.strip()), "it said nothing")
        return RunnerError("the rehearsal did not come to its end", [Problem(path=str(log), message=f"{why}: {said}")])

    def finish(self) -> None:
        """Wait for the process to end."""
        if self.process is not None:
            self.process.join(PATIENCE_S)
            if self.process.exitcode != 0:
                raise self.failed(f"the bot ended with status {self.process.exitcode}")

    def stop(self) -> None:
        """End the process, if there is one."""
        if self.process is not None and self.process.is_alive():
            self.process.kill()
            self.process.join()
