"""The last look at an order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from runner.live.fat_finger import FatFingerError, Slip, Surroundings, look
from runner.model.trading import AmendRequest, Contract, OrderKind, OrderRequest, ProtectRequest

D = Decimal
CONTRACT = Contract(
    symbol="X",
    tick=D("0.1"),
    step=D("0.01"),
    min_quantity=D("0.02"),
    max_quantity=D(100),
    max_market_quantity=D(50),
    min_notional=D(5),
    max_leverage=D(100),
    funding_interval_ms=1,
    trading=True,
)
AROUND = Surroundings(contract=CONTRACT, last=D(100), balance=D(1_000), leverage=D(2))
LIMIT = OrderRequest(client_order_id="a", symbol="X", side=1, kind=OrderKind.LIMIT, quantity=D(1), price=D(100), stop=D(90))
MARKET = replace(LIMIT, kind=OrderKind.MARKET, price=None)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(LIMIT, id="as it should be"),
        pytest.param(replace(LIMIT, price=D(80), stop=None), id="just near enough"),
        pytest.param(replace(LIMIT, quantity=D(20)), id="all the account can carry"),
        pytest.param(replace(LIMIT, quantity=D("0.05"), stop=None), id="just worth enough"),
        pytest.param(replace(MARKET, quantity=D(50), reduce_only=True, stop=None), id="an exit is as large as it must be"),
        pytest.param(replace(MARKET, quantity=D("0.02"), reduce_only=True, stop=None), id="and as small"),
        pytest.param(replace(LIMIT, side=-1, stop=D(110)), id="a sell with its stop above"),
        pytest.param(ProtectRequest(symbol="X", stop=D(0)), id="taking a stop away"),
        pytest.param(AmendRequest(client_order_id="a", symbol="X", price=D(110)), id="a change"),
    ],
)
def test_passes(request_: OrderRequest | AmendRequest | ProtectRequest) -> None:
    """What can be meant is let through."""
    look(request_, AROUND)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (replace(LIMIT, price=D("79.9"), stop=None), "PRICE_FAR X price=79.9 last=100 limit_fraction=0.2"),
        (replace(LIMIT, price=D("120.1")), "PRICE_FAR X price=120.1 last=100 limit_fraction=0.2"),
        (replace(LIMIT, stop=D("39.9")), "PRICE_FAR X price=39.9 last=100 limit_fraction=0.6"),
        (replace(LIMIT, price=D("100.05")), "PRICE_OFF_TICK X price=100.05 tick=0.1"),
        (replace(LIMIT, price=D(-1)), "PRICE_NOT_POSITIVE X price=-1"),
        (replace(LIMIT, quantity=D("1.005")), "QUANTITY_OFF_STEP X quantity=1.005 step=0.01"),
        (replace(LIMIT, quantity=D("0.01")), "QUANTITY_TOO_SMALL X quantity=0.01 limit=0.02"),
        (replace(LIMIT, quantity=D(0)), "QUANTITY_TOO_SMALL X quantity=0 limit=0.02"),
        (replace(LIMIT, quantity=D("100.01")), "QUANTITY_TOO_LARGE X quantity=100.01 limit=100"),
        (replace(MARKET, quantity=D("50.01")), "QUANTITY_TOO_LARGE X quantity=50.01 limit=50"),
        (replace(LIMIT, quantity=D("20.01")), "NOTIONAL_TOO_LARGE X notional=2001.00 limit=2000"),
        (replace(MARKET, quantity=D("0.04")), "NOTIONAL_TOO_SMALL X notional=4.00 limit=5"),
        (replace(LIMIT, stop=D(100)), "STOP_ON_WRONG_SIDE X stop=100 price=100"),
        (replace(LIMIT, side=-1), "STOP_ON_WRONG_SIDE X stop=90 price=100"),
        (AmendRequest(client_order_id="a", symbol="X", trigger_price=D(121)), "PRICE_FAR X price=121 last=100 limit_fraction=0.2"),
        (AmendRequest(client_order_id="a", symbol="X", quantity=D(101)), "QUANTITY_TOO_LARGE X quantity=101 limit=100"),
        (ProtectRequest(symbol="X", stop=D("90.05")), "PRICE_OFF_TICK X price=90.05 tick=0.1"),
    ],
)
def test_refuses(request_: OrderRequest | AmendRequest | ProtectRequest, message: str) -> None:
    """What nobody can mean is refused with the number measured and its limit."""
    with pytest.raises(FatFingerError) as caught:
        look(request_, AROUND)
    assert caught.value.title == message
    assert caught.value.slip in Slip
