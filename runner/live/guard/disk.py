"""Writing where the disk may not take it: the guard goes on, says so once, and writes what it missed when it can again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from runner.live.guard.peaks import Entry, append, heal
from runner.model.errors import RunnerError


class Disk:
    """What could not be written of one account, by part, and the lines of its record that still have to be."""

    def __init__(self, peaks: Path, say: Callable[[str], None]) -> None:
        self.peaks, self.say = peaks, say
        self.failing: dict[str, str] = {}
        self.missed: list[Entry] = []

    @property
    def line(self) -> str:
        """What is not written now; "" when everything is."""
        return "; ".join(dict.fromkeys(self.failing.values()))

    def took(self, part: str, write: Callable[[], None]) -> bool:
        """Write a part; told when it fails for the first time, and when it is written again."""
        try:
            write()
        except RunnerError as error:
            if part not in self.failing:
                self.say(f"not written, guarding goes on: the {part} ({error.problems[0].line()})")
            self.failing[part] = error.problems[0].line()
            return False
        if self.failing.pop(part, None) is not None:
            self.say(f"written again: the {part}")
        return True

    def note(self, entry: Entry) -> None:
        """Add a line to the record, after those that it has missed."""
        self.missed.append(entry)
        self.catch_up()

    def catch_up(self) -> None:
        """Write the lines that are missing, in their order."""
        if self.missed:
            self.took("record of peaks", self._append)

    def _append(self) -> None:
        """One line after the other; a line that an earlier try has cut short is taken off first."""
        if "record of peaks" in self.failing:
            with suppress(OSError):
                heal(self.peaks)
        while self.missed:
            append(self.peaks, self.missed[0])
            self.missed.pop(0)
