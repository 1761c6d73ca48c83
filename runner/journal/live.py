"""The live journal of one account: what the machine was told, what was sent and why, what the venue did, what else happened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from sqlalchemy import RowMapping, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from runner.journal import lease as leases
from runner.journal.live_rows import FINAL, Filled, Intent, IntentState, Note, Step, dump, filled, intended, named
from runner.journal.live_schema import COUNTER, FILL, INTENT, META, NOTE, SNAPSHOT, STEP, TOLD
from runner.journal.live_store import Durable, JournalError, Store
from runner.model.errors import Problem, RunnerError
from runner.model.trading import FillSeen

PAGE = 1_000


class LeaseError(RunnerError):
    """Another bot trades the account's symbols."""


class LiveJournal:
    """The append-only record of a live account. One thread at a time; every call outside `batch` is a transaction of its own.

    refuses (JournalError, one line): a full disk, a folder that cannot be written, a damaged file, a newer version, a second writer.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._told = self._last(TOLD)

    @classmethod
    def open(cls, address: str | Path, *, account: str, durable: Durable = "crash", read_only: bool = False) -> Self:
        """The journal at a path or URL, made when it is not there. `durable`: what a committed row survives."""
        store = Store(address, account=account, durable=durable, read_only=read_only)
        try:
            return cls(store)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Everything written inside is one transaction; a batch within a batch is part of it."""
        before = self._told
        try:
            with self.store.transaction():
                yield
        except BaseException:
            self._told = before
            raise

    # --- what the machine was told ------------------------------------------------------------------------------------

    def told(self, time_ms: int, kind: int, payload: bytes) -> int:
        """Append one record that the machine is told; its number. Numbers have no gaps, so a second writer is found out."""
        with self.batch():
            number = self._told + 1
            self._add(TOLD, {"id": number, "time_ms": time_ms, "kind": kind, "payload": payload})
            self._told = number
        return number

    def all_told(self, after_id: int = 0) -> Iterator[tuple[int, int, int, bytes]]:
        """(number, time, kind, payload) of every record after that one, oldest first."""
        while True:
            rows = self._rows(select(TOLD).where(TOLD.c.id > after_id).order_by(TOLD.c.id).limit(PAGE))
            for row in rows:
                after_id = row["id"]
                yield row["id"], row["time_ms"], row["kind"], bytes(row["payload"])
            if len(rows) < PAGE:
                return

    @property
    def last_told(self) -> int:
        """Number of the newest record that the machine was told; 0 when there is none."""
        return self._told

    def snapshot(self, after_id: int, payload: bytes) -> None:
        """The ledger as it stands after a record of what was told."""
        self._add(SNAPSHOT, {"after_id": after_id, "payload": payload})

    def last_snapshot(self) -> tuple[int, bytes] | None:
        """The newest snapshot: (record it was taken after, payload)."""
        row = self._newest(SNAPSHOT)
        return None if row is None else (row["after_id"], bytes(row["payload"]))

    # --- orders -------------------------------------------------------------------------------------------------------

    def intent(self, client_order_id: str, time_ms: int, symbol: str, role: str, plan: str, request: Mapping[str, Any]) -> None:
        """Write down an order before it is sent. JournalError for an id that was used before."""
        row = {"client_order_id": client_order_id, "time_ms": time_ms, "symbol": symbol, "role": role, "plan": plan}
        with self.batch():
            if not self._add_new(INTENT, row | {"request": dump(request)}):
                raise self.store.error(f"expected a client order id that was never used, was {client_order_id!r}")
            self.step(client_order_id, time_ms, IntentState.INTENDED)

    def step(self, client_order_id: str, time_ms: int, state: str, order_id: str = "", detail: str = "") -> None:
        """What has become of an intent."""
        state = IntentState(state).value
        self._add(STEP, {"client_order_id": client_order_id, "time_ms": time_ms, "state": state, "order_id": order_id, "detail": detail})

    def open_intents(self) -> list[Intent]:
        """Intents of which something may still come, oldest first."""
        return self._intents(STEP.c.state.not_in([state.value for state in FINAL]))

    def intents(self, since_ms: int = 0) -> list[Intent]:
        """Every intent from then on, oldest first."""
        return self._intents(INTENT.c.time_ms >= since_ms)

    def intent_of(self, client_order_id: str) -> Intent | None:
        """The intent of that id; None when there is none."""
        return next(iter(self._intents(INTENT.c.client_order_id == client_order_id)), None)

    def steps(self, since_ms: int = 0) -> list[Step]:
        """Everything that became of intents from then on, in the order it was written."""
        rows = self._rows(select(STEP).where(STEP.c.time_ms >= since_ms).order_by(STEP.c.id))
        return [Step(**named(row, Step) | {"state": IntentState(row["state"])}) for row in rows]

    # --- executions ---------------------------------------------------------------------------------------------------

    def fill(self, fill: FillSeen, time_ms: int, plan: str, role: str) -> bool:
        """Append an execution; False, and nothing written, when it is known already."""
        seen = asdict(fill) | {name: str(getattr(fill, name)) for name in ("quantity", "price", "fee", "kind", "origin")}
        with self.batch():
            return self._add_new(FILL, seen | {"time_ms": time_ms, "plan": plan, "role": role})

    def fills(self, since_ms: int = 0) -> list[Filled]:
        """Executions at the venue from then on (venue's time), in the order they were written."""
        return [filled(row) for row in self._rows(select(FILL).where(FILL.c.at_ms >= since_ms).order_by(FILL.c.id))]

    def fills_of(self, client_order_id: str) -> list[Filled]:
        """Executions of one order, in the order they were written."""
        return [filled(row) for row in self._rows(select(FILL).where(FILL.c.client_order_id == client_order_id).order_by(FILL.c.id))]

    def last_fill_ms(self) -> int:
        """The venue's time of the newest execution; 0 before the first."""
        return int(self._value(select(func.coalesce(func.max(FILL.c.at_ms), 0))))

    # --- everything else ----------------------------------------------------------------------------------------------

    def note(self, time_ms: int, kind: str, detail: Mapping[str, Any]) -> None:
        """Append something else that happened."""
        self._add(NOTE, {"time_ms": time_ms, "kind": kind, "detail": dump(detail)})

    def notes(self, kind: str | None = None, since_ms: int = 0) -> list[Note]:
        """Notes of a kind, or all, in the order they were written."""
        wanted = select(NOTE).where(NOTE.c.time_ms >= since_ms).order_by(NOTE.c.id)
        rows = self._rows(wanted if kind is None else wanted.where(NOTE.c.kind == kind))
        return [Note(time_ms=row["time_ms"], kind=row["kind"], detail=json.loads(row["detail"])) for row in rows]

    def last_note(self, kind: str, before_ms: int | None = None) -> Note | None:
        """The newest note of a kind, or the newest of before an instant; None before the first."""
        wanted = select(NOTE).where(NOTE.c.kind == kind)
        wanted = wanted if before_ms is None else wanted.where(NOTE.c.time_ms < before_ms)
        rows = self._rows(wanted.order_by(NOTE.c.id.desc()).limit(1))
        return Note(time_ms=rows[0]["time_ms"], kind=kind, detail=json.loads(rows[0]["detail"])) if rows else None

    def meta(self, key: str) -> str | None:
        """What was last set under that name."""
        rows = self._rows(select(META).where(META.c.key == key).order_by(META.c.id.desc()).limit(1))
        return rows[0]["value"] if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Set a value; the ones before stay written."""
        self._add(META, {"key": key, "value": value})

    def counter(self, name: str) -> int:
        """The next number of that name, from 1; never given twice, also not after a restart."""
        with self.batch():
            number = int(self._value(select(func.coalesce(func.max(COUNTER.c.value), 0)).where(COUNTER.c.name == name))) + 1
            self._add(COUNTER, {"name": name, "value": number})
        return number

    def lease(self, owner: str, symbols: Sequence[str], now_ms: int, ttl_ms: int) -> None:
        """Take or renew the symbols for `ttl_ms`. LeaseError naming the holder when another living bot has one of them."""
        with self.store.transaction() as connection:
            other = leases.held(connection, owner, symbols, now_ms)
            if other is not None:
                raise LeaseError("another bot is at work", [Problem(path=self.store.account, message=other.line())])
            leases.take(connection, owner, symbols, now_ms + ttl_ms)

    def release(self, owner: str) -> None:
        """Give back what this process holds under that name."""
        with self.store.transaction() as connection:
            leases.drop(connection, owner)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _add(self, table: Table, row: Mapping[str, Any]) -> None:
        with self.store.transaction() as connection:
            connection.execute(table.insert(), row)

    def _add_new(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Add a row unless its unique column is taken; whether it was added."""
        insert = sqlite.insert(table) if self.store.sqlite else postgresql.insert(table)
        with self.store.transaction() as connection:
            return connection.execute(insert.on_conflict_do_nothing(), row).rowcount > 0

    def _rows(self, query: Any) -> Sequence[RowMapping]:
        with self.store.transaction() as connection:
            return connection.execute(query).mappings().all()

    def _value(self, query: Any) -> Any:
        with self.store.transaction() as connection:
            return connection.execute(query).scalar()

    def _newest(self, table: Table) -> RowMapping | None:
        rows = self._rows(select(table).order_by(table.c.id.desc()).limit(1))
        return rows[0] if rows else None

    def _last(self, table: Table) -> int:
        return int(self._value(select(func.coalesce(func.max(table.c.id), 0))))

    def _intents(self, wanted: Any) -> list[Intent]:
        inner = STEP.alias("newest")
        last = select(func.max(inner.c.id)).where(inner.c.client_order_id == INTENT.c.client_order_id).scalar_subquery()
        state = [STEP.c.state, STEP.c.time_ms.label("state_ms"), STEP.c.order_id, STEP.c.detail]
        query = select(INTENT, *state).select_from(INTENT).join(STEP, STEP.c.id == last).where(wanted).order_by(INTENT.c.id)
        return [intended(row) for row in self._rows(query)]


__all__ = ["Filled", "Intent", "IntentState", "JournalError", "LeaseError", "LiveJournal", "Note", "Step"]
