"""A forked process: its output, its account's lock, the claim on its tick, then the command line as if it had been typed."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from runner import private
from runner.failure import BROKEN
from runner.live.keys import REDACTOR
from runner.live.state import NURSED_BY, written
from runner.lock import locked
from runner.model.errors import UnwritableError
from runner.serve.order import ALREADY, CLAIMS, ENDS, FAULT, LATE, Order, claimed, claims, ends
from runner.usage import complain

LOOK_S = 0.1
LARGEST = 5_000_000  # bytes of serve.log; then it becomes serve.log.1
SLACK_MS = 5_000  # after which a tick takes care of that itself
PR_SET_PDEATHSIG = 1  # linux/prctl.h

type Work = Callable[[Sequence[str]], None]


def lead(order: Order, work: Work, nursery: int) -> int:
    """Do what is ordered in this process, which was forked for it by that nursery; gives the exit status and never raises."""
    try:
        ready(order, nursery)
        with open(order.lock, "a+", encoding="utf-8", opener=private.opener) as lock:
            instead = begin(order, lock)
            return done(order, work) if instead is None else instead
    except UnwritableError as error:
        complain("; ".join(each.line() for each in error.problems))
        return FAULT
    except OSError as error:
        complain(f"{order.run} cannot begin: {error}")
        return FAULT


def ready(order: Order, nursery: int) -> None:
    """Signals as a new process has them, output into the account's log."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
    if order.lasts:
        dies_with(nursery)
    elif order.longest_ms:
        dies_after(order.longest_ms + order.patience_ms + SLACK_MS)
    os.environ[NURSED_BY] = str(nursery)
    private.made(order.out.parent)
    if order.out.exists() and order.out.stat().st_size > LARGEST:
        order.out.replace(order.out.with_name(order.out.name + ".1"))
    file = os.open(order.out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, private.FILE)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    os.close(nothing)


def dies_with(nursery: int) -> None:
    """What lasts ends with the nursery, however that ends: another one would start it again. Linux only; elsewhere its lock keeps watch."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != nursery:  # it has died before it was asked
            os.kill(os.getpid(), signal.SIGTERM)


def dies_after(ms: int) -> None:
    """A tick that hangs ends also when the nursery, which would see to it, is gone: it would keep its account's lock for good."""
    watch = threading.Timer(ms / 1000, os.kill, (os.getpid(), signal.SIGKILL))
    watch.daemon = True
    watch.start()


def begin(order: Order, lock: TextIO) -> int | None:
    """Wait for the lock, then claim the tick; None, or the status of what may not begin. The lock is this process's until it ends."""
    while not locked(lock):
        if now_ms() > order.until_ms and not begun(order):
            return LATE
        time.sleep(LOOK_S)
    if order.lasts:
        return None
    return end_of(order) if begun(order) else claim(order)


def begun(order: Order) -> bool:
    """Whether a process of an earlier nursery has claimed the tick; that ends it, and has the lock until then."""
    return not order.lasts and claimed(Path(order.folder), order.run, now_ms()) >= order.due_ms


def end_of(order: Order) -> int:
    """How a tick ended that was begun before: as its process left it, ALREADY where that did not come to it."""
    due_ms, status = ends(Path(order.folder)).get(order.run, (0, ALREADY))
    return status if due_ms == order.due_ms else ALREADY


def claim(order: Order) -> int | None:
    """Write down that the tick is begun, before it is: it is made once, even when this process is killed at its first step."""
    if now_ms() > order.until_ms:
        return LATE
    written(Path(order.folder) / CLAIMS, claims(Path(order.folder)) | {order.run: order.due_ms})
    return None


def done(order: Order, work: Work) -> int:
    """The command line's exit status; a tick leaves it for whoever asks after the nursery has died."""
    due = f"due {clock(order.due_ms)}" if order.due_ms else "lasts"
    if not order.work:
        print(f"--- {clock(now_ms())}  {order.run}  {due}  runner {' '.join(order.words)}", flush=True)
    status = called(order, work)
    if not order.lasts:
        known = ends(Path(order.folder)) | {order.run: (order.due_ms, status)}
        with suppress(UnwritableError):  # the nursery tells it too
            written(Path(order.folder) / ENDS, known, lasting=False)
    return status


def called(order: Order, work: Work) -> int:
    """Do it; its exit status."""
    try:
        work(order.words)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else BROKEN if left.code else 0
    except BaseException as error:  # noqa: BLE001 - the end of a process
        complain(REDACTOR.text(f"{order.run} ended: {type(error).__name__}: {error}"))
        return BROKEN
    return 0


def clock(ms: int) -> str:
    """An instant for a log, UTC."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}Z"


def now_ms() -> int:
    """The machine's clock."""
    return time.time_ns() // 1_000_000
