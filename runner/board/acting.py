"""What the desk does to an account: halt, release, flatten. Each is written down, with who asked for it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from runner import private
from runner.board.known import Known
from runner.board.places import Place
from runner.board.veil import Veil
from runner.live.clock import Clock
from runner.live.state import HAND, Halt, halt, halts, line_of, release, released
from runner.model.errors import Problem, RunnerError

BY = HAND  # as mode=halt signs
OUTPUT_LINES = 200
WHY = 200  # letters


class Act(StrEnum):
    """What may be done."""

    HALT = "halt"
    RELEASE = "release"
    FLATTEN = "flatten"


class UnconfirmedError(RunnerError):
    """The account's name was not typed, or another one."""


class BusyError(RunnerError):
    """The account is being left already."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done. started: a process of its own goes on with it."""

    account: str
    act: Act
    at_ms: int
    said: str
    started: bool = False


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a process that was started says. status: None while it runs."""

    act: Act
    lines: tuple[str, ...]
    status: int | None


@dataclass
class Started:
    """A process that leaves an account."""

    act: Act
    file: Path
    process: subprocess.Popen[bytes]


@dataclass
class Hands:
    """Acts on accounts. log: a file to which every act is appended."""

    clock: Clock
    veil: Veil
    log: Path
    _started: dict[str, Started] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def halt(self, place: Place, known: Known | None, why: str, who: str) -> Done:
        """Take no new entries from now on; a process of its own withdraws those that rest. RunnerError when it cannot be written."""
        why = plain(why) or "by hand at the desk"
        with self._lock:
            halt(place.state, Halt(by=BY, at_ms=self.clock.now_ms(), why=why))
            started = self._start(place, known, Act.HALT, f"mode.why='{why}'")
            withdrawn = "resting entries are being withdrawn" if started else "another process is at it already"
            return self._done(place, Act.HALT, f"halted: {why}; {withdrawn}", who, started=started)

    def release(self, place: Place, who: str) -> Done:
        """Lift every halt of the account, the guard's too."""
        with self._lock:
            stood = halts(place.state, self.clock.now_ms())
            said = released(release(place.state), stood)
            return self._done(place, Act.RELEASE, said, who)

    def flatten(self, place: Place, known: Known | None, confirm: str, who: str) -> Done:
        """Close everything, in a process of its own. UnconfirmedError unless the name was typed, BusyError while one is at it."""
        if confirm.strip() != place.account:
            expected = f"expected the account's name, {place.account}, typed to confirm"
            raise UnconfirmedError("nothing was done", [Problem(path="confirm", message=expected)])
        with self._lock:
            if not self._start(place, known, Act.FLATTEN, "mode.why='at the desk'"):
                raise BusyError("nothing was done", [Problem(path=place.account, message="it is being left already")])
            return self._done(place, Act.FLATTEN, "flattening has begun", who, started=True)

    def halted(self, place: Place) -> str:
        """Who halts it."""
        return line_of(halts(place.state, self.clock.now_ms()))

    def output(self, place: Place) -> Output | None:
        """What the last process that was started for the account has said; None without one."""
        started = self._started.get(place.key)
        if started is None:
            return None
        try:
            text = started.file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            text = f"its output cannot be read: {error.strerror}"
        lines = tuple(self.veil.text(line) for line in text.splitlines()[-OUTPUT_LINES:])
        return Output(act=started.act, lines=lines, status=started.process.poll())

    def _start(self, place: Place, known: Known | None, act: Act, *words: str) -> bool:
        """Start `runner mode=ACT` unless one is under way that does as much; whether it was started. It outlives the desk."""
        running = self._started.get(place.key)
        if running is not None and running.process.poll() is None and (running.act is Act.FLATTEN or act is Act.HALT):
            return False
        file = place.state.root / f"desk.{act}.log"
        private.made(file.parent)
        command = [sys.executable, "-m", "runner", f"mode={act}", f"account={quoted(known.choice if known else place.account)}", *words]
        with open(file, "wb", opener=private.opener) as out:
            process = subprocess.Popen(  # noqa: S603 - our own program, words of ours, an account that is there
                command,
                cwd=place.home,
                env=os.environ | {"RUNNER_HOME": str(place.home)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started[place.key] = Started(act=act, file=file, process=process)
        return True

    def _done(self, place: Place, act: Act, said: str, who: str, *, started: bool = False) -> Done:
        done = Done(account=place.key, act=act, at_ms=self.clock.now_ms(), said=self.veil.text(said), started=started)
        self.write(place.key, act.value, done.said, who)
        return done

    def write(self, account: str, act: str, said: str, who: str) -> None:
        """A line in the log of acts, also for those that were refused; a disk that takes none is told on stderr and stops nothing."""
        row = {"at_ms": self.clock.now_ms(), "account": account, "act": act, "said": said, "who": who}
        line = self.veil.text(json.dumps(row, ensure_ascii=False))
        try:
            private.made(self.log.parent)
            with open(self.log, "a", encoding="utf-8", opener=private.opener) as stream:
                stream.write(line + "\n")
        except OSError as error:
            sys.stderr.write(f"the log of acts cannot be written: {error.strerror}: {line}\n")


def quoted(name: str) -> str:
    """A name as the command line takes it, also one of other than plain letters."""
    return name if re.fullmatch(r"[A-Za-z0-9_./-]+", name) else "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"


def plain(why: str) -> str:
    """Words that a command line takes as they are: nothing in them is looked up or ends a quotation."""
    return " ".join(re.sub(r"[^\w .,:;!?+%@/()-]", " ", why).split())[:WHY]
