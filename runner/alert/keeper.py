"""Serve as alerts see it, which may keep them running: whether it has died without a word or was stopped, and what is to be told then."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from runner.alert.alert import Alert
from runner.alert.kinds import Kind, Teller
from runner.alert.message import clock
from runner.alert.standing import left_open
from runner.journal.lease import started
from runner.live.serving import HEARTBEAT, KEPT_BY, STALE_MS, Serving
from runner.live.state import Beat
from runner.live.status import Status
from runner.words import counted

type Held = Callable[[], Mapping[str, Status]]  # accounts with positions, as their bots last said
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
    return teller.tell(Kind.SERVE_DIED, f"serve.died.{pid}.{now_ms}", title, what_to_do(home, held), now_ms, subject="serve")


def of_return(teller: Teller, gone_ms: int, now_ms: int) -> Alert:
    """Serve, which was told to be gone, is at work again."""
    text = f"It has said nothing since {clock(gone_ms)}. Ticks that it could not make are told as missed."
    return teller.tell(Kind.SERVE_UP, f"serve.up.{gone_ms}", "serve is at work again", text, now_ms, subject="serve")


def of_serve(teller: Teller, home: Path, serving: Serving, seen: dict[str, Any], held: Held, spell: tuple[int, int]) -> Iterator[Alert]:
    """A serve that keeps others than these alerts: stopped, fallen silent, or at work again. seen: what of it was told, brought up to date.

    spell: the present, and how long it may be away; a serve that is started again within that is no news.
    """
    now_ms, longest_ms = spell
    wanted, away_ms = stopped(home, serving), now_ms - serving.at_ms
    if serving.there(now_ms):
        gone_ms, _ = seen.pop("gone", 0), seen.pop("told", None)
        if gone_ms:
            yield of_return(teller, gone_ms, now_ms)
    elif away_ms > (longest_ms if wanted else max(longest_ms, STALE_MS)) and seen.get("told") != serving.at_ms:
        seen |= {"told": serving.at_ms} if wanted else {"told": serving.at_ms, "gone": serving.at_ms}
        kind, event = (Kind.SERVE_STOPPED, "stopped") if wanted else (Kind.SERVE_DIED, "silent")
        since = f"no sign of life since {clock(serving.at_ms)}"
        words = "was stopped" if wanted else f"HAS DIED or hangs (process {serving.pid}), {since}"
        title = f"serve on {socket.gethostname()} {words}: nothing is started from now on"
        yield teller.tell(
            kind, f"serve.{event}.{serving.pid}.{serving.at_ms}", title, what_to_do(home, held()), serving.at_ms, subject="serve"
        )


def stopped(home: Path, serving: Serving) -> bool:
    """Whether somebody asked it to stop."""
    return not serving.pid or stops(home, serving.pid)


def what_to_do(home: Path, held: Mapping[str, Status]) -> str:
    """Who has positions, and how serve is started."""
    where = f"in {home}: runner mode=serve"
    words = f"{where} live=yes-real-money" if any(each.environment == "live" for each in held.values()) else where
    text = f"{counted(len(held), 'account')} with positions{':' if held else '.'}"
    lines = [f"{name}@{each.environment}: {left_open(each)}" for name, each in held.items()]
    next_ = f"Stops rest at the venue, nobody moves them. Start it {words}; or close what is open: runner mode=flatten account=NAME"
    return "\n".join([text, *lines, next_])


def unwanted(home: Path, serving: Serving | None, runs: Collection[str], tick: tuple[int, int, int]) -> bool:
    """Whether nobody was to make a tick: serve, which makes those of these runs, was stopped before it, or has not come to the next since.

    tick: when it was due, when it is late, and when its account was looked at last.
    """
    due_ms, late_ms, seen_ms = tick
    mine = [each for each in serving.runs if each.run in runs] if serving is not None else []
    if serving is None or not mine:
        return False
    if stopped(home, serving):
        return seen_ms <= serving.at_ms < late_ms
    return serving.since_ms > due_ms and all(each.began_ms < serving.since_ms for each in mine)
