"""What nobody can have meant is kept back before it is sent."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from runner.live.last_look import LastLook
from runner.live.outcome import Reaction, Rejected
from runner.model.trading import AmendRequest, Contract, OrderKind, OrderRequest

CONTRACT = Contract(
    symbol="BTCUSDT",
    tick=Decimal("0.1"),
    step=Decimal("0.001"),
    min_quantity=Decimal("0.001"),
    max_quantity=Decimal(100),
    max_market_quantity=Decimal(50),
    min_notional=Decimal(5),
    max_leverage=Decimal(100),
    funding_interval_ms=28_800_000,
    trading=True,
)


def looking(leverage: float | None = 10.0, last: float = 50_000.0) -> LastLook:
    """An account of 10,000 and a market at 50,000."""
    account = cast(Any, SimpleNamespace(follower=SimpleNamespace(balance=10_000.0)))
    return LastLook(account=account, contracts={"BTCUSDT": CONTRACT}, last={"BTCUSDT": last}, leverage=leverage)


def order(quantity: str = "0.1", price: str = "49000.0", *, reduce_only: bool = False) -> OrderRequest:
    """A limit that buys."""
    return OrderRequest(
        client_order_id="a",
        symbol="BTCUSDT",
        side=1,
        kind=OrderKind.LIMIT,
        quantity=Decimal(quantity),
        price=Decimal(price),
        reduce_only=reduce_only,
    )


@pytest.mark.parametrize(
    "request_",
    [order(), order(price="20000.0", reduce_only=True), AmendRequest(client_order_id="a", symbol="BTCUSDT", price=Decimal("20000.0"))],
    ids=["an entry near the market", "a target far from it", "a target moved far from it"],
)
def test_what_can_be_meant_goes_out(request_: OrderRequest | AmendRequest) -> None:
    """Exits may rest far from the market, entries near it."""
    looking()(request_)


@pytest.mark.parametrize(
    ("request_", "slip"),
    [(order(price="20000.0"), "PRICE_FAR"), (order(quantity="2.1"), "NOTIONAL_TOO_LARGE"), (order(quantity="0.0005"), "QUANTITY")],
    ids=["an entry far from the market", "more than ten times the balance", "half a step"],
)
def test_what_cannot_be_meant_counts_as_rejected(request_: OrderRequest, slip: str) -> None:
    """Nothing is sent, and nothing is tried again."""
    with pytest.raises(Rejected, match=slip) as refused:
        looking()(request_)
    assert refused.value.reaction is Reaction.DROP
