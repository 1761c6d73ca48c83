"""Executions grouped to trades: from flat to flat, with every cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.ladder.trades import trades_of
from runner.live.worth import Worth
from runner.model.trading import FillKind, FillSeen, Origin

D = Decimal


def fill(at_ms: int, flow: str, price: str, fee: str = "0", *, symbol: str = "BTCUSDT", order: str = "", funding: bool = False) -> FillSeen:
    """An execution; `flow` is signed."""
    return FillSeen(
        execution_id=str(at_ms),
        order_id="",
        client_order_id=order,
        symbol=symbol,
        side=1 if D(flow) > 0 else -1,
        quantity=abs(D(flow)),
        price=D(price),
        fee=D(fee),
        maker=False,
        kind=FillKind.FUNDING if funding else FillKind.TRADE,
        origin=Origin.USER,
        at_ms=at_ms,
    )


@pytest.mark.parametrize(
    ("fills", "profits"),
    [
        ([fill(1, "2", "100", "0.1"), fill(2, "-2", "103", "0.2")], ["5.7"]),
        ([fill(1, "-2", "100"), fill(2, "2", "103")], ["-6"]),
        ([fill(1, "2", "100"), fill(2, "-1", "103"), fill(3, "-1", "99")], ["2"]),
        ([fill(1, "1", "100"), fill(2, "1", "102"), fill(3, "-2", "103")], ["4"]),
        ([fill(1, "1", "100"), fill(2, "-3", "101"), fill(3, "2", "100")], ["1", "2"]),
        ([fill(1, "1", "100"), fill(2, "1", "100", "0.5", funding=True), fill(3, "-1", "100")], ["-0.5"]),
        ([fill(1, "1", "100")], []),
        (
            [fill(1, "1", "100"), fill(2, "1", "10", symbol="ETHUSDT"), fill(3, "-1", "90"), fill(4, "-1", "11", symbol="ETHUSDT")],
            ["-10", "1"],
        ),
        ([fill(2, "-2", "103"), fill(1, "2", "100")], ["6"]),
    ],
)
def test_profits(fills: list[FillSeen], profits: list[str]) -> None:
    """Wins, losses, partial exits, additions, turns, funding, several symbols, another order of reading."""
    assert [trade.profit for trade in trades_of(fills)] == [D(profit) for profit in profits]


def test_a_trade_knows_when_it_was_and_what_opened_it() -> None:
    """The orders that opened it, not those that closed it; from its first execution to its last."""
    (trade,) = trades_of([fill(5, "1", "100", order="a"), fill(6, "1", "100", order="b"), fill(9, "-2", "101", order="c")])
    assert (trade.opened_ms, trade.closed_ms, trade.orders) == (5, 9, ("a", "b"))


def test_contracts_of_another_size() -> None:
    """A point of a contract of 50 is worth 50."""
    (trade,) = trades_of([fill(1, "1", "100"), fill(2, "-1", "101")], Worth(sizes={"BTCUSDT": D(50)}))
    assert trade.profit == 50
