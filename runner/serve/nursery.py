"""The nursery: a process without threads that has everything loaded and is forked for each run.

    python -m runner.serve.nursery SOCKET AT_ONCE WORK warm|cold

It takes orders from serve and tells how each ended. When serve is gone, it asks what lasts to stop, lets ticks end, and ends.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from runner.serve.child import Work, lead
from runner.serve.order import FAULT, LATE, Ended, Lines, Order, line

PRELOADED = ("runner.jobs", "runner.perform", "runner.mode.once", "runner.mode.live", "runner.mode.guard", "runner.live.rest")
READ = 65_536


@dataclass
class Running:
    """A process that was forked for an order."""

    order: Order
    begun_ms: int
    asked_ms: int = 0  # when it was asked to stop because it took too long
    killed: bool = False


@dataclass
class Nursery:
    """Orders that wait, processes that run, and whoever orders."""

    socket: socket.socket
    work: Work
    at_once: int
    waiting: deque[Order] = field(default_factory=deque)
    running: dict[int, Running] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)
    orphan: bool = False

    def live(self) -> None:
        """Take orders until whoever gives them is gone and nothing runs any more."""
        ours, theirs = os.pipe()
        os.set_blocking(theirs, False)
        os.set_blocking(ours, False)
        signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
        while not (self.orphan and not self.running):
            listened: list[Any] = [ours] if self.orphan else [ours, self.socket]
            readable, _, _ = select.select(listened, [], [], self.pause_s())
            if ours in readable:
                with suppress(BlockingIOError):
                    os.read(ours, READ)
            if self.socket in readable:
                self.hear()
            self.bury()
            self.hurry(monotonic_ms())
            self.begin()

    def pause_s(self) -> float | None:
        """How long nothing needs to be looked at."""
        ends = [
            (each.asked_ms + each.order.patience_ms if each.asked_ms else each.begun_ms + each.order.longest_ms)
            for each in self.running.values()
            if not each.killed and (each.order.longest_ms or each.asked_ms)
        ]
        waits = [1_000.0] if self.waiting else []
        return min([max(0.0, min(ends) - monotonic_ms()) if ends else 3_600_000.0, *waits]) / 1000 if ends or waits else None

    def hear(self) -> None:
        """Take what serve says."""
        try:
            data = self.socket.recv(READ)
        except OSError:
            data = b""
        if not data:
            self.left_alone()
            return
        for said in self.lines.fed(data):
            if said.pop("do") == "start":
                self.waiting.append(Order(**{**said, "words": tuple(said["words"])}))
            else:
                self.signal(said["id"], said["signal"])

    def left_alone(self) -> None:
        """Nobody orders any more: what waits is for the next serve to begin, what lasts is stopped, ticks end by themselves."""
        self.orphan = True
        self.waiting.clear()
        for each in self.running.values():
            if each.order.lasts:
                self.signal(each.order.id, signal.SIGTERM)

    def signal(self, id_: str, number: int) -> None:
        """Send a signal to an order's process; an order that waits is dropped. No pid is reused before it is buried."""
        for order in [each for each in self.waiting if each.id == id_]:
            self.waiting.remove(order)
            self.tell(Ended(id=id_, status=LATE))
        for pid, each in self.running.items():
            if each.order.id == id_:
                each.asked_ms = each.asked_ms or monotonic_ms()
                os.kill(pid, number)

    def bury(self) -> None:
        """Tell how those ended that have ended."""
        while self.running:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            was = self.running.pop(pid, None)
            if was is not None:
                overran = bool(was.asked_ms) and bool(was.order.longest_ms) and was.asked_ms - was.begun_ms >= was.order.longest_ms
                self.tell(Ended(id=was.order.id, status=os.waitstatus_to_exitcode(status), overran=overran, pid=pid))

    def hurry(self, now_ms: int) -> None:
        """Ask ticks to stop that take too long, and kill what was asked in vain."""
        for pid, each in self.running.items():
            if each.asked_ms and not each.killed and now_ms >= each.asked_ms + each.order.patience_ms:
                each.killed = True
                os.kill(pid, signal.SIGKILL)
            elif not each.asked_ms and each.order.longest_ms and now_ms >= each.begun_ms + each.order.longest_ms:
                each.asked_ms = now_ms
                os.kill(pid, signal.SIGTERM)

    def begin(self) -> None:
        """Fork for those whose turn it is: what lasts at once, ticks as far as there is room and their account has no other."""
        for order in list(self.turns()):
            self.waiting.remove(order)
            if not order.lasts and time.time_ns() // 1_000_000 > order.until_ms:
                self.tell(Ended(id=order.id, status=LATE))
            else:
                self.fork(order)

    def turns(self) -> Iterator[Order]:
        """Orders that may begin now, the oldest first."""
        ticks = [each.order for each in self.running.values() if not each.order.lasts]
        room, busy = self.at_once - len(ticks), {each.folder for each in ticks}
        for order in self.waiting:
            if order.lasts:
                yield order
            elif room > 0 and order.folder not in busy:
                busy.add(order.folder)
                room -= 1
                yield order

    def fork(self, order: Order) -> None:
        """One process more."""
        nursery = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            print(f"{order.run} cannot begin: {error}", file=sys.stderr, flush=True)
            self.tell(Ended(id=order.id, status=FAULT))
            return
        if pid == 0:
            status = FAULT
            try:
                signal.set_wakeup_fd(-1)
                self.socket.close()
                status = lead(order, called(order.work) if order.work else self.work, nursery)
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(status & 0xFF)  # nothing of the nursery's is to be cleaned up here
        self.running[pid] = Running(order=order, begun_ms=monotonic_ms())
        self.say({"began": order.id, "pid": pid})

    def tell(self, ended: Ended) -> None:
        """How an order ended."""
        self.say({"ended": asdict(ended)})

    def say(self, content: dict[str, Any]) -> None:
        """A line to serve, which may be gone."""
        if not self.orphan:
            with suppress(OSError):
                self.socket.sendall(line(content))


def called(name: str) -> Work:
    """`module:function`."""
    module, _, function = name.partition(":")
    found: Work = getattr(import_module(module), function)
    return found


def monotonic_ms() -> int:
    """A clock that nobody sets."""
    return time.monotonic_ns() // 1_000_000


def preload() -> None:
    """Import what ticks need, and compose a shipped account once, so that whoever is forked finds it done. No file of a user's is read."""
    for name in PRELOADED:
        import_module(name)
    from runner.build import built
    from runner.check import Checked, check
    from runner.compose import compose
    from runner.menu import Menu

    import_module("runner.perform").import_reports()
    with tempfile.TemporaryDirectory() as empty:
        menu = Menu(Path(empty))
        checked = check(compose(["+strategy=ema_cross", "+account=own_money", "mode=once"], menu))
        if isinstance(checked, Checked):
            built(checked, menu.home, menu.home)


def threads() -> int:
    """How many threads this process has, those of libraries included; 1 where a system does not say."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are enough
    except OSError:
        return 1


def main() -> None:
    """Load, then live."""
    number, at_once, work, warmth = sys.argv[1:]
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # it ends when serve has ended
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    from loguru import logger

    logger.remove()
    if warmth == "warm":
        preload()
    gc.collect()
    gc.freeze()
    if threads() != 1:
        print(f"the nursery runs {threads()} threads; it forks all the same", file=sys.stderr, flush=True)
    Nursery(socket.socket(fileno=int(number)), called(work), int(at_once)).live()


if __name__ == "__main__":
    main()
