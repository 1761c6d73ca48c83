"""What serve asks its nursery for: one process, as plain data that goes through a socket."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

CLAIMS, ENDS = "serve.claims", "serve.ends"  # in an account's folder: what was begun last, and how that ended
ALREADY = 120  # this tick was begun before, under a nursery that has died, and its process has left no status
LATE = 121  # it could not begin in time: its account was busy, or others were
AHEAD_MS = 60_000  # how far clocks may differ before what is later than now is of a clock that was wrong
FAULT = 122  # the process could not even begin: its folder cannot be written


@dataclass(frozen=True, kw_only=True)
class Order:
    """One process. id: unique while serve runs. run: `hyro_2step.fvg`. words: after `runner`. due_ms: 0 for what lasts.

    until_ms: it must have begun by then. longest_ms: a tick that runs longer is stopped. folder: where its lock, its claims and its
    output lie; ticks of one folder are made one after the other, however many serves there were. patience_ms: between being asked to stop
    and being killed. work: what is called with the words, as
    `module:function`; '' = what the nursery was told.
    """

    id: str
    run: str
    words: tuple[str, ...]
    folder: str
    due_ms: int = 0
    until_ms: int = 0
    longest_ms: int = 0
    patience_ms: int = 15_000
    work: str = ""

    @property
    def lasts(self) -> bool:
        """Whether it runs until it is stopped."""
        return self.due_ms == 0

    @property
    def out(self) -> Path:
        """Where everything it says goes."""
        return Path(self.folder) / "serve.log"

    @property
    def lock(self) -> Path:
        """Held while it runs: one for all ticks of a folder, one for each run that lasts."""
        return Path(self.folder) / (f"serve.{self.run.rpartition('.')[2]}.lock" if self.lasts else "serve.lock")

    def line(self) -> bytes:
        """As it goes through the socket."""
        return line({"do": "start", **asdict(self)})


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a process ended. status: its exit status, negative for a signal. overran: it was stopped because it took too long."""

    id: str
    status: int
    overran: bool = False
    pid: int = 0


@dataclass
class Lines:
    """JSON lines out of a stream of bytes."""

    rest: bytes = b""
    whole: list[dict[str, Any]] = field(default_factory=list)

    def fed(self, data: bytes) -> list[dict[str, Any]]:
        """The lines that have become whole with these bytes."""
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [json.loads(each) for each in lines]


def line(content: dict[str, Any]) -> bytes:
    """A message as one line of JSON."""
    return json.dumps(content).encode() + b"\n"


def claims(folder: Path) -> dict[str, int]:
    """The last instant each run was begun for, UTC ms; nothing where none was, or the file cannot be read."""
    return {name: at for name, at in read(folder / CLAIMS).items() if isinstance(at, int)}


def claimed(folder: Path, name: str, now_ms: int) -> int:
    """The last instant a run was begun for; 0 where none was, or one of the future, which a clock that was ahead has left."""
    at = claims(folder).get(name, 0)
    return at if at <= now_ms + AHEAD_MS else 0


def ends(folder: Path) -> dict[str, tuple[int, int]]:
    """(the instant a run was begun for last that has ended by itself, its exit status); likewise."""
    found = read(folder / ENDS)
    return {name: (each[0], each[1]) for name, each in found.items() if isinstance(each, list) and list(map(type, each)) == [int, int]}


def read(file: Path) -> dict[str, Any]:
    """A mapping out of a file; nothing where there is none."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
