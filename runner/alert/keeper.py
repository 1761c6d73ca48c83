"""Serve as alerts see it, which it keeps running: whether it has died without a word, and what is to be told then."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from runner.alert.alert import Alert
from runner.alert.kinds import Kind, Teller
from runner.alert.standing import left_open
from runner.journal.lease import started
from runner.live.serving import HEARTBEAT, KEPT_BY
from runner.live.state import Beat
from runner.live.status import Status
from runner.words import counted

DIES_S = 5.0  # for the rest of serve to go, whose nursery has noticed it already
LOOK_S = 0.05


def keeper() -> int:
    """The process of the serve that keeps this one running; 0 where none does."""
    told = os.environ.get(KEPT_BY, "")
    return int(told) if told.isdigit() else 0


def has_died(home: Path, pid: int) -> bool:
    """Whether that serve is gone, or goes now, and nobody asked it to stop. Linux and others whose kernel tells of processes."""
    until_s = time.monotonic() + DIES_S
    while pid and not stops(home, pid):
        if not started(pid):
            return not stops(home, pid)
        if time.monotonic() > until_s:
            return False
        time.sleep(LOOK_S)
    return False


def stops(home: Path, pid: int) -> bool:
    """Whether that serve has said that it was asked to stop."""
    try:
        sign = Beat(**json.loads((home / "state" / HEARTBEAT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return False
    return sign.pid == pid and bool(sign.ended)


def of_death(teller: Teller, home: Path, pid: int, held: Mapping[str, Status], now_ms: int) -> Alert:
    """Serve has died. held: accounts with positions, as their bots last said."""
    title = f"serve on {socket.gethostname()} HAS DIED: nothing is started, guarded or told from now on"
    where = f"in {home}: runner mode=serve"
    words = f"{where} live=yes-real-money" if any(each.environment == "live" for each in held.values()) else where
    text = f"{counted(len(held), 'account')} with positions{':' if held else '.'}"
    lines = [f"{name}@{each.environment}: {left_open(each)}" for name, each in held.items()]
    next_ = f"Stops rest at the venue, nobody moves them. Start it {words}; or close what is open: runner mode=flatten account=NAME"
    return teller.tell(Kind.SERVE_DIED, f"serve.died.{pid}.{now_ms}", title, "\n".join([text, *lines, next_]), now_ms, subject="serve")
