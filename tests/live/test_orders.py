"""Our orders: ids that are never given twice, written down before they are sent, taken up after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from runner.journal.live import IntentState, JournalError, LiveJournal
from runner.live.orders import Orders, Purpose
from runner.model.records import Reason
from runner.model.trading import FillKind, FillSeen, OrderKind, OrderRequest, Origin

ENTRY = Purpose(symbol="AAA", role=Reason.ENTRY, plan=7)
TARGET = Purpose(symbol="AAA", role=Reason.TARGET, plan=7, step=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journal is."""
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[LiveJournal]:
    """One that is empty."""
    with LiveJournal.open(path, account="mine") as opened:
        yield opened


def orders_of(journal: LiveJournal) -> Orders:
    """The orders as a bot that starts has them."""
    orders = Orders(journal, "mine", "demo")
    orders.restore()
    return orders


def request(name: str, price: str | None = "99.5") -> OrderRequest:
    """A limit order for two."""
    return OrderRequest(
        client_order_id=name,
        symbol="AAA",
        side=1,
        kind=OrderKind.LIMIT if price else OrderKind.MARKET,
        quantity=Decimal(2),
        price=None if price is None else Decimal(price),
    )


def execution(name: str, quantity: str, number: int) -> FillSeen:
    """Part of it."""
    return FillSeen(
        execution_id=f"x{number}",
        order_id="v1",
        client_order_id=name,
        symbol="AAA",
        side=1,
        quantity=Decimal(quantity),
        price=Decimal("99.5"),
        fee=Decimal(0),
        maker=True,
        kind=FillKind.TRADE,
        origin=Origin.USER,
        at_ms=5,
    )


def test_no_id_is_given_twice(path: Path) -> None:
    """Of no purpose, and by no later life of the bot, also when nothing came of the first; all begin alike and are short enough."""
    given: list[str] = []
    for _ in range(3):
        with LiveJournal.open(path, account="mine") as journal:
            orders = orders_of(journal)
            given += [orders.new_id(purpose) for purpose in (ENTRY, TARGET, ENTRY) for _ in range(20)]
    assert len(set(given)) == len(given) == 180
    assert len({name.split("-")[0] for name in given}) == 1
    assert all(len(name) <= 36 and set(name) <= set("0123456789abcdefghijklmnopqrstuvwxyz-") for name in given)


def test_ids_of_one_plan_are_known_by_their_second_part(journal: LiveJournal) -> None:
    """However often its entry is sent."""
    orders = orders_of(journal)
    other = Purpose(symbol="AAA", role=Reason.ENTRY, plan=8)
    places = [orders.new_id(purpose).split("-")[1] for purpose in (ENTRY, ENTRY, other)]
    assert places == ["e7", "e7", "e8"]


def test_an_order_is_written_down_before_it_is_sent(path: Path, journal: LiveJournal) -> None:
    """Another reader of the journal finds it as soon as it is intended."""
    orders = orders_of(journal)
    order = orders.intend(ENTRY, request(orders.new_id(ENTRY)), 5)
    assert order.uncertain
    with LiveJournal.open(path, account="mine", read_only=True) as reader:
        (intent,) = reader.open_intents()
    assert (intent.client_order_id, intent.state, intent.role, intent.plan) == (order.id, IntentState.INTENDED, "ENTRY", "7.0")


def test_an_id_is_sent_once(journal: LiveJournal) -> None:
    """The journal refuses the second one."""
    orders = orders_of(journal)
    name = orders.new_id(ENTRY)
    orders.intend(ENTRY, request(name), 5)
    with pytest.raises(JournalError, match="never used"):
        orders.intend(ENTRY, request(name), 6)


@pytest.mark.parametrize("state", list(IntentState))
@pytest.mark.parametrize("price", ["99.5", None], ids=["limit", "market"])
def test_a_restart_takes_up_what_is_open(path: Path, state: IntentState, price: str | None) -> None:
    """With what has filled of it; what has ended is not open, but known for what it was."""
    with LiveJournal.open(path, account="mine") as journal:
        orders = orders_of(journal)
        before = orders.intend(TARGET, request(orders.new_id(TARGET), price), 5)
        orders.step(before, state, 6, "v1")
        for number, part in enumerate(("0.5", "0.25")):
            journal.fill(execution(before.id, part, number), 7, "7.2", "TARGET")
    with LiveJournal.open(path, account="mine") as journal:
        orders = orders_of(journal)
        assert orders.purpose_of(before.id) == TARGET
        assert list(orders.open) == ([] if state.final else [before.id])
        for order in orders.of("AAA"):
            assert order.filled == Decimal("0.75")
            for name in ("purpose", "kind", "side", "quantity", "price", "state", "sent_ms"):
                assert getattr(order, name) == getattr(before, name), name


def test_only_our_ids_are_ours(journal: LiveJournal, tmp_path: Path) -> None:
    """Those of somebody else, of another journal's bot, and none at all are not."""
    orders = orders_of(journal)
    with LiveJournal.open(tmp_path / "other.db", account="other") as another:
        foreign = Orders(another, "other", "demo").new_id(ENTRY)
    assert orders.is_ours(orders.new_id(ENTRY))
    assert [orders.is_ours(name) for name in (foreign, "", "web_123")] == [False, False, False]
    assert [orders.purpose_of(name) for name in (foreign, "", f"{orders.tag}-e0-0-zz")] == [None, None, None]
