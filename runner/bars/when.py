"""Rows and UTC milliseconds as people read them."""

from __future__ import annotations

from datetime import UTC, datetime


def row_name(index: int) -> str:
    """`row 1` for the first row: messages count as people and spreadsheets do, a header not counted."""
    return f"row {int(index) + 1}"


def when(time_ms: int) -> str:
    """`2023-01-03 20:00 UTC`; seconds only where they are not zero."""
    try:
        moment = datetime.fromtimestamp(int(time_ms) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return f"{int(time_ms)} ms"
    return f"{moment:%Y-%m-%d %H:%M}{f':{moment:%S}' if moment.second else ''} UTC"
