"""`runner …` in a process of its own that need not import anything first: it is forked from one that has, one for each worker of pytest.

To begin costs most of what a tick costs, and tests begin hundreds. A forked one is as whole as any: its own number, signals, environment,
folder and end. What has to be seen from the first import on is started as `python -m runner`.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

IMPORTED = (
    "pandas",
    "runner.jobs",
    "runner.mode.once",
    "runner.mode.live",
    "runner.mode.paper",
    "runner.mode.alerts",
    "runner.mode.doctor",
)
LOOK_S = 0.01


class Forked:
    """A process that runs `runner words…`; what of `subprocess.Popen` tests ask for. What it says goes into `said`."""

    def __init__(self, words: Sequence[str], *, folder: Path, environment: Mapping[str, str], said: Path) -> None:
        self.words = words
        self._ended = said.with_name(f"ended-{said.name}")
        order = {"words": [*words], "folder": str(folder), "environment": {**environment}, "said": str(said), "ended": str(self._ended)}
        mother = _mother()
        assert mother.stdin is not None
        assert mother.stdout is not None
        mother.stdin.write(json.dumps(order) + "\n")
        mother.stdin.flush()
        self.pid = int(mother.stdout.readline())

    def poll(self) -> int | None:
        """Its exit status, minus the signal it died of; none while it runs."""
        return int(self._ended.read_text()) if self._ended.exists() else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its exit status."""
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(["runner", *self.words], timeout or 0.0)
            time.sleep(LOOK_S)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


@cache
def _mother() -> subprocess.Popen[str]:
    """The process that has imported everything; it ends with this one, which holds the other end of its stdin."""
    root = Path(__file__).parents[1]
    words = [sys.executable, "-m", "tests.forked"]
    mother = subprocess.Popen(words, cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(mother.communicate)
    return mother


def _orders() -> dict[str, Any] | None:
    """Fork a process for each line that comes in, note how each ends; what a forked one is to do, none when nobody asks any more."""
    woken, wakes = os.pipe()
    for end in (woken, wakes):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes)
    running: dict[int, Path] = {}
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _note(running)
        if 0 not in ready:
            continue
        line = _line()
        if not line:
            return None
        order: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (woken, wakes):
                os.close(end)
            return order
        running[pid] = Path(order["ended"])
        os.write(1, b"%d\n" % pid)


def _line() -> bytes:
    """The next line of stdin, which comes whole; empty at its end."""
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(0, 1 << 16)
        if not more:
            return b""
        line += more
    return line


def _note(running: dict[int, Path]) -> None:
    """Write down how those ended that have ended; the folder of a test may have gone by then."""
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        file = running.pop(pid)
        if file.parent.is_dir():
            (new := file.with_suffix(".new")).write_text(str(os.waitstatus_to_exitcode(status)))
            new.replace(file)


def _become(order: dict[str, Any]) -> None:
    """Stand where a process that was just started stands."""
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    for number, channel in ((0, nothing), (1, said), (2, said)):
        os.dup2(channel, number)
    os.close(nothing)
    os.close(said)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["runner", *order["words"]]


if __name__ == "__main__":
    for each in IMPORTED:
        importlib.import_module(each)
    gc.collect()
    gc.freeze()
    asked = _orders()
    if asked is not None:
        _become(asked)
        from runner.cli import main

        main()
