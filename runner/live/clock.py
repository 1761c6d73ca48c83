"""Time, as everything on the live side reads it and waits by it."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """UTC milliseconds, and waiting. In a rehearsal it is the venue's time, and waiting costs none of ours."""

    def now_ms(self) -> int:
        """The present."""
        ...

    def sleep_ms(self, ms: int) -> None:
        """Wait; a span that is not positive passes at once."""
        ...


class WallClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """The present."""
        return time.time_ns() // 1_000_000

    def sleep_ms(self, ms: int) -> None:
        """Wait."""
        if ms > 0:
            time.sleep(ms / 1000)
