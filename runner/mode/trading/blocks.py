"""Why a bot takes no entry just now."""

from __future__ import annotations

from collections.abc import Callable

from runner.live.clock import Clock
from runner.live.state import StateFolder, halts, line_of


def blocked(state: StateFolder, clock: Clock, up: Callable[[], bool] = lambda: True) -> Callable[[str], str]:
    """'' where an entry may be taken: nobody has halted the account, and the streams are heard."""

    def block(_symbol: str) -> str:
        halted = line_of(halts(state, clock.now_ms()))
        return halted or ("" if up() else "the streams are down")

    return block
