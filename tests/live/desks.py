"""Desks of tests: real pybit, a clock that waits in no time, and planted keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from runner.live.clock import WallClock
from runner.live.desk import Desk
from runner.live.keys import Keys, Secret
from runner.wire.bybit import BybitDialect

KEY, SECRET = "PLANTEDKEYabc123", "PLANTEDSECRETxyz789"
KEYS = Keys(key=Secret(KEY), secret=Secret(SECRET))
NOW_MS = 1_700_000_000_000


@dataclass
class StillClock:
    """A clock that moves only by being slept on."""

    at_ms: int = NOW_MS
    slept: list[int] = field(default_factory=list)

    def now_ms(self) -> int:
        """The present."""
        return self.at_ms

    def sleep_ms(self, ms: int) -> None:
        """Pass it at once."""
        self.slept.append(ms)
        self.at_ms += max(ms, 0)


@contextmanager
def desk(url: str, clock: StillClock | None = None, *, category: Any = "linear", **transport: Any) -> Iterator[Desk]:
    """A desk at an address, closed at the end."""
    ours = Desk(BybitDialect(endpoint=url, category=category), KEYS, clock or StillClock(), **{"timeout_ms": 2_000, **transport})
    try:
        yield ours
    finally:
        ours.close()


def theirs() -> Keys:
    """The keys that the exchange on loopback knows."""
    from runner.rehearsal.service import KEY as KNOWN
    from runner.rehearsal.service import SECRET as SHARED

    return Keys(key=Secret(KNOWN), secret=Secret(SHARED))


@contextmanager
def desk_at(exchange: Any, *, category: Any = "linear", keys: Keys | None = None, **transport: Any) -> Iterator[Desk]:
    """A desk at an exchange on loopback, on the machine's clock."""
    ours = Desk(BybitDialect(endpoint=exchange.http, category=category), keys or theirs(), WallClock(), **transport)
    try:
        yield ours
    finally:
        ours.close()
