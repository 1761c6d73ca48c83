"""What a live journal tells back: intents with their state, what became of them, executions, notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping

from runner.model.trading import FillKind, FillSeen, Origin


class IntentState(StrEnum):
    """What became of an order that was to be sent."""

    INTENDED = "intended"  # written down, not yet sent
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    UNKNOWN = "unknown"  # silence: only asking tells
    ADOPTED = "adopted"  # it was found at the venue
    ABSENT = "absent"  # the venue knows nothing of it, and cannot any more
    FILLED = "filled"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more can come of it."""
        return self in FINAL


FINAL = (IntentState.REJECTED, IntentState.ABSENT, IntentState.FILLED, IntentState.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Intent:
    """An order that was to be sent, and what is known of it."""

    client_order_id: str
    time_ms: int
    symbol: str
    role: str
    plan: str
    request: Mapping[str, Any]
    state: IntentState
    state_ms: int
    order_id: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that became of an intent."""

    client_order_id: str
    time_ms: int
    state: IntentState
    order_id: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Filled:
    """An execution as journaled: `time_ms` is when we heard of it."""

    fill: FillSeen
    time_ms: int
    plan: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something else that happened."""

    time_ms: int
    kind: str
    detail: Mapping[str, Any]


def intended(row: RowMapping) -> Intent:
    """An intent as its row and its newest step tell it."""
    return Intent(**named(row, Intent) | {"request": json.loads(row["request"]), "state": IntentState(row["state"])})


def filled(row: RowMapping) -> Filled:
    """An execution as its row tells it, digit by digit."""
    money = {name: Decimal(row[name]) for name in ("quantity", "price", "fee")}
    seen = named(row, FillSeen) | money | {"kind": FillKind(row["kind"]), "origin": Origin(row["origin"])}
    return Filled(fill=FillSeen(**seen), time_ms=row["time_ms"], plan=row["plan"], role=row["role"])


def named(row: RowMapping, cls: type[Any]) -> dict[str, Any]:
    """The columns that a class has fields for."""
    return {field.name: row[field.name] for field in fields(cls)}


def dump(value: Mapping[str, Any]) -> str:
    """JSON whose decimals are text; the same value gives the same bytes."""
    return json.dumps(value, default=str, sort_keys=True, separators=(",", ":"))
