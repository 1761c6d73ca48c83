"""The last look at an order before it is sent: no price far from the market, no size beyond the account, nothing off the venue's grid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from runner.model.errors import RunnerError
from runner.model.trading import AmendRequest, Contract, OrderKind, OrderRequest, ProtectRequest


class Slip(StrEnum):
    """What is wrong with an order."""

    PRICE_FAR = "PRICE_FAR"
    PRICE_OFF_TICK = "PRICE_OFF_TICK"
    PRICE_NOT_POSITIVE = "PRICE_NOT_POSITIVE"
    QUANTITY_OFF_STEP = "QUANTITY_OFF_STEP"
    QUANTITY_TOO_SMALL = "QUANTITY_TOO_SMALL"
    QUANTITY_TOO_LARGE = "QUANTITY_TOO_LARGE"
    NOTIONAL_TOO_SMALL = "NOTIONAL_TOO_SMALL"
    NOTIONAL_TOO_LARGE = "NOTIONAL_TOO_LARGE"
    STOP_ON_WRONG_SIDE = "STOP_ON_WRONG_SIDE"


class FatFingerError(RunnerError):
    """An order of ours that nobody can have meant; it was not sent."""

    def __init__(self, slip: Slip, symbol: str, **numbers: Decimal) -> None:
        self.slip, self.numbers = slip, numbers
        super().__init__(f"{slip} {symbol} {' '.join(f'{name}={value:f}' for name, value in numbers.items())}")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What an order is held against. far_fraction: how far from the last price a price may lie; stop_fraction: the same for stops."""

    contract: Contract
    last: Decimal
    balance: Decimal
    leverage: Decimal
    far_fraction: Decimal = Decimal("0.2")
    stop_fraction: Decimal = Decimal("0.6")


def look(request: OrderRequest | AmendRequest | ProtectRequest, around: Surroundings) -> None:
    """Refuse what cannot be meant: FatFingerError with the measured number and its limit. None where nothing is wrong."""
    match request:
        case OrderRequest():
            _order(request, around)
        case AmendRequest():
            _prices(request.symbol, (request.price, request.trigger_price), around)
            if request.quantity is not None:
                _quantity(request.symbol, request.quantity, around.contract.max_quantity, around)
        case ProtectRequest():
            _prices(request.symbol, (), around, stop=request.stop or None)


def _order(request: OrderRequest, around: Surroundings) -> None:
    contract = around.contract
    _prices(request.symbol, (request.price, request.trigger_price), around, stop=request.stop)
    most = contract.max_quantity if request.kind is OrderKind.LIMIT else contract.max_market_quantity
    _quantity(request.symbol, request.quantity, most, around)
    price = request.price or request.trigger_price or around.last
    if not request.reduce_only:
        _notional(request.symbol, request.quantity * price, around)
    if request.stop is not None and (price - request.stop) * request.side <= 0:
        raise FatFingerError(Slip.STOP_ON_WRONG_SIDE, request.symbol, stop=request.stop, price=price)


def _prices(symbol: str, prices: tuple[Decimal | None, ...], around: Surroundings, stop: Decimal | None = None) -> None:
    """Positive, on the tick, near the market."""
    near = [(price, around.far_fraction) for price in prices] + [(stop, around.stop_fraction)]
    for price, fraction in near:
        if price is None:
            continue
        if price <= 0:
            raise FatFingerError(Slip.PRICE_NOT_POSITIVE, symbol, price=price)
        if price % around.contract.tick:
            raise FatFingerError(Slip.PRICE_OFF_TICK, symbol, price=price, tick=around.contract.tick)
        if abs(price - around.last) > fraction * around.last:
            raise FatFingerError(Slip.PRICE_FAR, symbol, price=price, last=around.last, limit_fraction=fraction)


def _quantity(symbol: str, quantity: Decimal, most: Decimal, around: Surroundings) -> None:
    contract = around.contract
    if quantity % contract.step:
        raise FatFingerError(Slip.QUANTITY_OFF_STEP, symbol, quantity=quantity, step=contract.step)
    if quantity < contract.min_quantity:
        raise FatFingerError(Slip.QUANTITY_TOO_SMALL, symbol, quantity=quantity, limit=contract.min_quantity)
    if quantity > most:
        raise FatFingerError(Slip.QUANTITY_TOO_LARGE, symbol, quantity=quantity, limit=most)


def _notional(symbol: str, notional: Decimal, around: Surroundings) -> None:
    if notional < around.contract.min_notional:
        raise FatFingerError(Slip.NOTIONAL_TOO_SMALL, symbol, notional=notional, limit=around.contract.min_notional)
    if notional > around.balance * around.leverage:
        raise FatFingerError(Slip.NOTIONAL_TOO_LARGE, symbol, notional=notional, limit=around.balance * around.leverage)
