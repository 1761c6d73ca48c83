"""What a live account keeps beside its venue: its folder, who has halted it, and signs of life. Every file is whole or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runner import private
from runner.model.errors import Problem, UnwritableError

NURSED_BY = "RUNNER_NURSED_BY"  # set to its nursery's process for everything that serve forks
HAND = "hand"  # whose halt somebody has made by hand: mode=halt, mode=flatten, the desk


@dataclass(frozen=True, kw_only=True)
class StateFolder:
    """`$RUNNER_HOME/state/ACCOUNT/`; nothing in it is made by looking at it."""

    account: str
    root: Path

    @property
    def journal(self) -> Path:
        """The live journal, where it is a file."""
        return self.root / "journal.db"

    @property
    def peaks(self) -> Path:
        """The guard's own record of peaks and day starts."""
        return self.root / "guard.peaks"

    @property
    def halts(self) -> Path:
        """One file for each who has halted the account."""
        return self.root / "halts"

    @property
    def evidence(self) -> Path:
        """One folder for each day."""
        return self.root / "evidence"

    def heartbeat(self, part: str) -> Path:
        """The sign of life of a part, "bot" or "guard"."""
        return self.root / f"heartbeat.{part}"


@dataclass(frozen=True, kw_only=True)
class Halt:
    """No new entries: by whom, since when, why, and until when (None: until somebody lifts it). Times are UTC milliseconds."""

    by: str
    at_ms: int
    why: str
    until_ms: int | None = None

    def line(self) -> str:
        """The halt in one line."""
        return f"halted by {self.by}: {self.why}"


@dataclass(frozen=True, kw_only=True)
class Beat:
    """A sign of life. ended: why it is the last one, '' while the process goes on. asked: somebody wanted it to end."""

    at_ms: int
    pid: int
    doing: str
    ended: str = ""
    asked: bool = False


def state_of(home: Path, account: str) -> StateFolder:
    """The state folder of an account under the user's folder."""
    return StateFolder(account=account, root=home / "state" / account)


def halt(state: StateFolder, entry: Halt) -> None:
    """Take no new entries from now on. RunnerError when it cannot be written."""
    written(state.halts / f"{entry.by}.json", asdict(entry))


def halts(state: StateFolder, now_ms: int) -> tuple[Halt, ...]:
    """Everybody who halts the account now, somebody's own hand last; () when nobody does. A file that cannot be read halts it."""
    try:
        files = sorted(state.halts.glob("*.json"), key=lambda file: (file.stem == HAND, file.name))
    except OSError as error:
        return (Halt(by="the disk", at_ms=now_ms, why=f"{state.halts} cannot be read: {error.strerror}"),)
    entries = (read_halt(file, now_ms) for file in files)
    return tuple(entry for entry in entries if entry.until_ms is None or entry.until_ms > now_ms)


def line_of(halts: Iterable[Halt]) -> str:
    """All of them in one line; '' without any."""
    return "; ".join(halt.line() for halt in halts)


def halt_of(state: StateFolder, by: str, now_ms: int) -> Halt | None:
    """The halt of one alone; None where there is none, or it has ended."""
    file = state.halts / f"{by}.json"
    entry = read_halt(file, now_ms) if file.exists() else None
    return None if entry is None or (entry.until_ms is not None and entry.until_ms <= now_ms) else entry


def read_halt(file: Path, now_ms: int) -> Halt:
    """A halt as it was written; one of unknown end where it cannot be read."""
    try:
        return Halt(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Halt(by=file.stem, at_ms=now_ms, why=f"{file.name} cannot be read")


def release(state: StateFolder, by: str | None = None) -> list[str]:
    """Lift the halt of one, or every halt; whose were lifted."""
    files = sorted(state.halts.glob("*.json") if by is None else [state.halts / f"{by}.json"])
    lifted = []
    for file in files:
        try:
            file.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise unwritable(file, error) from error
        lifted.append(file.stem)
    return lifted


def released(whose: Iterable[str], stood: Iterable[Halt]) -> str:
    """What a release has done, in words. whose: as `release` gives it; stood: the halts that were in force before."""
    whys = {halt.by: f" ({halt.why})" for halt in stood}
    names = ", ".join(f"{name}{whys.get(name, '')}" for name in whose)
    return f"released: what {names} had halted" if names else "nothing to release: it was not halted"


def beat(state: StateFolder, part: str, now_ms: int, doing: str) -> None:
    """Leave a sign of life. RunnerError when it cannot be written."""
    written(state.heartbeat(part), asdict(Beat(at_ms=now_ms, pid=os.getpid(), doing=doing)), lasting=False)


def last_word(state: StateFolder, part: str, now_ms: int, why: str, *, asked: bool) -> None:
    """Leave the sign that no more will come, and why. RunnerError when it cannot be written.

    Who ends because its nursery has died was asked by nobody: it leaves none, for another one is started at once or its silence is told.
    """
    if asked and orphaned():
        return
    written(state.heartbeat(part), asdict(Beat(at_ms=now_ms, pid=os.getpid(), doing=why, ended=why, asked=asked)), lasting=False)


def orphaned() -> bool:
    """Whether this process was forked for serve by a nursery that is gone."""
    told = os.environ.get(NURSED_BY, "")
    return told.isdecimal() and int(told) != os.getppid()


def retire(home: Path, now_ms: int, why: str) -> None:
    """Say for every account that has been traded from here that nobody starts it any more; one that is at work soon says otherwise."""
    for file in sorted((home / "state").glob("*/heartbeat.bot")):
        state = state_of(home, file.parent.name)
        known = last_beat(state, "bot")
        if known is not None and not known.ended:
            last_word(state, "bot", now_ms, why, asked=True)


def last_beat(state: StateFolder, part: str) -> Beat | None:
    """The last sign of life of a part; None without one that can be read."""
    try:
        return Beat(**json.loads(state.heartbeat(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def written(file: Path, content: Any, *, lasting: bool = True) -> None:
    """Put JSON in place of a file: whoever reads it meanwhile sees the old content or the new one. `lasting`: it survives a power loss."""
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        private.made(file.parent)
        with open(part, "w", encoding="utf-8", opener=private.opener) as stream:
            json.dump(content, stream)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise unwritable(file, error) from error


def unwritable(file: Path, error: OSError) -> UnwritableError:
    """The disk does not take it."""
    return UnwritableError("the account's state cannot be written", [Problem(path=str(file), message=error.strerror or str(error))])
