"""How an exchange is set up: what it lists, whom it knows, what it charges, how exact it is about it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from runner.rehearsal.core.listing import Listing

BTC = Listing(symbol="BTCUSDT", base="BTC", tick=Decimal("0.1"), step=Decimal("0.001"), min_quantity=Decimal("0.001"))
ETH = Listing(symbol="ETHUSDT", base="ETH", tick=Decimal("0.01"), step=Decimal("0.01"), min_quantity=Decimal("0.01"))
SOL = Listing(symbol="SOLUSDT", base="SOL", tick=Decimal("0.001"), step=Decimal("0.1"), min_quantity=Decimal("0.1"))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of each there may be per symbol."""

    active: int = 500
    conditional: int = 10
    partial: int = 20


@dataclass(frozen=True, kw_only=True)
class Setup:
    """One account at one exchange. `slippage` is a fraction; `depth`: what one order can take at once, by symbol (absent: everything)."""

    listings: tuple[Listing, ...] = (BTC, ETH, SOL)
    balance: Decimal = Decimal(10_000)
    coin: str = "USDT"
    prices: Mapping[str, Decimal] = field(default_factory=dict)  # the first price of each market's key; absent: 100
    slippage: Decimal = Decimal(0)
    depth: Mapping[str, Decimal] = field(default_factory=dict)
    leverage: Decimal = Decimal(10)
    isolated: bool = False
    hedge: bool = False
    start_ms: int = 1_767_225_600_000
    seed: int = 1
    limits: Limits = Limits()
    retention_ms: int = 7 * 86_400_000  # closed orders are told for so long
    unfilled_ms: int = 86_400_000  # those that never filled for so long
    check_margin: bool = True
