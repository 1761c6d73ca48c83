"""What serve says of the runs it starts: `$RUNNER_HOME/state/serve.json`, one file that desk and doctor read instead of its log.

Times are UTC milliseconds, 0 where there is none. Nothing secret is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.live.state import written
from runner.words import counted

LAYOUT = 1
HEARTBEAT = "serve.heartbeat"  # under state/: its sign of life alone
KEPT_BY = "RUNNER_KEPT_BY"  # set to serve's process for everything that it starts
STALE_MS = 60_000  # it is written every 15 s: whoever said nothing for so long is not there
OFTEN = 2  # failures in a row of what lasts, of which somebody should know
STEADY_MS = 600_000  # after which what lasts is taken to have got over them


@dataclass(frozen=True, kw_only=True)
class RunServed:
    """A run of an account, or of the host (account ''). lasts: it is kept running, else it comes at its times.

    due_ms: when it is started next. pid: its process, 0 while there is none. began_ms: when the last one began. ended_ms, status, said: of
    the last one that has ended: when, its exit status (negative: the signal that killed it), and why in words. failures: ends in a row that
    should not have been. missed_ms, missed: the last time at which it was due and not made, and why. given_up: why it is not started any
    more.
    """

    run: str
    account: str = ""
    lasts: bool = False
    due_ms: int = 0
    pid: int = 0
    began_ms: int = 0
    ended_ms: int = 0
    status: int | None = None
    said: str = ""
    failures: int = 0
    missed_ms: int = 0
    missed: str = ""
    given_up: str = ""

    def trouble(self, now_ms: int) -> str:
        """What somebody should know of it, in words; '' where there is nothing."""
        if self.given_up:
            return f"{self.run} is not started again: {self.given_up}"
        if self.failures >= (OFTEN if self.lasts else 1) and not self.steady(now_ms):
            many = f"{counted(self.failures, 'time')} in a row, last " if self.failures > 1 else ""
            return f"{self.run} failed {many}{_at(self.ended_ms)}: {self.said}"
        if self.missed_ms > self.began_ms:
            return f"{self.run} missed {_at(self.missed_ms)}: {self.missed}"
        return ""

    def steady(self, now_ms: int) -> bool:
        """Whether it lasts and has been at work for so long that earlier failures are over."""
        return self.lasts and bool(self.pid) and now_ms - self.began_ms >= STEADY_MS


@dataclass(frozen=True, kw_only=True)
class Serving:
    """All runs of a home. pid: serve's process, 0 once it has been stopped. faults: why accounts as they stand now are not taken over."""

    at_ms: int
    pid: int
    since_ms: int = 0
    faults: tuple[str, ...] = ()
    runs: tuple[RunServed, ...] = ()
    layout: int = field(default=LAYOUT)

    def there(self, now_ms: int) -> bool:
        """Whether serve was at work of late."""
        return bool(self.pid) and now_ms - self.at_ms < STALE_MS

    def of(self, account: str) -> tuple[RunServed, ...]:
        """An account's runs; '' gives the host's own."""
        return tuple(each for each in self.runs if each.account == account)

    def troubles(self, now_ms: int) -> tuple[tuple[str, str], ...]:
        """What somebody should know: (account, in words), account '' where it is the host's or everybody's matter."""
        return tuple(self._troubles(now_ms))

    def _troubles(self, now_ms: int) -> Iterator[tuple[str, str]]:
        if not self.pid:
            yield "", f"serve was stopped {_at(self.at_ms)}: nothing is started"
        elif not self.there(now_ms):
            yield "", f"serve has said nothing since {_at(self.at_ms)}: nothing is started"
        yield from (("", f"changed accounts are not taken over: {fault}") for fault in self.faults)
        yield from ((each.account, said) for each in self.runs if (said := each.trouble(now_ms)))


def file_of(home: Path) -> Path:
    """Where it lies."""
    return home / "state" / "serve.json"


def leave(home: Path, serving: Serving) -> None:
    """Put it in place of the last one. UnwritableError when the disk does not take it."""
    written(file_of(home), asdict(serving), lasting=False)


def read(home: Path) -> Serving | None:
    """The last one; None where none was left, or it is of another version, or no JSON."""
    try:
        return of_record(json.loads(file_of(home).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def of_record(record: Mapping[str, Any]) -> Serving:
    """As it was written. ValueError, TypeError or KeyError for what is none."""
    if record["layout"] != LAYOUT:
        raise ValueError(f"layout: expected {LAYOUT}, was {record['layout']}")
    runs = tuple(RunServed(**each) for each in record["runs"])
    serving = replace(Serving(**record), faults=tuple(record["faults"]), runs=runs)
    wrong = [name for part in (serving, *runs) for name, value in vars(part).items() if not _sound(name, value)]
    if wrong or not all(isinstance(fault, str) for fault in serving.faults):
        raise TypeError(f"{', '.join(wrong) or 'faults'}: of another type")
    return serving


def _sound(name: str, value: object) -> bool:
    """Whether a field is of its type."""
    if name == "status":
        return value is None or isinstance(value, int)
    number = name in ("pid", "failures", "layout") or name.endswith("_ms")
    return isinstance(value, {"faults": tuple, "runs": tuple, "lasts": bool}.get(name, int if number else str))


def _at(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
