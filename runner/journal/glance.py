"""A look at a living journal from outside: a few rows out of a year of them, found by their numbers, never by reading everything.

Rows are numbered as they are written and written as things happen, so that an instant is found by halving. Nothing is changed and
nobody is kept from writing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, RowMapping, Table, func, literal, select

from runner.journal.live_rows import Intent, Note, intended
from runner.journal.live_schema import INTENT, NOTE, STEP
from runner.journal.live_store import Store

MARK = "mark"


class Glance:
    """A journal that is only looked at. JournalError, one line, for one that is not there, is none, or is of a newer version."""

    def __init__(self, address: str | Path, *, account: str) -> None:
        self.store = Store(address, account=account, durable="crash", read_only=True, whole=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def marks(self, since_ms: int, most: int) -> list[Note]:
        """How the account stood from then on, oldest first: every mark, or evenly many of them where there are more than `most`."""
        with self.store.transaction() as connection:
            mine = NOTE.c.kind == MARK
            last = connection.execute(select(func.max(NOTE.c.id)).where(mine)).scalar()
            if last is None:
                return []
            first = self._first(connection, NOTE, since_ms, mine)
            step = max(1, -(-(last - first + 1) // most))
            chosen = select(NOTE).where(mine, NOTE.c.id >= first)
            if step > 1:
                chosen = select(NOTE).where(NOTE.c.id.in_(self._every(first, last, step)))
            return [_note(row) for row in connection.execute(chosen.order_by(NOTE.c.id)).mappings()]

    def notes(self, since_ms: int, most: int, *, only: Sequence[str] = (), without: Sequence[str] = (MARK,)) -> list[Note]:
        """What else happened from then on, newest first: notes of these kinds, or all without those; marks are left out."""
        with self.store.transaction() as connection:
            others = NOTE.c.kind != MARK  # a mark's time is its bar's, which may have closed long before it was written
            first = self._first(connection, NOTE, since_ms, others)
            mine = NOTE.c.kind.in_(only) if only else NOTE.c.kind.not_in(without)
            wanted = select(NOTE).where(NOTE.c.id >= first, mine).order_by(NOTE.c.id.desc()).limit(most)
            return [_note(row) for row in connection.execute(wanted).mappings()]

    def intents(self, since_ms: int, most: int) -> list[Intent]:
        """Orders from then on with what became of them, newest first."""
        with self.store.transaction() as connection:
            first = self._first(connection, INTENT, since_ms)
            newest = STEP.alias("newest")
            last = select(func.max(newest.c.id)).where(newest.c.client_order_id == INTENT.c.client_order_id).scalar_subquery()
            state = [STEP.c.state, STEP.c.time_ms.label("state_ms"), STEP.c.order_id, STEP.c.detail]
            query = select(INTENT, *state).select_from(INTENT).join(STEP, STEP.c.id == last).where(INTENT.c.id >= first)
            return [intended(row) for row in connection.execute(query.order_by(INTENT.c.id.desc()).limit(most)).mappings()]

    def _every(self, first: int, last: int, step: int) -> Any:
        """Numbers of marks, each the first at or after every `step`-th number, and the newest one."""
        points = select(literal(first).label("at")).cte("points", recursive=True)
        points = points.union_all(select(points.c.at + step).where(points.c.at + step < last))
        beside = NOTE.alias("beside")
        found = select(func.min(beside.c.id)).where(beside.c.kind == MARK, beside.c.id >= points.c.at).scalar_subquery()
        return select(found).select_from(points).union(select(literal(last)))

    def _first(self, connection: Connection, table: Table, since_ms: int, *wanted: Any) -> int:
        """The number from which rows are of that instant or later; one beyond the newest where none is."""
        low = 1
        high = int(connection.execute(select(func.coalesce(func.max(table.c.id), 0)).where(*wanted)).scalar() or 0) + 1
        while low < high:
            middle = (low + high) // 2
            row = self._from(connection, table, middle, wanted)
            if row is None or row["time_ms"] >= since_ms:
                high = middle
            else:
                low = int(row["id"]) + 1
        return low

    def _from(self, connection: Connection, table: Table, number: int, wanted: Sequence[Any]) -> RowMapping | None:
        """The first row of that number or a higher one."""
        row = select(table.c.id, table.c.time_ms).where(table.c.id >= number, *wanted).order_by(table.c.id).limit(1)
        return connection.execute(row).mappings().first()


def _note(row: RowMapping) -> Note:
    return Note(time_ms=row["time_ms"], kind=row["kind"], detail=json.loads(row["detail"]))
