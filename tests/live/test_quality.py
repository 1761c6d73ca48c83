"""Execution figures of orders whose story is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from runner.journal.live import LiveJournal
from runner.live.quality import quality
from tests.journal.live_cases import execution


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[LiveJournal]:
    """An empty journal."""
    with LiveJournal.open(tmp_path / "journal.db", account="a") as opened:
        yield opened


def order(journal: LiveJournal, number: int, *states: tuple[int, str], kind: str = "market", price: str | None = None) -> None:
    """An order of plan 7 that is intended at its number times a thousand, and what became of it so much later."""
    at = 1_000 * number
    journal.intent(f"c{number}", at, "BTCUSDT", "ENTRY", "7.0", {"kind": kind, "price": price, "trigger_price": None})
    for later, state in states:
        journal.step(f"c{number}", at + later, state, "o")


def fill(journal: LiveJournal, number: int, later: int, heard: int, price: str = "100", side: int = 1) -> None:
    """An execution of it, and when we heard of it."""
    at = 1_000 * number + later
    seen = replace(execution(number, at), client_order_id=f"c{number}", price=Decimal(price), side=side)
    journal.fill(seen, at + heard, "7.0", "ENTRY")


def test_nothing_has_no_shares(journal: LiveJournal) -> None:
    """An account without orders misses no target."""
    figures = quality(journal)
    assert (figures.orders, figures.filled_share, figures.failed_share, figures.missed, figures.latency) == (0, None, None, (), {})


def test_shares_of_what_became_of_orders(journal: LiveJournal) -> None:
    """Three of four at market were filled; one of six was absent, one rejected, one was unknown for a while."""
    for number in (1, 2):
        order(journal, number, (20, "acknowledged"), (60, "filled"))
    order(journal, 3, (5_000, "unknown"), (6_000, "adopted"), (6_010, "filled"))
    order(journal, 4, (5_000, "absent"))
    order(journal, 5, (20, "rejected"))
    order(journal, 6, (20, "acknowledged"), (900, "cancelled"), kind="limit", price="90")
    figures = quality(journal)
    assert (figures.orders, figures.filled_share) == (6, 0.75)
    assert figures.failed_share == pytest.approx(1 / 6)
    assert figures.rejected_share == pytest.approx(1 / 6)
    assert figures.unknown_share == pytest.approx(1 / 6)
    assert figures.missed == ("filled 75.0%, wanted more than 90 %", "failed 16.7%, wanted less than 1 %")


def test_latency_by_stage(journal: LiveJournal) -> None:
    """From the journal to the venue's yes, to the execution, to us."""
    for number, wait in ((1, 20), (2, 40), (3, 90)):
        order(journal, number, (wait, "acknowledged"), (wait + 50, "filled"))
        fill(journal, number, wait + 10, heard=5 * number)
    stages = quality(journal).latency
    assert (stages["sending"].count, stages["sending"].median_ms, stages["sending"].longest_ms) == (3, 40, 90)
    assert (stages["executing"].median_ms, stages["hearing"].p99_ms) == (10, 15)


@pytest.mark.parametrize(
    ("side", "price", "own", "slip"),
    [(1, "101", None, 100.0), (-1, "101", None, -100.0), (1, "99", "100", -100.0), (-1, "99", "100", 100.0)],
    ids=["bought higher", "sold higher", "bought under its limit", "sold under its trigger"],
)
def test_slippage_is_against_the_plan(journal: LiveJournal, side: int, price: str, own: str | None, slip: float) -> None:
    """Above zero is against us; an order's own price counts before its plan's reference."""
    order(journal, 1, (20, "acknowledged"), (60, "filled"), price=own)
    fill(journal, 1, 30, 5, price, side)
    figures = quality(journal, planned={"7": 100.0 if own is None else 50.0})
    assert figures.slippage_bps == pytest.approx(slip)
    assert figures.worst_slippage_bps == pytest.approx(slip)
    assert quality(journal).slippage_bps is None or own is not None


def test_only_orders_of_the_span_count(journal: LiveJournal) -> None:
    """From its beginning up to its end."""
    for number in (1, 2, 3):
        order(journal, number, (20, "acknowledged"), (60, "filled"))
    assert quality(journal, since_ms=2_000, until_ms=3_000).orders == 1
