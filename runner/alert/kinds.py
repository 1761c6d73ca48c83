"""What somebody is told about, how urgent each is unless said otherwise, and alerts of one account made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from runner.alert.alert import Alert, Severity


class Kind(StrEnum):
    """One kind of alert."""

    TRADE_OPENED = "trade_opened"
    TRADE_CLOSED = "trade_closed"
    HEADROOM = "headroom"
    STOP_MISSING = "stop_missing"
    BREACH = "breach"
    PHASE_PASSED = "phase_passed"
    PAUSED = "paused"
    HALT = "halt"
    RELEASE = "release"
    ORDER_FAILED = "order_failed"
    RECONCILIATION = "reconciliation"
    DATA_QUALITY = "data_quality"
    STREAM_DOWN = "stream_down"
    STREAM_UP = "stream_up"
    MISSED_TICK = "missed_tick"
    SILENT = "silent"
    SERVE_DIED = "serve_died"
    SERVE_STOPPED = "serve_stopped"
    SERVE_UP = "serve_up"
    STOPPED = "stopped"
    GUARD_ACTED = "guard_acted"
    UNGUARDED = "unguarded"
    GUARDED = "guarded"
    PAYOUT = "payout"
    INACTIVITY = "inactivity"
    RULES_CHANGED = "rules_changed"
    MONEY = "money"
    SUMMARY = "summary"
    UNWATCHED = "unwatched"
    FILE_GONE = "file_gone"
    FILE_BACK = "file_back"
    LEFT = "left"
    TEST = "test"


SEVERITIES: Mapping[Kind, Severity] = {
    Kind.TRADE_OPENED: Severity.INFO,
    Kind.TRADE_CLOSED: Severity.INFO,
    Kind.HEADROOM: Severity.CRITICAL,
    Kind.STOP_MISSING: Severity.CRITICAL,
    Kind.BREACH: Severity.CRITICAL,
    Kind.PHASE_PASSED: Severity.WARNING,
    Kind.PAUSED: Severity.WARNING,
    Kind.HALT: Severity.WARNING,
    Kind.RELEASE: Severity.INFO,
    Kind.ORDER_FAILED: Severity.WARNING,
    Kind.RECONCILIATION: Severity.CRITICAL,
    Kind.DATA_QUALITY: Severity.WARNING,
    Kind.STREAM_DOWN: Severity.WARNING,
    Kind.STREAM_UP: Severity.INFO,
    Kind.MISSED_TICK: Severity.CRITICAL,
    Kind.SILENT: Severity.CRITICAL,
    Kind.SERVE_DIED: Severity.CRITICAL,
    Kind.SERVE_STOPPED: Severity.WARNING,
    Kind.SERVE_UP: Severity.WARNING,
    Kind.STOPPED: Severity.INFO,
    Kind.GUARD_ACTED: Severity.CRITICAL,
    Kind.UNGUARDED: Severity.CRITICAL,
    Kind.GUARDED: Severity.WARNING,
    Kind.PAYOUT: Severity.WARNING,
    Kind.INACTIVITY: Severity.WARNING,
    Kind.RULES_CHANGED: Severity.WARNING,
    Kind.MONEY: Severity.INFO,
    Kind.SUMMARY: Severity.INFO,
    Kind.UNWATCHED: Severity.WARNING,
    Kind.FILE_GONE: Severity.CRITICAL,
    Kind.FILE_BACK: Severity.INFO,
    Kind.LEFT: Severity.INFO,
    Kind.TEST: Severity.INFO,
}


GOOD = frozenset(  # something is reached, or over
    {Kind.PHASE_PASSED, Kind.PAYOUT, Kind.RELEASE, Kind.STREAM_UP, Kind.GUARDED, Kind.SERVE_UP, Kind.FILE_BACK}
)
MOST_LETTERS, DIGITS = 200, 16  # of an id; of the digest at the end of one that would be longer


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Makes the alerts of one account. severities: where the usual urgency of a kind is not wanted."""

    account: str
    environment: str = ""
    severities: Mapping[Kind, Severity] = field(default_factory=dict)

    def tell(self, kind: Kind, event: str, title: str, text: str, at_ms: int, **more: Any) -> Alert:
        """An alert. event: what sets it apart within the account, `note.17`, the same each time it is found. more: subject, picture."""
        return Alert(
            id=shortened(f"{self.account or 'host'}.{'_'.join(event.split())}"),
            account=self.account,
            environment=self.environment,
            severity=self.severities.get(kind, SEVERITIES[kind]),
            kind=kind.value,
            title=title,
            text=text,
            at_ms=at_ms,
            **more,
        )


def shortened(name: str) -> str:
    """An id that is not too long; what is cut off still sets it apart from others that begin alike."""
    if len(name) <= MOST_LETTERS:
        return name
    return f"{name[: MOST_LETTERS - DIGITS - 1]}.{hashlib.sha256(name.encode()).hexdigest()[:DIGITS]}"
