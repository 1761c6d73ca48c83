"""The nursery as serve sees it: orders go there, ends come back; when it dies, another one takes over what was ordered."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from runner.live.serving import KEPT_BY, STEADY_MS
from runner.serve.lasting import FIRST_MS, LONGEST_MS
from runner.serve.order import Ended, Lines, Order, line

READ = 65_536
LOCK_MS = 60_000  # for which what lasts waits for its predecessor's end
ALONE = {  # libraries that would start threads, of which a process that is forked may have none
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


@dataclass
class Children:
    """Every process that was ordered and has not ended. `work`: what a forked process calls with its words, as `module:function`.

    warm: the nursery loads everything that the command line needs, before its first order. Orders come from the scheduler's thread and
    serve's own. A nursery that dies after a steady while is replaced at once, one that dies again after a pause, which grows to a minute.
    deaths: of nurseries; in_a_row: without a steady while between; status: how the last one ended. due_ms: when the next one is started
    while there is none. now_ms: a clock that nobody sets.
    """

    work: str
    at_once: int
    warm: bool = True
    now_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000
    ordered: dict[str, Order] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    began: list[tuple[str, int]] = field(default_factory=list)  # runs with their processes, until somebody takes note
    asked: dict[str, int] = field(default_factory=dict)  # signals that were sent to those that have not ended
    deaths: int = 0
    in_a_row: int = 0
    status: int = 0
    waits_ms: int = 0  # after the last death, before another one is started
    due_ms: int | None = None
    closing: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        """Start a nursery. In a session of its own: Ctrl-C at a terminal is serve's to hear."""
        self.socket, theirs = socket.socketpair()
        self._lines = Lines()
        self.began_ms, self.due_ms = self.now_ms(), None
        words = [sys.executable, "-m", "runner.serve.nursery", str(theirs.fileno()), str(self.at_once), self.work]
        words.append("warm" if self.warm else "cold")
        self.process = subprocess.Popen(  # noqa: S603 - ourselves
            words,
            pass_fds=(theirs.fileno(),),
            env={**os.environ, **ALONE, KEPT_BY: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()

    @property
    def listened(self) -> list[socket.socket]:
        """Where its answers are heard; nowhere while there is none."""
        return [] if self.socket.fileno() < 0 else [self.socket]

    @property
    def pause_ms(self) -> int:
        """Until another nursery is started; 0 while there is one."""
        return max(0, self.due_ms - self.now_ms()) if self.due_ms is not None else 0

    def start(self, order: Order) -> None:
        """Order a process. Where the nursery is dead the order waits for the next one."""
        with self.lock:
            self.ordered[order.id] = order
            self._send(order.line())

    def signal(self, id_: str, number: int = signal.SIGTERM) -> None:
        """Send a signal to a process, should it still be there."""
        with self.lock:
            if id_ in self.ordered:
                self.asked[id_] = int(number)
            self._send(line({"do": "signal", "id": id_, "signal": int(number)}))

    def heard(self) -> list[Ended]:
        """What has ended, as soon as the socket is readable."""
        try:
            data = self.socket.recv(READ)
        except OSError:
            data = b""
        if not data:
            self._bury()
            return self.again()
        found = []
        for said in self._lines.fed(data):
            if "ended" in said:
                ended = Ended(**said["ended"])
                with self.lock:
                    self._forget(ended.id)
                found.append(ended)
            else:
                self.pids[said["began"]] = said["pid"]
                self.began.append((self.ordered[said["began"]].run, said["pid"]))
        return found

    def ticks(self) -> list[Order]:
        """Ticks that were ordered and have not ended."""
        with self.lock:
            return [each for each in self.ordered.values() if not each.lasts]

    def last(self) -> None:
        """Start no other nursery from now on: with this one dead nobody tells any more how anything ends."""
        self.closing, self.due_ms = True, None
        if not self.listened:
            self._give_up()

    def close(self, patience_s: float) -> None:
        """Let go of the nursery; it ends when everything it runs has ended."""
        self.socket.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)

    def again(self) -> list[Ended]:
        """Another nursery, where it is time for one, is given what has not ended. What was begun is not begun twice, for its claim stands.

        What lasts ends with its nursery: those that were asked to, which nobody starts again, are given as ended.
        """
        if self.due_ms is None or self.pause_ms:
            return []
        with self.lock:  # an order that comes meanwhile is sent once
            self._open()
            gone = [id_ for id_, order in self.ordered.items() if order.lasts and id_ in self.asked]
            ended = [Ended(id=id_, status=-self.asked[id_]) for id_ in gone]
            for id_ in gone:
                self._forget(id_)
            self.ordered = {id_: renewed(order) for id_, order in self.ordered.items()}
            self._send_all(self.ordered.values())
        return ended

    def _bury(self) -> None:
        """The nursery is dead."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.status = self.process.wait()
        now_ms = self.now_ms()
        self.in_a_row = 1 if now_ms - self.began_ms >= STEADY_MS else self.in_a_row + 1
        self.waits_ms = 0 if self.in_a_row == 1 else min(FIRST_MS * 2 ** min(self.in_a_row - 2, 16), LONGEST_MS)
        with self.lock:
            self.socket.close()
            self.deaths += 1
            self.pids.clear()
        self.due_ms = None if self.closing else now_ms + self.waits_ms
        if self.closing:
            self._give_up()

    def _give_up(self) -> None:
        with self.lock:
            self.ordered.clear()
            self.asked.clear()

    def _forget(self, id_: str) -> None:
        for kept in (self.ordered, self.pids, self.asked):
            kept.pop(id_, None)

    def _send_all(self, orders: Iterable[Order]) -> None:
        for order in orders:
            self._send(order.line())

    def _send(self, data: bytes) -> None:
        with suppress(OSError):  # a dead nursery is noticed where its answers are read
            self.socket.sendall(data)


def renewed(order: Order) -> Order:
    """An order as another nursery is given it: what lasts may take its time anew, ticks have theirs."""
    return replace(order, until_ms=time.time_ns() // 1_000_000 + LOCK_MS) if order.lasts else order
