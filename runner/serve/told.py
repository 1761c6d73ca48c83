"""What serve says: a line on stderr, and alerts into the outbox, from which another process sends them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from runner.alert.alert import Alert, Severity
from runner.alert.outbox import Outbox
from runner.live.keys import REDACTOR
from runner.model.errors import RunnerError
from runner.serve.child import clock

type Level = Literal["critical", "warning", "info"]


class Whose(Protocol):
    """A run as it is told of."""

    @property
    def run(self) -> str:
        """`hyro_2step.fvg`."""
        ...

    @property
    def account(self) -> str:
        """'' for the host's own."""
        ...

    @property
    def environment(self) -> str:
        """Which of the venue's worlds."""
        ...


@dataclass
class Told:
    """Where lines and alerts go. A full disk keeps nobody from going on."""

    home: Path
    now_ms: Callable[[], int]

    def say(self, text: str) -> None:
        """A line with its time, without secrets."""
        with suppress(OSError):
            sys.stderr.write(f"{clock(self.now_ms())}  {REDACTOR.text(text)}\n")
            sys.stderr.flush()

    def alert(self, level: Level, kind: str, whose: Whose, title: str, text: str, at_ms: int) -> None:
        """Say it, and put it into the outbox. at_ms: the time of a tick or an end; of one run, kind and time it is told once."""
        self.say(f"{level.upper()}  {title}: {text}")
        alert = Alert(
            id=f"serve.{kind}.{whose.run}@{at_ms}".replace(" ", "_")[:200],
            account=whose.account,
            environment=whose.environment,
            severity=Severity(level),
            kind=kind,
            title=title,
            text=text,
            at_ms=self.now_ms(),
            subject=whose.run,
        )
        try:
            with Outbox.of(self.home) as outbox:
                outbox.put(alert)
        except RunnerError as error:
            self.say(f"an alert could not be kept: {'; '.join(each.line() for each in error.problems)}")
