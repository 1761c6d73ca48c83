"""The tables of a live account's journal, version 1, for SQLite and PostgreSQL.

Every row is written once: triggers refuse changes and deletions. Times are UTC milliseconds, decimals are text.

meta        key, value; the row that was written last counts. schema = 1
told        what the machine was told, in order and without a gap: its ledger is rebuilt by telling it again
snapshot    the ledger after a record of `told`, so that a restart need not begin at the first one
intent      an order that is to be sent, written before it is
step        what became of an intent; the last row is its state
fill        an execution at the venue, each once
note        what else happened: reconnects, findings, deposits, refusals, latencies, halts
counter     numbers that are never given twice
lease       who trades a symbol now: the only rows that change
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text

VERSION = 1
METADATA = MetaData()


def _id() -> Column[int]:
    """A row number; SQLite numbers by itself only what is an INTEGER."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


META = Table("meta", METADATA, _id(), _text("key"), _text("value"))
TOLD = Table(
    "told", METADATA, _id(), _time("time_ms"), Column("kind", Integer, nullable=False), Column("payload", LargeBinary, nullable=False)
)
SNAPSHOT = Table("snapshot", METADATA, _id(), _time("after_id"), Column("payload", LargeBinary, nullable=False))
INTENT = Table(
    "intent",
    METADATA,
    _id(),
    Column("client_order_id", Text, nullable=False, unique=True),
    _time("time_ms"),
    *(_text(name) for name in ("symbol", "role", "plan", "request")),
)
STEP = Table(
    "step", METADATA, _id(), _text("client_order_id"), _time("time_ms"), *(_text(name) for name in ("state", "order_id", "detail"))
)
FILL = Table(
    "fill",
    METADATA,
    _id(),
    Column("execution_id", Text, nullable=False, unique=True),
    *(_text(name) for name in ("order_id", "client_order_id", "symbol")),
    Column("side", Integer, nullable=False),
    *(_text(name) for name in ("quantity", "price", "fee")),
    Column("maker", Boolean, nullable=False),
    *(_text(name) for name in ("kind", "origin")),
    _time("at_ms"),
    _time("time_ms"),
    *(_text(name) for name in ("plan", "role")),
)
NOTE = Table("note", METADATA, _id(), _time("time_ms"), _text("kind"), _text("detail"))
COUNTER = Table("counter", METADATA, _id(), _text("name"), _time("value"), UniqueConstraint("name", "value"))
LEASE = Table(
    "lease",
    METADATA,
    Column("symbol", Text, primary_key=True),
    *(_text(name) for name in ("owner", "host")),
    Column("pid", Integer, nullable=False),
    _text("started"),
    _time("until_ms"),
)
Index("step_of_order", STEP.c.client_order_id, STEP.c.id)
Index("fill_by_time", FILL.c.at_ms)
Index("fill_of_order", FILL.c.client_order_id, FILL.c.id)
Index("note_by_kind", NOTE.c.kind, NOTE.c.id)

APPEND_ONLY = (META, TOLD, SNAPSHOT, INTENT, STEP, FILL, NOTE, COUNTER)
SAID = "the journal is append-only"


def make(connection: Connection, schema: str | None) -> None:
    """The tables and what keeps them append-only, in an empty database or an empty schema of it."""
    METADATA.create_all(connection, checkfirst=False)
    for statement in sqlite_triggers() if schema is None else postgres_triggers(connection, schema):
        connection.execute(text(statement))


def sqlite_triggers() -> list[str]:
    """SQL that makes SQLite refuse to change or remove a row."""
    body = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    changes = [(table.name, change) for table in APPEND_ONLY for change in ("UPDATE", "DELETE")]
    return [f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {body}" for table, change in changes]


def postgres_triggers(connection: Connection, schema: str) -> list[str]:
    """SQL that makes PostgreSQL refuse to change, remove or truncate a row."""
    place = connection.dialect.identifier_preparer.quote(schema)
    refuse = f"CREATE FUNCTION {place}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
    head = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON"
    tail = f"FOR EACH STATEMENT EXECUTE FUNCTION {place}.refuse()"
    return [refuse, *(f"{head} {place}.{table.name} {tail}" for table in APPEND_ONLY)]
