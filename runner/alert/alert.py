"""One thing that somebody is told about an account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

NAMED = re.compile(r"^\S{1,200}$")


class Severity(StrEnum):
    """How urgent an alert is."""

    CRITICAL = "critical"  # at once, at least once
    WARNING = "warning"  # several in one message
    INFO = "info"  # in the daily digest, at most once


@dataclass(frozen=True, kw_only=True)
class Alert:
    """What is told. `id`: the same for the same event, whoever finds it and however often; two alerts of one id are one.

    account: whom it is about, '' for the host itself. environment: which of the venue's worlds. title: one line. text: what has happened
    and what to do next. subject: what sets alerts of one kind apart, a symbol or a rule; several of one are counted instead of repeated.
    picture: PNG. at_ms: when it happened, UTC milliseconds. ValueError for an id with blanks in it and an unknown severity.
    """

    id: str
    account: str
    severity: Severity
    kind: str
    title: str
    text: str
    at_ms: int
    picture: bytes | None = None
    subject: str = ""
    environment: str = ""

    def __post_init__(self) -> None:
        if not NAMED.match(self.id):
            raise ValueError(f"expected an id without blanks, of at most 200 letters, was {self.id!r}")
        object.__setattr__(self, "severity", Severity(self.severity))

    @property
    def whose(self) -> str:
        """Account and environment, as they stand in front of every message."""
        return f"{self.account}@{self.environment}" if self.environment else self.account or "host"

    @property
    def line(self) -> str:
        """The alert in one line."""
        return f"{self.whose} {self.title}"
