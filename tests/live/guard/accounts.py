"""Accounts as the guard may find them."""

from __future__ import annotations

from decimal import Decimal

from runner.live.guard.view import Floor, Held, Resting, Terms, View
from runner.model.trading import Contract, OrderKind, OrderSeen, OrderState, Origin, PositionSeen, WalletSeen

NOW = 1_760_000_000_000
FREE = Terms(taker_fee=0.0, slippage=0.0)


def contract(symbol: str = "BTCUSDT") -> Contract:
    """A contract in steps of a thousandth and ticks of a tenth."""
    return Contract(
        symbol=symbol,
        tick=Decimal("0.10"),
        step=Decimal("0.001"),
        min_quantity=Decimal("0.001"),
        max_quantity=Decimal(100),
        max_market_quantity=Decimal(50),
        min_notional=Decimal(5),
        max_leverage=Decimal(100),
        funding_interval_ms=28_800_000,
        trading=True,
    )


def position(symbol: str = "BTCUSDT", **changes: object) -> PositionSeen:
    """One coin bought at 100, stopped at 98, marked where it was bought."""
    given = {
        "symbol": symbol,
        "side": 1,
        "quantity": Decimal(1),
        "average_price": Decimal(100),
        "mark": Decimal(100),
        "liquidation": None,
        "leverage": Decimal(10),
        "stop": Decimal(98),
        "trail_distance": None,
        "margin": Decimal(10),
        "hedge": False,
        "updated_ms": NOW,
    }
    return PositionSeen(**(given | changes))  # type: ignore[arg-type]


def held(symbol: str = "BTCUSDT", bare_since_ms: int | None = None, stops: tuple[Decimal, ...] = (), **changes: object) -> Held:
    """An open position with its contract."""
    return Held(position=position(symbol, **changes), contract=contract(symbol), bare_since_ms=bare_since_ms, stops=stops)


def resting(symbol: str = "BTCUSDT", **changes: object) -> Resting:
    """A bid for one coin at 99 whose stop is at 97."""
    given = {
        "order_id": f"o-{symbol}",
        "client_order_id": "c1",
        "symbol": symbol,
        "side": 1,
        "kind": OrderKind.LIMIT,
        "state": OrderState.NEW,
        "quantity": Decimal(1),
        "filled": Decimal(0),
        "price": Decimal(99),
        "average_price": None,
        "trigger_price": None,
        "reduce_only": False,
        "origin": Origin.USER,
        "stop": Decimal(97),
        "reason": "",
        "updated_ms": NOW,
    }
    return Resting(order=OrderSeen(**(given | changes)))  # type: ignore[arg-type]


def wallet(equity: float = 1_000.0, maintenance: float = 0.0) -> WalletSeen:
    """An account's money."""
    money = Decimal(repr(equity))
    return WalletSeen(balance=money, equity=money, available=money, margin=Decimal(0), maintenance=Decimal(repr(maintenance)), at_ms=NOW)


def floor(level: float = 900.0, allowance: float = 100.0, margin: float = 0.1, until_ms: int | None = NOW + 3_600_000) -> Floor:
    """A daily floor a hundred below, a tenth of which stays free: steered under 905, everything closed under 902.5."""
    return Floor(key="rules.daily", code="DAILY_LOSS", level=level, allowance=allowance, margin=margin, until_ms=until_ms)


def view(*parts: Held | Resting, equity: float = 1_000.0, floors: tuple[Floor, ...] = (), **changes: object) -> View:
    """An account that pays neither fees nor slippage."""
    return View(
        **{  # type: ignore[arg-type]
            "now_ms": NOW,
            "account": "hyro",
            "wallet": wallet(equity),
            "held": tuple(part for part in parts if isinstance(part, Held)),
            "resting": tuple(part for part in parts if isinstance(part, Resting)),
            "floors": floors,
            "terms": FREE,
        }
        | changes
    )
