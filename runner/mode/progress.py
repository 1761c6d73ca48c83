"""How far a command is that plays much: bars on a terminal."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any, Self

from runner.odds.engine import Told


@dataclass
class Progress:
    """A bar on the terminal for each thing that is played; nothing where there is no terminal."""

    shown: Any = field(default=None)

    def __enter__(self) -> Self:
        """Draw, where somebody looks."""
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bars

            self.shown = Bars(console=Console(stderr=True), transient=True)
            self.shown.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the bars."""
        if self.shown is not None:
            self.shown.stop()

    def told(self, name: str) -> Told | None:
        """What counts the starts of `name`."""
        if self.shown is None:
            return None
        task, shown = self.shown.add_task(name, total=None), self.shown
        return lambda done, whole: shown.update(task, completed=done, total=whole)
