"""What an account's YAML says of it, for one that has not run yet and for what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from runner.schedule.runs import Due


@dataclass(frozen=True, kw_only=True)
class Known:
    """An account as it is written. choice: what is typed after account=; fault: why it cannot be composed, '' where it can."""

    account: str
    choice: str
    home: Path
    environment: str = ""
    firm: str = ""
    program: str = ""
    phase: str = ""
    currency: str = ""
    initial: float = 0.0
    dues: tuple[Due, ...] = ()
    fault: str = ""


class Library(Protocol):
    """Where accounts are looked up by user's folder and name; it fills by and by."""

    def all(self) -> Mapping[tuple[Path, str], Known]:
        """Everything that is known by now."""
        ...


@dataclass(frozen=True)
class Fixed:
    """A library that stays as it is."""

    known: Mapping[tuple[Path, str], Known]

    def all(self) -> Mapping[tuple[Path, str], Known]:
        """Everything."""
        return self.known


def next_due(known: Known | None, now_ms: int) -> tuple[int, str]:
    """When the next run is started and which; (0, "") where none is."""
    times = [(at, due.run.name) for due in (known.dues if known else ()) if (at := due.when.after(now_ms)) is not None and at > now_ms]
    return min(times, default=(0, ""))
