"""How an account stands, as its bot last said: one file that desk, alerts and doctor read instead of the journal.

Money is in the account's currency, quantities and prices are text as the venue writes them, times are UTC milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from runner.live.state import StateFolder, written

LAYOUT = 1
THAW = "put right at the venue what is there, then start its bot once with mode.unfreeze=true"


@dataclass(frozen=True, kw_only=True)
class RuleStatus:
    """A rule of the running phase that is measured. headroom: what is left in the rule's own unit; share_left: of its allowance, 0 to 1."""

    rule: str  # its path in the account, program.phases.challenge.rules.daily
    code: str
    firm: bool  # False: the house's own
    value: float | None = None
    limit: float | None = None
    headroom: float | None = None
    share_left: float | None = None


@dataclass(frozen=True, kw_only=True)
class PositionStatus:
    """An open position and its stop at the venue; stop '' is a position without one.

    venue: what the venue holds, below zero where it is short, where that is not what the ledger holds and nobody knows why; '' where they
    agree. What the account is worth does not count the difference.
    """

    symbol: str
    side: int
    quantity: str
    entry: str
    mark: str = ""
    stop: str = ""
    targets: tuple[str, ...] = ()
    open_result: float | None = None
    strategy: str = ""
    opened_ms: int = 0
    venue: str = ""

    def otherwise(self) -> str:
        """What the venue holds and the ledger does not, in words; '' where they agree."""
        if not self.venue:
            return ""
        there = f"{sided(-1 if self.venue.startswith('-') else 1)} {self.venue.lstrip('-')}" if self.venue != "0" else "nothing"
        if not self.entry:
            return f"{self.symbol} {there} is open at the venue and not in the ledger"
        return f"{self.symbol}: the venue holds {there}, the ledger {sided(self.side)} {self.quantity}"


@dataclass(frozen=True, kw_only=True)
class FrozenStatus:
    """A symbol that takes no entry until somebody has looked, and why."""

    symbol: str
    why: str

    def line(self) -> str:
        """`BTCUSDT takes no entry: frozen, order 17 is not ours`."""
        return f"{self.symbol} takes no entry: frozen, {self.why}"


@dataclass(frozen=True, kw_only=True)
class OrderStatus:
    """An order of ours that rests at the venue, or of which something may still come."""

    client_order_id: str
    symbol: str
    side: int
    kind: str
    quantity: str
    price: str = ""
    role: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Status:
    """An account. state: active, target_reached, passed, paused, failed; why: in words, '' where nothing is to be said.

    worst_case: equity if every position closed at its stop and every resting entry filled and was stopped; None where it is not known.
    days, days_needed: trading days that count. next_bar_ms: the next instant at which something is decided, 0 when nothing will be.
    """

    account: str
    environment: str
    mode: str
    pid: int
    at_ms: int
    firm: str = ""
    program: str = ""
    phase: str = ""
    state: str = "active"
    why: str = ""
    halted: str = ""
    strategies: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    currency: str = ""
    initial: float = 0.0
    balance: float = 0.0
    equity: float = 0.0
    worst_case: float | None = None
    day_result: float | None = None
    target: float | None = None
    days: int = 0
    days_needed: int = 0
    last_trade_ms: int = 0
    next_bar_ms: int = 0
    rules: tuple[RuleStatus, ...] = ()
    positions: tuple[PositionStatus, ...] = ()
    orders: tuple[OrderStatus, ...] = ()
    frozen: tuple[FrozenStatus, ...] = ()
    config_hash: str = ""
    version: str = ""
    layout: int = field(default=LAYOUT)

    @property
    def uncounted(self) -> tuple[PositionStatus, ...]:
        """Positions that the venue holds otherwise than the ledger: equity, worst case and rules leave the difference out."""
        return tuple(each for each in self.positions if each.venue)

    def record(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return asdict(self)

    def mark(self) -> dict[str, Any]:
        """The same without its orders and without what says nothing: what the journal keeps of each bar close; `of_record` reads it."""
        return _said(self, left_out=("orders",)) | {"layout": self.layout}


def sided(side: int) -> str:
    """`long` or `short`."""
    return "long" if side > 0 else "short"


def _said(each: Any, left_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a dataclass that differ from their defaults."""
    made: dict[str, Any] = {}
    for known in fields(each):
        value = getattr(each, known.name)
        if known.name not in left_out and value != known.default:
            made[known.name] = [_said(part) if is_dataclass(part) else part for part in value] if isinstance(value, tuple) else value
    return made


def file_of(state: StateFolder) -> Path:
    """Where it lies."""
    return state.root / "status.json"


def leave(state: StateFolder, status: Status) -> None:
    """Put it in place of the last one. UnwritableError when the disk does not take it."""
    written(file_of(state), status.record(), lasting=False)


def read(state: StateFolder) -> Status | None:
    """The last one; None where none was left, or it is of another version."""
    try:
        return of_record(json.loads(file_of(state).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def spoilt(state: StateFolder) -> bool:
    """Whether there is one that cannot be read: then nothing is known of the account, which is not the same as nothing told yet."""
    return file_of(state).exists() and read(state) is None


def of_record(record: Mapping[str, Any]) -> Status:
    """A status as it was written, or a mark of the journal. ValueError, TypeError or KeyError for what is none."""
    if record["layout"] != LAYOUT:
        raise ValueError(f"layout: expected {LAYOUT}, was {record['layout']}")
    parts = {
        "rules": tuple(RuleStatus(**each) for each in record.get("rules", ())),
        "positions": tuple(PositionStatus(**each | {"targets": tuple(each.get("targets", ()))}) for each in record.get("positions", ())),
        "orders": tuple(OrderStatus(**each) for each in record.get("orders", ())),
        "frozen": tuple(FrozenStatus(**each) for each in record.get("frozen", ())),
        "strategies": tuple(record.get("strategies", ())),
        "symbols": tuple(record.get("symbols", ())),
    }
    return Status(**{**record, **parts})
