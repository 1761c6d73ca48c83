"""What a live journal has been given since somebody last looked: rows by number, for readers that follow it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Table, select

from runner.journal.live import LiveJournal
from runner.journal.live_rows import Filled, Note, filled
from runner.journal.live_schema import FILL, INTENT, NOTE, TOLD

PAGE = 1_000


def notes_after(journal: LiveJournal, number: int) -> list[tuple[int, Note]]:
    """(number, note) of the next notes after that one, oldest first, a page at most."""
    rows = _after(journal, NOTE, number)
    return [(row["id"], Note(time_ms=row["time_ms"], kind=row["kind"], detail=json.loads(row["detail"]))) for row in rows]


def fills_after(journal: LiveJournal, number: int) -> list[tuple[int, Filled]]:
    """(number, execution) of the next executions after that one, in the order they were written, a page at most."""
    return [(row["id"], filled(row)) for row in _after(journal, FILL, number)]


def request_of(journal: LiveJournal, client_order_id: str) -> dict[str, Any]:
    """What was asked of the venue under that id; {} where nothing was."""
    rows = _rows(journal, select(INTENT.c.request).where(INTENT.c.client_order_id == client_order_id))
    return dict(json.loads(rows[0]["request"])) if rows else {}


def told_between(journal: LiveJournal, since_ms: int, until_ms: int, kind: int) -> list[bytes]:
    """What the machine was told of one kind within a span, the newest few thousand, oldest first."""
    wanted = select(TOLD.c.payload).where(TOLD.c.kind == kind, TOLD.c.time_ms >= since_ms, TOLD.c.time_ms <= until_ms)
    return [bytes(row["payload"]) for row in reversed(_rows(journal, wanted.order_by(TOLD.c.id.desc()).limit(5 * PAGE)))]


def _after(journal: LiveJournal, table: Table, number: int) -> Sequence[RowMapping]:
    return _rows(journal, select(table).where(table.c.id > number).order_by(table.c.id).limit(PAGE))


def _rows(journal: LiveJournal, query: Any) -> Sequence[RowMapping]:
    with journal.store.transaction() as connection:
        return connection.execute(query).mappings().all()
