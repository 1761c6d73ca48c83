"""The word a bot leaves for whoever watches it: its status as a file, marks of it in the journal. Neither is in the way of trading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from loguru import logger

from runner.live.marks import Marks
from runner.live.state import StateFolder
from runner.live.status import Status, leave
from runner.model.errors import RunnerError


@dataclass
class Word:
    """Of one bot. What cannot be told is said once, and stops nothing. mute: why nothing could be told last."""

    state: StateFolder
    marks: Marks
    mute: str = ""

    def leave(self, status: Callable[[], Status]) -> None:
        """Leave the status."""
        self._once(failing(lambda: leave(self.state, status())))

    def mark(self, closed_ms: int, status: Callable[[], Status]) -> None:
        """Mark the bar that has closed last, unless that was done or is too soon.

        A mark that cannot be written is left out; the next bar is tried again, not each event, for a journal that is locked takes time.
        """

        def keep() -> None:
            if self.marks.due(closed_ms):
                self.marks.keep(closed_ms, status())

        why = failing(keep)
        if why:
            self.marks.last_ms = closed_ms
            self._once(why)

    def _once(self, why: str) -> None:
        if why and self.mute != why:
            logger.error("{}", why)
        self.mute = why


def failing(tell: Callable[[], object]) -> str:
    """Why something cannot be told; '' once it is."""
    try:
        tell()
    except RunnerError as error:
        return "; ".join(problem.line() for problem in error.problems) or str(error)
    except Exception as error:  # noqa: BLE001 - whatever a figure trips over, trading goes on
        return f"the account's status cannot be told: {error!r}"
    return ""
