"""Parts that were built before, found again by the very objects they were built of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from runner.check.assemble import Assembler


class Known:
    """What the jobs of one command have in common is built once.

    Parts are told apart by identity, texts and tuples by value. Everything a part was made of is held as long as this lives, so that no
    other object takes its identity.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def content(self, section: Any) -> str:
        """A text that stands for what plain data says, wherever it was composed."""
        return self.once("content", (section,), lambda: json.dumps(section, default=repr))

    def once[T](self, what: str, of: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What `make` gives for these objects and texts, made once."""
        key = named(what, of)
        if key not in self._kept:
            self._kept[key] = (of, make())
        made: T = self._kept[key][1]
        return made

    def built(self, what: str, of: tuple[Any, ...], work: Assembler, make: Callable[[], Any]) -> Any:
        """A part the assembler makes, with what it counted; one with a fault is made again each time, and reported each time."""
        key = named(what, of)
        if key in self._kept:
            made, counts = self._kept[key][1]
            work.count(*counts)
            return made
        faults, unknown, before = work.faults(), len(work.unknown), work.counts()
        made = make()
        if work.faults() == faults and len(work.unknown) == unknown:
            self._kept[key] = (of, (made, tuple(now - then for now, then in zip(work.counts(), before, strict=True))))
        return made


def named(what: str, of: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key under which a part is kept."""
    return (what, *(part if isinstance(part, str | tuple) else id(part) for part in of))
