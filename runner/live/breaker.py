"""A circuit breaker for each endpoint, and the pause after the venue has shut the door on our address."""

from __future__ import annotations

from dataclasses import dataclass, field

from runner.live.outcome import Blocked
from runner.wire.call import Call, Urgency

FAILURES = 5
REST_MS = 60_000
BAN_MS = 600_000  # how long nothing is sent after HTTP 403


@dataclass
class _Circuit:
    failures: int = 0
    until_ms: int = 0


@dataclass
class Breaker:
    """Five failures in a row open an endpoint's circuit for a minute; then one request tries it, and its failure opens it again at once.

    Protective requests are always tried: a position without its stop costs more than a request that fails. Nothing passes a ban.
    """

    banned_until_ms: int = 0
    _circuits: dict[str, _Circuit] = field(default_factory=dict)

    def check(self, call: Call, now_ms: int) -> None:
        """Blocked where nothing should be sent now."""
        if now_ms < self.banned_until_ms:
            raise Blocked(self.banned_until_ms, "the venue has shut out this address (HTTP 403); everything waits ten minutes")
        circuit = self._of(call)
        if now_ms < circuit.until_ms and call.urgency is not Urgency.PROTECTIVE:
            raise Blocked(circuit.until_ms, f"{call.path} has failed {circuit.failures} times in a row; it rests for a minute")

    def failed(self, call: Call, now_ms: int) -> None:
        """Note a failure of the transport or of the venue's servers."""
        circuit = self._of(call)
        circuit.failures += 1
        if circuit.failures >= FAILURES:
            circuit.until_ms = now_ms + REST_MS

    def worked(self, call: Call) -> None:
        """Note an answer, be it a refusal."""
        self._circuits.pop(call.path, None)

    def ban(self, now_ms: int) -> Blocked:
        """Send nothing for ten minutes."""
        self.banned_until_ms = now_ms + BAN_MS
        return Blocked(self.banned_until_ms, "the venue has shut out this address (HTTP 403); everything waits ten minutes")

    def _of(self, call: Call) -> _Circuit:
        return self._circuits.setdefault(call.path, _Circuit())
