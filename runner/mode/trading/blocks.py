"""Why a bot takes no entry just now."""

from __future__ import annotations

from collections.abc import Callable

from runner.live.clock import Clock
from runner.live.state import StateFolder, halted


def blocked(state: StateFolder, clock: Clock, up: Callable[[], bool] = lambda: True) -> Callable[[str], str]:
    """'' where an entry may be taken: nobody has halted the account, and the streams are heard."""

    def block(_symbol: str) -> str:
        halt = halted(state, clock.now_ms())
        if halt is not None:
            return halt.line()
        return "" if up() else "the streams are down"

    return block
