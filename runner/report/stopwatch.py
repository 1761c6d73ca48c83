"""Wall-clock seconds by stage: the only figures of a run that may differ between two equal runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Stopwatch:
    """Adds up how long each stage takes."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self._since: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; entered again, it adds to the same."""
        self._since[name] = perf_counter()
        try:
            yield
        finally:
            self._spent[name] = self._spent.get(name, 0.0) + perf_counter() - self._since.pop(name)

    def seconds(self) -> dict[str, float]:
        """Seconds by stage so far, a stage that still runs included."""
        now = perf_counter()
        return self._spent | {name: self._spent.get(name, 0.0) + now - since for name, since in self._since.items()}
