"""The last few results worked out of whole objects, found again by the very same objects."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any


class Recent:
    """Keeps the last `size` results. Objects are told apart by identity and held meanwhile, so that none takes another's place.

    For what many runs in one process have in common: a rule book, bars, an account. Nobody changes a result he is given.
    """

    def __init__(self, size: int = 32) -> None:
        self.size = size
        self._kept: dict[Hashable, tuple[Any, Any]] = {}

    def once[T](self, of: tuple[Any, ...], make: Callable[[], T], *also: Hashable) -> T:
        """What `make` gives for these objects and, by value, `also`."""
        key = (*map(id, of), *also)
        found = self._kept.get(key)
        if found is None:
            found = (of, make())
            self._kept[key] = found
            for oldest in list(self._kept)[: max(0, len(self._kept) - self.size)]:
                self._kept.pop(oldest, None)
        made: T = found[1]
        return made
