"""Times that are forbidden: windows around releases, and what a bar has to do with them."""

from __future__ import annotations

from runner.machine.compiled import compiled


@compiled
def forbidden(forbids: int, members: int, s: int, action: int, time: int, release: int, before_ms: int, after_ms: int) -> bool:
    """Is `action` (a bit of `Forbidden`) on symbol number `s` at `time` inside the window around `release`, and forbidden there?

    forbids: bits of what the rule forbids. members: bits of the symbols it targets. Both edges belong to the window.
    """
    inside = release - before_ms <= time <= release + after_ms
    return inside and (forbids & action) != 0 and ((members >> s) & 1) == 1
