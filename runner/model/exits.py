"""In which order a strategy's exits complete its plans."""

from __future__ import annotations

from collections.abc import Mapping

from runner.model.block import Exit

PARTS = ("stop", "targets", "trail", "break_even", "")


def ordered(exits: Mapping[str, Exit]) -> dict[str, Exit]:
    """The exits by name in the order in which they may rely on each other: stops, targets, trail, break-even, the rest.

    What an exit is, it says itself (`part`); one that does not is taken at the name it was given.
    """

    def rank(name: str) -> int:
        part = exits[name].part or name
        return PARTS.index(part) if part in PARTS else len(PARTS)

    return {name: exits[name] for name in sorted(exits, key=rank)}
