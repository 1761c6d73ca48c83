"""Serve as a process whose accounts are a file and whose ticks are tests' own work: `python -m tests.serve.served HOME`.

HOME/plan.json: {"ticks": {"a.x": [every_ms, offset_ms, words…]}, "kept": {"a.bot": [words…]}, "until": FILE}: read once it is there.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path

from runner.live.clock import WallClock
from runner.model.errors import ConfigError, Problem
from runner.schedule.when import BarClose
from runner.serve.children import Children
from runner.serve.plan import Kept, Plan, Tick
from runner.serve.server import Server, Terms
from runner.serve.times import Times

WORK = "tests.serve.works:main"


def plan_of(home: Path) -> Plan:
    """What the file says; ConfigError for one that is no JSON."""
    try:
        given = json.loads((home / "plan.json").read_text())
    except ValueError as error:
        raise ConfigError("it cannot be read", [Problem(path="plan.json", message=str(error))]) from error
    while "until" in given and not (home / given["until"]).exists():
        time.sleep(0.02)
    state = home / "state"
    ticks = {
        name: Tick(
            run=name,
            account=name.split(".")[0],
            environment="demo",
            words=tuple(words),
            times=Times(when=BarClose(every_ms=every, offset_ms=offset)),
            folder=str(state / name.split(".")[0]),
        )
        for name, (every, offset, *words) in given.get("ticks", {}).items()
    }
    kept = {
        name: Kept(
            run=name,
            account=name.split(".")[0].removeprefix("host"),
            environment="demo",
            words=tuple(words),
            folder=str(state / name.split(".")[0]),
        )
        for name, words in given.get("kept", {}).items()
    }
    return Plan(ticks=ticks, kept=kept)


def main() -> None:
    """Serve until stopped."""
    home = Path(sys.argv[1])
    (home / "state").mkdir(exist_ok=True)
    server = Server(
        home=home,
        terms=Terms(grace_ms=60_000, longest_ms=60_000, patience_ms=5_000, most=2),
        clock=WallClock(),
        children=Children(work=WORK, at_once=8, warm=False),
        read=partial(plan_of, home),
        digest=lambda: (home / "plan.json").stat().st_mtime_ns,
        plan=plan_of(home),
    )
    sys.exit(server.run())


if __name__ == "__main__":
    from tests.serve.served import main as served  # not of __main__: what reads is pickled

    served()
