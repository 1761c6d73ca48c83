"""What is held back for positions and orders, what is left, and where a position is liquidated."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from runner.model.trading import OrderKind
from runner.rehearsal.core.listing import ZERO
from runner.rehearsal.core.order import Order
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.state import Market, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The account in its settlement coin. `open`: result of what is open; `held`: by positions; `orders`: by orders."""

    balance: Decimal
    open: Decimal
    held: Decimal
    orders: Decimal
    maintenance: Decimal
    locked: Decimal

    @property
    def equity(self) -> Decimal:
        """The balance if everything closed at the mark."""
        return self.balance + self.open

    @property
    def available(self) -> Decimal:
        """What is free for new positions; never negative."""
        return max(ZERO, self.free)

    @property
    def free(self) -> Decimal:
        """The same, negative when more is held than there is."""
        return self.balance + min(self.open, ZERO) - self.held - self.orders - self.locked


def worth(state: State, coin: str = "") -> Worth:
    """What the account has, holds and owes now."""
    name = coin or state.setup.coin
    open_result = held = orders = maintenance = ZERO
    for market in state.markets.values():
        if market.listing.spot or market.listing.settle != name or not market.busy:
            continue
        for position in market.positions.values():
            if position.side:
                open_result += position.result(market.mark)
                held += initial(market, position)
                maintenance += upkeep(market, position)
        orders += sum((reserve(market, order) for order in market.orders.values()), ZERO)
    return Worth(
        balance=state.coins.get(name, ZERO), open=open_result, held=held, orders=orders, maintenance=maintenance, locked=locked(state, name)
    )


def initial(market: Market, position: Position) -> Decimal:
    """Margin of a position: its value by the leverage, and the fee of closing it."""
    return position.value / market.leverage + position.value * market.listing.taker


def upkeep(market: Market, position: Position) -> Decimal:
    """Maintenance margin of a position."""
    return position.value * market.listing.maintenance


def reserve(market: Market, order: Order) -> Decimal:
    """Margin held by a resting order: none for one that reduces or still waits for its trigger."""
    if order.conditional or order.reduces or market.listing.spot:
        return ZERO
    grows = opening(market, order.side, order.left, order.ticket.index)
    return need(market, grows, order.price or market.last)


def need(market: Market, quantity: Decimal, price: Decimal) -> Decimal:
    """Margin and fees that opening `quantity` at `price` takes."""
    return quantity * price * (1 / market.leverage + 2 * market.listing.taker)


def opening(market: Market, side: int, quantity: Decimal, index: int) -> Decimal:
    """How much of an order would open or enlarge a position."""
    position = market.positions.get(index)
    if position is None or position.side in (0, side):
        return quantity
    return max(ZERO, quantity - position.size)


def locked(state: State, coin: str) -> Decimal:
    """Coins that resting orders of the spot market hold."""
    total = ZERO
    for market in state.markets.values():
        if not market.listing.spot:
            continue
        for order in market.orders.values():
            if not order.conditional:
                name, amount = spot_lock(market, order)
                total += amount if name == coin else ZERO
    return total


def spot_lock(market: Market, order: Order) -> tuple[str, Decimal]:
    """Which coin a spot order spends, and how much of it."""
    if order.side < 0:
        return market.listing.base, order.left
    price = market.last if order.ticket.kind is OrderKind.MARKET else order.price or market.last
    return market.listing.settle, order.left * price


def liquidation(state: State, market: Market, position: Position) -> Decimal | None:
    """The mark at which the position is taken away; None where no price does that."""
    if not position.side:
        return None
    if state.isolated:
        price = position.entry * (1 - position.side * (1 / market.leverage - market.listing.maintenance))
    else:
        price = cross_liquidation(state, market, position)
    return price if price > 0 else None


def cross_liquidation(state: State, market: Market, position: Position) -> Decimal:
    """Where the account's equity meets its maintenance margin if only this market moves; an estimate, as the venue's own."""
    whole = worth(state)
    rest = whole.equity - position.result(market.mark) - (whole.maintenance - upkeep(market, position))
    return (position.side * position.size * position.entry - rest + upkeep(market, position)) / (position.side * position.size)
