"""What the venue is known, or believed, to hold for one symbol, and when something that failed is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from runner.model.trading import PositionSeen

TRUST_MS = 2_000  # for which a stop that was sent is believed without having been seen
ORDER_AGAIN_MS, ORDER_LONGEST_MS = 500, 10_000  # an order that was refused: the first wait, growing by as much each time
STOP_AGAIN_MS = 250


@dataclass(kw_only=True)
class Standing:
    """One symbol at the venue. Orders and the stop fail and wait apart: a refused target must not keep a stop from being set."""

    side: int = 0
    quantity: Decimal = Decimal(0)
    stop: Decimal | None = None
    trail: Decimal | None = None
    sent: Decimal | None = None  # the stop that we sent last; another one is somebody else's
    believed_until_ms: int = 0  # a stop that was sent, not yet seen
    failures: int = 0  # orders refused in a row
    retry_ms: int = 0  # no order is sent before
    stop_failures: int = 0
    stop_retry_ms: int = 0  # no stop is set before
    frozen: str = ""  # why no entry is taken

    @property
    def gone(self) -> bool:
        """Whether the venue holds nothing of what the ledger believes in, which somebody must look at."""
        return bool(self.frozen) and self.side == 0

    def saw(self, seen: PositionSeen) -> None:
        """Believe what the venue says."""
        self.side, self.quantity, self.stop, self.trail = seen.side, seen.quantity, seen.stop, seen.trail_distance
        self.believed_until_ms = 0

    def believe(self, now_ms: int, stop: Decimal | None) -> None:
        """A stop was sent and taken; it must be seen before long."""
        self.stop = self.sent = stop
        self.believed_until_ms, self.stop_failures = now_ms + TRUST_MS, 0

    def flat(self) -> None:
        """The position is gone, and whatever protected it."""
        self.stop = self.trail = self.sent = None
        self.believed_until_ms = 0

    def order_failed(self, now_ms: int) -> None:
        """An order was refused; the next one waits, longer each time."""
        self.failures += 1
        self.retry_ms = now_ms + min(ORDER_AGAIN_MS * self.failures, ORDER_LONGEST_MS)

    def stop_later(self, now_ms: int) -> None:
        """The stop is tried again soon."""
        self.stop_retry_ms = now_ms + STOP_AGAIN_MS

    def wakes(self, now_ms: int) -> Iterator[int]:
        """When something that waits may be tried again."""
        return (at_ms for at_ms in (self.retry_ms, self.stop_retry_ms) if at_ms > now_ms)
