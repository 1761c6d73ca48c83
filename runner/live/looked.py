"""What the guard counted when it last looked at an account: at the venue, so with everything that is open there, whoever opened it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from runner.live.state import StateFolder, written

FILE = "look.guard"
EVERY_MS = 5_000  # it is written anew, sooner where something else is open


@dataclass(frozen=True, kw_only=True)
class HeldSeen:
    """An open position as the venue has it."""

    symbol: str
    side: int
    quantity: str


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A look. Money as the venue shows it, time in UTC milliseconds; worst_case: equity if every stop is hit and every entry fills."""

    at_ms: int
    equity: float
    worst_case: float
    held: tuple[HeldSeen, ...] = ()

    def is_news(self, before: Looked | None) -> bool:
        """Whether it is to be left after that one."""
        return before is None or self.held != before.held or not 0 <= self.at_ms - before.at_ms < EVERY_MS


def leave(state: StateFolder, look: Looked) -> None:
    """Put it in place of the last one. UnwritableError when the disk does not take it."""
    written(state.root / FILE, asdict(look), lasting=False)


def read(state: StateFolder) -> Looked | None:
    """The last one; None where no guard has left one that can be read."""
    try:
        return of_record(json.loads((state.root / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def of_record(record: Mapping[str, Any]) -> Looked:
    """A look as it was written. ValueError, TypeError or KeyError for what is none."""
    figures = {name: float(record[name]) for name in ("equity", "worst_case")}
    held = tuple(HeldSeen(symbol=str(each["symbol"]), side=int(each["side"]), quantity=str(each["quantity"])) for each in record["held"])
    return Looked(at_ms=int(record["at_ms"]), held=held, **figures)
