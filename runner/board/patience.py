"""A connection that never finishes what it asks is closed, so that nobody can hold all of them with a letter now and then."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

PATIENCE_S = 15.0  # for a whole request


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it; a look now and then at whether anything has been finished since the last one."""

    patience_s = PATIENCE_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connects."""
        super().connection_made(transport)
        self._seen: RequestResponseCycle | None = None
        self._next = self.loop.call_later(self.patience_s, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._next.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        cycle: Any = self.cycle
        answering = cycle is not None and not cycle.response_complete and not cycle.more_body
        if not answering and cycle is self._seen:
            self.transport.close()
            return
        self._seen = cycle
        self._next = self.loop.call_later(self.patience_s, self._look)
