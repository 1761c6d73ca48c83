"""Marks: how an account stood at closes of its bars, kept in its journal for curves and reports. No restart tells the machine of them."""

from __future__ import annotations

from dataclasses import dataclass

from runner.journal.live import LiveJournal
from runner.live.status import Status

KIND = "mark"
LEAST_MS = 900_000  # between the bars of two marks


@dataclass
class Marks:
    """The marks of one journal."""

    journal: LiveJournal
    last_ms: int = -1  # the bar close of the newest one; -1 until the journal was asked

    def due(self, bar_ms: int) -> bool:
        """Whether the account is to be marked at the bar that has closed last, UTC ms."""
        if self.last_ms < 0:
            newest = self.journal.last_note(KIND)
            self.last_ms = 0 if newest is None else newest.time_ms
        return bar_ms >= self.last_ms + LEAST_MS

    def keep(self, bar_ms: int, status: Status) -> None:
        """Mark it; the note's time is the bar's close, `at_ms` when that was written."""
        self.journal.note(bar_ms, KIND, status.mark())
        self.last_ms = bar_ms
