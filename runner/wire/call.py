"""One request to a venue, ready to be sent: where, what, and how urgent it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal


class Urgency(IntEnum):
    """Who goes first when requests are scarce; the larger number waits."""

    PROTECTIVE = 0  # stops and exits
    CANCEL = 1
    ENTRY = 2
    QUERY = 3


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request. per_second: what the venue allows of this path a second; None = only what it allows an address."""

    method: Literal["GET", "POST"]
    path: str
    payload: Mapping[str, Any]
    urgency: Urgency = Urgency.QUERY
    signed: bool = True
    per_second: int | None = None

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice is the same as sending it once."""
        return self.method == "GET"

    def with_payload(self, **more: Any) -> Call:
        """The same request, saying more."""
        payload = {**self.payload, **more}
        return Call(
            method=self.method, path=self.path, payload=payload, urgency=self.urgency, signed=self.signed, per_second=self.per_second
        )
