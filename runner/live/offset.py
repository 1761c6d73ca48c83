"""How far the venue's clock is ahead of ours, and how surely we know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runner.live.clock import Clock
from runner.live.outcome import Blocked, VenueError

SAMPLES = 3
LARGEST_ERROR_MS = 500  # beyond it no entry is sent
AGAIN_MS = 5_000  # a measurement that failed is tried again no sooner


@dataclass
class Offset:
    """The venue's time reckoned from ours.

    sample: asks the venue for its time, once. every_ms: how long a measurement is trusted; None = until somebody measures again.
    """

    clock: Clock
    sample: Callable[[], int]
    every_ms: int | None
    offset_ms: int = 0
    error_ms: int | None = None  # None: never measured
    measured_ms: int = 0

    def venue_ms(self) -> int:
        """The venue's time."""
        return self.clock.now_ms() + self.offset_ms

    def keep(self) -> None:
        """Measure when that has never been done, or too long ago. A venue that does not tell its time leaves what we had."""
        age_ms = self.clock.now_ms() - self.measured_ms
        stale = self.every_ms is not None and abs(age_ms) >= self.every_ms
        if not (self.error_ms is None or stale) or 0 <= age_ms < AGAIN_MS:
            return
        try:
            self.measure(SAMPLES if self.error_ms is None else 1)
        except VenueError:
            self.measured_ms = self.clock.now_ms()

    def measure(self, samples: int = SAMPLES) -> int:
        """The offset, from the answer that took least time; half of that time is the error."""
        best: tuple[int, int] | None = None
        for _ in range(samples):
            before_ms = self.clock.now_ms()
            venue_ms = self.sample()
            after_ms = self.clock.now_ms()
            best = min(best or (1 << 60, 0), ((after_ms - before_ms + 1) // 2, venue_ms - (before_ms + after_ms) // 2))
        if best is not None:
            self.error_ms, self.offset_ms = best
        self.measured_ms = self.clock.now_ms()
        return self.offset_ms

    def check(self) -> None:
        """Blocked where the venue's time is not known to half a second."""
        if self.error_ms is None or self.error_ms > LARGEST_ERROR_MS:
            known = "was never measured" if self.error_ms is None else f"is known to {self.error_ms} ms only, wanted {LARGEST_ERROR_MS} ms"
            self.measured_ms, self.error_ms = min(self.measured_ms, self.clock.now_ms() - AGAIN_MS), None
            raise Blocked(self.clock.now_ms() + AGAIN_MS, f"the venue's clock {known}")
