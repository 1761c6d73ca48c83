"""The market moves and orders are filled: by a jump, on the way to a price, or at once when they are placed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from runner.model.plan import Trigger
from runner.model.trading import Lasts, OrderKind, Origin
from runner.rehearsal.core.book import Hit, met, move, passed
from runner.rehearsal.core.fills import fill
from runner.rehearsal.core.listing import ZERO
from runner.rehearsal.core.margin import liquidation, locked, spot_lock, worth
from runner.rehearsal.core.order import Order, Stage, Ticket
from runner.rehearsal.core.orders import drop, new_order, rest, say
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.protection import price_of
from runner.rehearsal.core.state import Market, State

NO_LIQUIDITY = "EC_NoImmediateQtyToFill"


def jump(state: State, market: Market, price: Decimal, *, by_mark: bool = True) -> Iterator[None]:
    """The market is at `price` at once: what it has passed fills there, one after the other; a step after each."""
    move(market, price, by_mark=by_mark)
    yield from sweep(state, market, by_mark=by_mark)


def sweep(state: State, market: Market, *, by_mark: bool = True, resting: bool = True) -> Iterator[None]:
    """Everything that the present price has passed, in order; a step after each."""
    while market.orders or by_mark:
        hit = passed(state, market, by_mark=by_mark, resting=resting)
        if hit is None:
            return
        meet(state, market, hit)
        yield


def travel(state: State, market: Market, end: Decimal, *, by_mark: bool = True) -> Iterator[None]:
    """The market trades at every price up to `end`: what it meets fills at its own price; a step after each."""
    while market.busy:
        hit = met(state, market, end, by_mark=by_mark)
        if hit is None:
            break
        move(market, hit.price, by_mark=by_mark)
        meet(state, market, hit)
        yield
    move(market, end, by_mark=by_mark)


def marked(state: State, market: Market) -> Iterator[None]:
    """Everything that waits for mark or index and is reached by them, and positions whose margin is used up."""
    while (hit := reached(state, market)) is not None:
        meet(state, market, hit)
        yield


def reached(state: State, market: Market) -> Hit | None:
    """The first thing that mark or index has passed."""
    for position in market.positions.values():
        price = liquidation(state, market, position)
        if price is not None and position.side * (market.mark - price) <= 0:
            return Hit(price, 0, 0, None, position)
    for order in market.orders.values():
        ticket = order.ticket
        if order.conditional and ticket.trigger_by is not Trigger.LAST and order.trigger_price is not None:
            now = price_of(market, ticket.trigger_by)
            if (now >= order.trigger_price) if ticket.rises else (now <= order.trigger_price):
                return Hit(market.last, 0, order.number, order, None)
    return None


def meet(state: State, market: Market, hit: Hit) -> None:
    """The price is at an order, or at a position's liquidation."""
    if hit.order is None:
        if hit.position is not None:
            take_over(state, market, hit.position, Origin.LIQUIDATION)
    elif hit.order.conditional:
        fire(state, market, hit.order)
    else:
        touch(state, market, hit.order)


def fire(state: State, market: Market, order: Order) -> None:
    """A conditional order becomes an order of the market, or of the book."""
    say(state, order, Stage.TRIGGERED)
    order.stage = Stage.NEW
    if not affordable(state, market, order):
        drop(state, market, order, "CancelByInsufficientBalance", "EC_CannotAffordOrderCost")
        return
    enter(state, market, order, resting=True)


def affordable(state: State, market: Market, order: Order) -> bool:
    """Whether the account can pay for what a triggered order, counted as resting already, would open."""
    if not state.setup.check_margin or order.reduces:
        return True
    if market.listing.spot:
        coin, _ = spot_lock(market, order)
        return state.coins.get(coin, ZERO) >= locked(state, coin)
    return worth(state).free >= 0


def crosses(market: Market, order: Order) -> bool:
    """Whether an order meets the market where it stands now."""
    return order.price is None or order.side * (order.price - market.last) >= 0


def enter(state: State, market: Market, order: Order, *, resting: bool = False) -> None:
    """An order meets the market: filled as far as it goes; the rest waits, or is cancelled, as the order says."""
    if not crosses(market, order):
        wait_or_leave(state, market, order, resting=resting)
        return
    if order.ticket.lasts is Lasts.POST_ONLY:
        drop(state, market, order, "CancelByPostOnly", "EC_PostOnlyWillTakeLiquidity")
        return
    if not resting:
        say(state, order, Stage.NEW)
    take(state, market, order)


def wait_or_leave(state: State, market: Market, order: Order, *, resting: bool) -> None:
    """An order that meets nobody rests in the book; one that may not wait is cancelled."""
    if order.ticket.lasts in (Lasts.IOC, Lasts.FOK):
        drop(state, market, order, "CancelByNoLiquidity", NO_LIQUIDITY)
    elif resting:
        say(state, order, Stage.NEW)
    else:
        rest(state, market, order)


def wanted(market: Market, order: Order) -> Decimal:
    """How much of an order may fill: one that reduces, no more than the position."""
    if not order.reduces or market.listing.spot:
        return order.left
    position = market.positions[order.ticket.index]
    return min(order.left, position.size) if position.side == -order.side else ZERO


def take(state: State, market: Market, order: Order) -> None:
    """Fill a taker at the present price, worsened by slippage, as deep as the market is; the rest is cancelled or rests."""
    goal = wanted(market, order)
    deep = state.setup.depth.get(market.listing.key, goal)
    quantity = min(goal, deep)
    if goal > market.listing.step and state.oracle("partial_fill", market.listing.key):
        quantity = min(quantity, max(market.listing.whole(goal / 2), market.listing.step))
    if goal <= 0:
        drop(state, market, order, "CancelByReduceOnly", "EC_ReduceOnlyWouldIncrease")
        return
    if order.ticket.lasts is Lasts.FOK and quantity < goal:
        drop(state, market, order, "CancelByNoLiquidity", "EC_CancelForNoFullFill")
        return
    fill(state, market, order, quantity, taker_price(state, market, order), maker=False)
    if order.open and order.left > 0:
        after_taking(state, market, order)


def taker_price(state: State, market: Market, order: Order) -> Decimal:
    """The price a taker gets: no worse than its limit, nor than the distance it tolerates."""
    got = market.listing.worse(market.last, order.side, state.setup.slippage)
    bound = order.price
    if bound is None and order.ticket.tolerance is not None:
        bound = market.last + order.side * order.ticket.tolerance
    if bound is None:
        return got
    return min(got, bound) if order.side > 0 else max(got, bound)


def after_taking(state: State, market: Market, order: Order) -> None:
    """What becomes of the part of a taker that found nobody."""
    if order.ticket.kind is OrderKind.LIMIT and order.ticket.lasts is Lasts.GTC and not trimmed(market, order):
        market.orders[order.id] = order
    else:
        word = "CancelByReduceOnly" if trimmed(market, order) else "CancelByNoLiquidity"
        drop(state, market, order, word, NO_LIQUIDITY)


def trimmed(market: Market, order: Order) -> bool:
    """Whether nothing is left that the order could reduce."""
    return wanted(market, order) < order.left


def touch(state: State, market: Market, order: Order) -> None:
    """The price is at a resting limit order: it fills there, or at the better price of a jump."""
    goal = wanted(market, order)
    if goal <= 0:
        drop(state, market, order, "CancelByReduceOnly")
        return
    price = order.price or market.last
    better = min(price, market.last) if order.side > 0 else max(price, market.last)
    fill(state, market, order, goal, better, maker=True)
    if order.open and order.id in market.orders and trimmed(market, order):
        drop(state, market, order, "CancelByReduceOnly")


def take_over(state: State, market: Market, position: Position, origin: Origin, quantity: Decimal | None = None) -> None:
    """The exchange itself closes a position, or a part of it: liquidation, deleveraging, an administrator."""
    if not position.side:
        return
    ticket = Ticket(
        market=market.listing.key,
        side=-position.side,
        kind=OrderKind.MARKET,
        quantity=position.size if quantity is None else min(quantity, position.size),
        lasts=Lasts.IOC,
        index=position.index,
        reduce_only=True,
    )
    order = new_order(state, market, ticket, origin)
    say(state, order, Stage.NEW)
    fill(state, market, order, order.left, taker_price(state, market, order), maker=False)
