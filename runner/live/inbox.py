"""What the streams saw, in the order it came, and waiting for it."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from typing import Protocol

from runner.live.clock import Clock
from runner.model.trading import Seen

LONGEST_S = 1.0  # at a time, so that a signal is looked at


class Inbox(Protocol):
    """Where the streams put what they see, from any thread."""

    def put(self, seen: Seen) -> None:
        """Take one thing."""

    def wait(self, until_ms: int) -> Sequence[Seen]:
        """Everything that has come, waiting for the first of it until then at the longest."""


class QueueInbox:
    """An inbox for a clock that runs by itself."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._queue: queue.SimpleQueue[Seen] = queue.SimpleQueue()

    def put(self, seen: Seen) -> None:
        """Take one thing."""
        self._queue.put(seen)

    def wait(self, until_ms: int) -> Sequence[Seen]:
        """Everything that has come, waiting for the first of it."""
        first: list[Seen] = []
        pause = min(max(until_ms - self.clock.now_ms(), 0) / 1000, LONGEST_S)
        try:
            first.append(self._queue.get(timeout=pause) if pause > 0 else self._queue.get_nowait())
            while True:
                first.append(self._queue.get_nowait())
        except queue.Empty:
            return first
