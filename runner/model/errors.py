"""What is wrong, where, what was expected and what is near: problems a user can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong. `path` is a dotted config path or a file; `where` names the file it stands in."""

    path: str
    message: str
    where: str = ""

    def line(self) -> str:
        """The problem as one line of text."""
        return "  ".join(part for part in (self.path, self.message, self.where) if part)


class RunnerError(Exception):
    """Base of everything we raise on purpose; the command line prints it without a traceback and exits with 2."""

    def __init__(self, title: str, problems: Sequence[Problem] = ()) -> None:
        self.title = title
        self.problems = tuple(problems)
        super().__init__(title)

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {problem.line()}" for problem in self.problems)])


class ConfigError(RunnerError):
    """The configuration will not run; `problems` lists everything found at once."""


class OccupiedError(ConfigError):
    """Another process is at this work already, of which there is one at a time; nothing was done, and later it may be free."""


class DataError(RunnerError):
    """Bars, funding or calendar data cannot be used; names file, row and value."""


class UnwritableError(RunnerError):
    """The disk does not take what must be written; nothing is wrong with the configuration, and trying again may help."""


class BlockError(RunnerError):
    """A block does not do what its room asks for; names the block and what was expected of it."""
