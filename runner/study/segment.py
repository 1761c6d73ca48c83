"""A stretch of time, and how a stretch is divided into windows: chosen in one part, judged in the next."""

from __future__ import annotations

from dataclasses import dataclass

DAY_MS = 86_400_000


@dataclass(frozen=True, kw_only=True)
class Segment:
    """From `start_ms` to `end_ms`, UTC ms, the end not included. Bars belong to it that open in it and are complete by its end."""

    start_ms: int
    end_ms: int

    @property
    def days(self) -> float:
        """Its length in days."""
        return (self.end_ms - self.start_ms) / DAY_MS


@dataclass(frozen=True, kw_only=True)
class Window:
    """Settings are chosen on `train` and judged on `test`, which begins at its end or, with an embargo, that much later."""

    train: Segment
    test: Segment
