"""What tests of the live journal write into it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.journal.live import JournalError, LiveJournal
from runner.journal.live_schema import META
from runner.model.trading import FillKind, FillSeen, Origin


def execution(number: int = 1, at_ms: int = 1_000) -> FillSeen:
    """One execution with digits that a float would lose."""
    return FillSeen(
        execution_id=f"e{number}",
        order_id="o1",
        client_order_id="c1",
        symbol="BTCUSDT",
        side=-1,
        quantity=Decimal("0.0010"),
        price=Decimal("64000.10"),
        fee=Decimal("-0.00000001"),
        maker=True,
        kind=FillKind.TRADE,
        origin=Origin.STOP_LOSS,
        at_ms=at_ms,
    )


def one_of_each(journal: LiveJournal) -> None:
    """A row in every table that is only appended to."""
    journal.set_meta("config", "abc")
    journal.snapshot(journal.told(1, 2, b"\x00\xff"), b"ledger")
    journal.intent("c1", 3, "BTCUSDT", "entry", "p1", {"price": Decimal("1.50")})
    journal.fill(execution(), 4, "p1", "entry")
    journal.note(5, "halt", {"who": "me"})
    journal.counter("order")


def swallowing(journal: LiveJournal) -> None:
    """A batch that goes on after a part of it has failed."""
    with journal.batch():
        journal.note(1, "before", {})
        with pytest.raises(JournalError, match=r"UNIQUE|duplicate key"):
            journal._add(META, {"id": 1, "key": "schema", "value": "2"})
