"""The nursery as serve sees it: orders go there, ends come back; when it dies, another one takes over what was ordered."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from runner.live.serving import KEPT_BY
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

    warm: the nursery loads everything that the command line needs, before its first order. Orders come from the scheduler's thread and from
    serve's own.
    """

    work: str
    at_once: int
    warm: bool = True
    ordered: dict[str, Order] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    began: list[tuple[str, int]] = field(default_factory=list)  # runs with their processes, until somebody takes note
    deaths: int = 0  # of nurseries
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        """Start a nursery. In a session of its own: Ctrl-C at a terminal is serve's to hear."""
        self.socket, theirs = socket.socketpair()
        self._lines = Lines()
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

    def start(self, order: Order) -> None:
        """Order a process. Where the nursery is dead the order waits for the next one."""
        with self.lock:
            self.ordered[order.id] = order
            self._send(order.line())

    def signal(self, id_: str, number: int = signal.SIGTERM) -> None:
        """Send a signal to a process, should it still be there."""
        with self.lock:
            self._send(line({"do": "signal", "id": id_, "signal": int(number)}))

    def heard(self) -> list[Ended]:
        """What has ended, as soon as the socket is readable."""
        try:
            data = self.socket.recv(READ)
        except OSError:
            data = b""
        if not data:
            self._again()
            return []
        found = []
        for said in self._lines.fed(data):
            if "ended" in said:
                ended = Ended(**said["ended"])
                with self.lock:
                    self.ordered.pop(ended.id, None)
                    self.pids.pop(ended.id, None)
                found.append(ended)
            else:
                self.pids[said["began"]] = said["pid"]
                self.began.append((self.ordered[said["began"]].run, said["pid"]))
        return found

    def ticks(self) -> list[Order]:
        """Ticks that were ordered and have not ended."""
        with self.lock:
            return [each for each in self.ordered.values() if not each.lasts]

    def close(self, patience_s: float) -> None:
        """Let go of the nursery; it ends when everything it runs has ended."""
        self.socket.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)

    def _again(self) -> None:
        """The nursery is dead: another one is given what has not ended. What was begun already is not begun twice, for its claim stands."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        with self.lock:  # an order that comes meanwhile is sent once
            self.socket.close()
            self.deaths += 1
            self._open()
            self.pids.clear()
            self.ordered = {id_: renewed(order) for id_, order in self.ordered.items()}
            self._send_all(self.ordered.values())

    def _send_all(self, orders: Iterable[Order]) -> None:
        for order in orders:
            self._send(order.line())

    def _send(self, data: bytes) -> None:
        with suppress(OSError):  # a dead nursery is noticed where its answers are read
            self.socket.sendall(data)


def renewed(order: Order) -> Order:
    """An order as another nursery is given it: what lasts may take its time anew, ticks have theirs."""
    return replace(order, until_ms=time.time_ns() // 1_000_000 + LOCK_MS) if order.lasts else order
