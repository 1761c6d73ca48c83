"""How many requests may be sent: per endpoint and second, per address and five seconds, with a reserve for what protects."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.live.clock import Clock
from runner.live.outcome import Blocked
from runner.wire.call import Call, Urgency

SECOND_MS = 1_000
ADDRESS_LIMIT, ADDRESS_MS = 600, 5_000
SHARE = {
    Urgency.PROTECTIVE: 1.0,
    Urgency.CANCEL: 0.9,
    Urgency.ENTRY: 0.7,
    Urgency.QUERY: 0.8,
}  # of what there is; the rest is kept for others
SHORTEST_WAIT_MS, LONGEST_WAIT_MS = 100, 3_000
LIMIT, LEFT, RESET = "X-Bapi-Limit", "X-Bapi-Limit-Status", "X-Bapi-Limit-Reset-Timestamp"


@dataclass
class Window:
    """What was sent within the last `span_ms`."""

    span_ms: int
    sent: deque[int] = field(default_factory=deque)

    def used(self, now_ms: int) -> int:
        """How many requests still count."""
        while self.sent and self.sent[0] <= now_ms - self.span_ms:
            self.sent.popleft()
        return len(self.sent)

    def wait_ms(self, now_ms: int, most: int) -> int:
        """How long until one more fits under `most`."""
        used = self.used(now_ms)
        return 0 if used < most else self.sent[used - most] + self.span_ms - now_ms


@dataclass
class Endpoint:
    """One path: what we sent, and what the venue last said is left, which other processes of the account use up, too."""

    window: Window = field(default_factory=lambda: Window(SECOND_MS))
    limit: int | None = None
    left: int | None = None
    left_at_ms: int = 0
    reset_ms: int = 0

    def wait_ms(self, now_ms: int, share: float) -> int:
        """How long until the next request may go."""
        if self.limit is None:
            return 0
        if now_ms < self.reset_ms:
            return self.reset_ms - now_ms
        most = max(1, int(self.limit * share))
        if self.left is not None and now_ms < self.left_at_ms + SECOND_MS and self.left < self.limit - most + 1:
            return max(self.left_at_ms + SECOND_MS - now_ms, 0)
        return self.window.wait_ms(now_ms, most)


class Budget:
    """Lets a request pass, lets it wait for its turn, or blocks it when its turn would come too late."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._address = Window(ADDRESS_MS)
        self._endpoints: dict[str, Endpoint] = {}

    def take(self, call: Call) -> None:
        """Wait until the request may be sent, and count it. Blocked when that would take longer than three seconds."""
        waited_ms = 0
        while wait_ms := self._wait_ms(call):
            waited_ms += wait_ms
            if waited_ms > LONGEST_WAIT_MS:
                until_ms = self.clock.now_ms() + wait_ms
                raise Blocked(until_ms, f"the requests for {call.path} are spent; what is left is kept for protective orders")
            self.clock.sleep_ms(wait_ms)
        self._count(call)

    def heard(self, call: Call, headers: Mapping[str, str], venue_ahead_ms: int) -> None:
        """Take in what an answer's headers say is left; those of an endpoint without such a limit say nothing."""
        limit, left, reset_ms = (_number(headers.get(name)) for name in (LIMIT, LEFT, RESET))
        if limit is None or left is None or limit < 1:
            return
        endpoint, now_ms = self._of(call), self.clock.now_ms()
        endpoint.limit, endpoint.left, endpoint.left_at_ms = limit, left, now_ms
        if left == 0 and reset_ms is not None:
            endpoint.left = None  # from the reset on there are as many as ever
            self.spent(call, reset_ms - venue_ahead_ms)

    def spent(self, call: Call, until_ms: int | None) -> int:
        """The venue says there is none left; gives when there will be some again, in a tenth of a second to three."""
        now_ms, endpoint = self.clock.now_ms(), self._of(call)
        wanted_ms = now_ms + SECOND_MS if until_ms is None else until_ms
        endpoint.reset_ms = min(max(wanted_ms, now_ms + SHORTEST_WAIT_MS), now_ms + LONGEST_WAIT_MS)
        return endpoint.reset_ms

    def _wait_ms(self, call: Call) -> int:
        now_ms, share = self.clock.now_ms(), SHARE[call.urgency]
        return max(self._of(call).wait_ms(now_ms, share), self._address.wait_ms(now_ms, int(ADDRESS_LIMIT * share)))

    def _count(self, call: Call) -> None:
        now_ms, endpoint = self.clock.now_ms(), self._of(call)
        if endpoint.limit is not None:
            endpoint.window.sent.append(now_ms)
        self._address.sent.append(now_ms)
        if endpoint.left is not None:
            endpoint.left -= 1

    def _of(self, call: Call) -> Endpoint:
        return self._endpoints.setdefault(call.path, Endpoint(limit=call.per_second))


def reset_of(headers: Mapping[str, str] | None) -> int | None:
    """When the venue says requests are allowed again, by its own clock; None when it does not say."""
    return None if headers is None else _number(headers.get(RESET))


def _number(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        return None
