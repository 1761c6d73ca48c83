"""The guard's process in a rehearsal: the guard as it is, in step with the same exchange, beside a bot that may be killed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loguru import logger

from runner.live.desk import Desk
from runner.live.guard import Guard, Round
from runner.live.guard.wards import ward_of
from runner.live.keys import Keys, Secret
from runner.mode.rehearsing.bot import Job
from runner.mode.rehearsing.nursery import nursery, quietly
from runner.model.bot import Bot
from runner.model.errors import Problem, RunnerError
from runner.rehearsal.paced import EndOfRehearsal, Paced
from runner.rehearsal.serve import Served
from runner.rehearsal.service import KEY, SECRET
from runner.wire.bybit import BybitDialect

TOLD, LOG = "guard.json", "guard.log"
PATIENCE_S = 10.0
BOT, GUARD = "bot", "guard"  # the parties of a rehearsal


@contextmanager
def watched(job: Job, exchange: Served, every_ms: int | None) -> Iterator[None]:
    """A guard that looks every so often while inside; nobody where that is None. RunnerError when it has ended by itself."""
    if every_ms is None:
        yield
        return
    exchange.wire.pace.needed = {BOT, GUARD}
    process = nursery().Process(target=quietly, args=("the guard", watch, job, exchange.http, exchange.ws, every_ms), daemon=True)
    process.start()
    try:
        yield
        process.join(PATIENCE_S)
        if process.exitcode != 0:
            raise RunnerError("the rehearsal did not come to its end", [Problem(path=str(job.folder / LOG), message="the guard has ended")])
    finally:
        if process.is_alive():
            process.kill()
        process.join()


def watch(job: Job, http: str, ws: str, every_ms: int) -> None:
    """Look at the account every so often until the exchange has nothing more to show; what was done is left in the folder."""
    logger.remove()
    logger.add(job.folder / LOG, level="INFO", format="{level: <7} {message}")
    paced = Paced(ws, party=GUARD)
    keys = Keys(key=Secret(KEY), secret=Secret(SECRET))
    dialect = BybitDialect(category="linear", environment="demo", endpoint=http)
    desk = Desk(dialect, keys, paced, measure_every_ms=None, heard=paced.heard, repeats=0, protects=True)
    tally = Tally()
    try:
        desk.server_ms()
        guard = Guard([ward_of(job.bot.account, symbols(job.bot), desk, job.folder)], logger.info)
        while True:
            tally.add(guard.tick(paced.now_ms()))
            paced.sleep_ms(every_ms)
    except EndOfRehearsal:
        (job.folder / TOLD).write_text(json.dumps(tally.told()), encoding="utf-8")
    finally:
        desk.close()
        paced.close()


def symbols(bot: Bot) -> tuple[str, ...]:
    """Everything the bot trades."""
    return tuple(dict.fromkeys(symbol for strategy in bot.strategies for symbol in strategy.symbols))


class Tally:
    """What the guard did, round by round."""

    def __init__(self) -> None:
        self.rounds = self.blind = 0
        self.acts: Counter[str] = Counter()

    def add(self, rounds: list[Round]) -> None:
        """One round over the account."""
        for each in rounds:
            self.rounds += 1
            self.blind += bool(each.fault)
            self.acts.update(f"{action.do} {action.code}" for action in each.done)
            if each.fault:
                logger.warning("cannot look: {}", each.fault)

    def told(self) -> dict[str, Any]:
        """Rounds, those that could not look, and acts by what they were."""
        return {"rounds": self.rounds, "blind": self.blind, "acts": dict(self.acts)}


def seen_by_guard(folder: Path) -> dict[str, Any] | None:
    """What the guard did; None where there was none."""
    file = folder / TOLD
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
