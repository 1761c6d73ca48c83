"""What is written: one alert, a batch of warnings, a day's digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from runner.alert.alert import Alert, Severity
from runner.alert.kinds import GOOD
from runner.alert.post import Look, Message

MOST_SHOWN = 100  # alerts in one message; the others are counted
MOST_PICTURES = 10
LOOKS = {Severity.CRITICAL: Look.FAILURE, Severity.WARNING: Look.WARNING, Severity.INFO: Look.INFO}


def urgent(alerts: Sequence[Alert]) -> Message:
    """Critical alerts, every one with its id."""
    first, more = alerts[0], f" and {len(alerts) - 1} more" if len(alerts) > 1 else ""
    return message(Severity.CRITICAL, f"{first.line}{more}", alerts, [told(alert) for alert in alerts])


def batch(alerts: Sequence[Alert]) -> Message:
    """Warnings, those of one kind, account and subject once, with how many more there were."""
    groups: dict[tuple[str, str, str], list[Alert]] = {}
    for alert in alerts:
        groups.setdefault((alert.whose, alert.kind, alert.subject), []).append(alert)
    shown = list(groups.values())
    parts = [
        told(first) + (f"\n{len(rest)} more of the same, the last at {clock(rest[-1].at_ms)}" if rest else "") for first, *rest in shown
    ]
    first, more = shown[0][0], f" and {len(shown) - 1} more" if len(shown) > 1 else ""
    return message(Severity.WARNING, f"{first.line}{more}", alerts, cut(parts))


def digest(alerts: Sequence[Alert]) -> Message:
    """What else has happened, by account, oldest first."""
    ordered = sorted(alerts, key=lambda alert: (alert.account, alert.at_ms))
    title = ordered[0].line if len(ordered) == 1 else f"{len(ordered)} messages"
    return message(Severity.INFO, title, ordered, cut([told(alert) for alert in ordered]))


def message(severity: Severity, title: str, alerts: Sequence[Alert], parts: Sequence[str]) -> Message:
    """What is sent. Where everything in it is good news it says so, and looks so."""
    good = all(alert.kind in GOOD for alert in alerts)
    word, look = ("GOOD NEWS", Look.SUCCESS) if good else (severity.name, LOOKS[severity])
    return Message(title=f"{word} {title}", body="\n\n".join(parts), pictures=pictures(alerts), look=look)


def told(alert: Alert) -> str:
    """An alert in full: account, what, when, what to do, id."""
    return f"{alert.line} ({clock(alert.at_ms)})\n{alert.text}\n[{alert.id}]"


def cut(parts: list[str]) -> list[str]:
    """As many as anybody reads, and how many there are besides."""
    hidden = len(parts) - MOST_SHOWN
    return parts if hidden <= 0 else [*parts[:MOST_SHOWN], f"and {hidden} more"]


def pictures(alerts: Iterable[Alert]) -> tuple[tuple[str, bytes], ...]:
    """Their pictures, the first few."""
    found = [(f"{alert.id}.png", alert.picture) for alert in alerts if alert.picture is not None]
    return tuple(found[:MOST_PICTURES])


def clock(at_ms: int) -> str:
    """An instant as people read it."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
