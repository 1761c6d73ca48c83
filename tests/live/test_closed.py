"""Trades from flat to flat, as executions tell them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.live.closed import closed, profit_factor
from runner.model.trading import FillKind, FillSeen, Origin


def fill(
    side: int, quantity: str, price: str, at_ms: int, fee: str = "0", kind: FillKind = FillKind.TRADE, symbol: str = "BTCUSDT"
) -> FillSeen:
    """An execution."""
    return FillSeen(
        execution_id=f"{symbol}{at_ms}",
        order_id="",
        client_order_id="",
        symbol=symbol,
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(price),
        fee=Decimal(fee),
        maker=False,
        kind=kind,
        origin=Origin.USER,
        at_ms=at_ms,
    )


FUNDING = fill(1, "2", "100", 15, fee="0.5", kind=FillKind.FUNDING)


@pytest.mark.parametrize(
    ("fills", "expected"),
    [
        ([fill(1, "2", "100", 10)], []),
        ([fill(1, "2", "100", 10, "1"), fill(-1, "2", "110", 20, "1")], [(1, 10, 20, "2", "18")]),
        ([fill(-1, "2", "100", 10), fill(1, "2", "110", 20)], [(-1, 10, 20, "2", "-20")]),
        ([fill(1, "1", "100", 10), fill(1, "1", "120", 12), fill(-1, "1", "120", 20), fill(-1, "1", "130", 30)], [(1, 10, 30, "2", "30")]),
        ([fill(1, "2", "100", 10), FUNDING, fill(-1, "2", "110", 20)], [(1, 10, 20, "2", "19.5")]),
        (
            [fill(1, "1", "100", 10), fill(-1, "3", "110", 20, "3"), fill(1, "2", "100", 30)],
            [(1, 10, 20, "1", "9"), (-1, 20, 30, "2", "18")],
        ),
        ([fill(-1, "2", "110", 20), fill(1, "2", "100", 10)], [(1, 10, 20, "2", "20")]),  # told late
        ([fill(1, "1", "1", 10), fill(1, "1", "1", 11, symbol="ETHUSDT"), fill(-1, "1", "2", 20)], [(1, 10, 20, "1", "1")]),
    ],
)
def test_trades(fills: list[FillSeen], expected: list[tuple[int, int, int, str, str]]) -> None:
    """Partly closed, enlarged, turned round, with funding, told out of order, beside another symbol's."""
    found = [(each.side, each.opened_ms, each.closed_ms, each.quantity, each.result) for each in closed(fills)]
    assert found == [(side, opened, over, Decimal(quantity), Decimal(result)) for side, opened, over, quantity, result in expected]


def test_profit_factor() -> None:
    """Won over lost; none where nothing was lost."""
    won, lost = [fill(1, "1", "100", 10), fill(-1, "1", "130", 20)], [fill(1, "1", "100", 30), fill(-1, "1", "90", 40)]
    assert profit_factor(closed([*won, *lost])) == 3.0
    assert profit_factor(closed(won)) is None
