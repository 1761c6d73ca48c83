"""The exchange: what a user may ask of it, and what the market, time and an operator do to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from runner.model.trading import OrderKind, Origin
from runner.rehearsal.core import matching
from runner.rehearsal.core.funding import fund
from runner.rehearsal.core.intake import check, check_amend, check_parts
from runner.rehearsal.core.listing import ZERO, cents
from runner.rehearsal.core.order import NO_EXITS, Exits, Order, Ticket
from runner.rehearsal.core.orders import cover, drop, new_order, rest, say
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.protection import add_part, check_exits, price_of, set_full, set_trail
from runner.rehearsal.core.refusal import RefusalError, Why
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.core.state import Event, Market, Row, State, place_positions


@dataclass(frozen=True, kw_only=True)
class Protect:
    """What a user asks for on a position: Full exits, a partial pair of `quantity`, a trail. None leaves a leg as it is."""

    market: str
    index: int = 0
    exits: Exits = NO_EXITS
    quantity: Decimal | None = None
    distance: Decimal | None = None
    trail_from: Decimal | None = None


class Exchange:
    """One account at one exchange; no input or output, time moves when it is told to."""

    def __init__(self, setup: Setup | None = None) -> None:
        self.setup = setup or Setup()
        self.state = State(self.setup)

    @property
    def now_ms(self) -> int:
        """The exchange's time, UTC milliseconds."""
        return self.state.now_ms

    def to(self, now_ms: int) -> None:
        """Time goes on to `now_ms`; never back."""
        self.state.now_ms = max(self.state.now_ms, now_ms)

    def drain(self) -> list[Event]:
        """What the streams have to tell since the last call."""
        events, self.state.outbox = self.state.outbox, []
        return events

    # --- what a user asks for ---------------------------------------------------------------------------------------

    def place(self, ticket: Ticket) -> Order:
        """Take a new order and let it meet the market at once."""
        state, market = self.state, self.state.market(ticket.market)
        ticket = self.whole_position(market, ticket)
        check(state, market, ticket)
        order = new_order(state, market, ticket)
        if state.oracle("refused_after_ack", ticket.market):
            drop(state, market, order, "UNKNOWN", "EC_Others")
        elif order.conditional:
            rest(state, market, order)
        else:
            matching.enter(state, market, order)
        self.after(market)
        return order

    @staticmethod
    def whole_position(market: Market, ticket: Ticket) -> Ticket:
        """A quantity of zero that only reduces means the whole position."""
        if ticket.quantity == 0 and ticket.reduce_only and ticket.close_on_trigger and not market.listing.spot:
            position = market.positions.get(ticket.index)
            return replace(ticket, quantity=position.size if position else ZERO)
        return ticket

    def after(self, market: Market) -> None:
        """A trigger that a change has put on the wrong side of the price fires now; what rests waits for the next trade."""
        if market.busy:
            for _ in matching.sweep(self.state, market, resting=False):
                continue

    def find(self, order_id: str, link: str) -> Order | None:
        """An order by the exchange's id or the client's; None for one that never was."""
        return self.state.orders.get(order_id or self.state.links.get(link, ""))

    def opened(self, order_id: str, link: str, market: str) -> Order:
        """An order that is still open; refuses others."""
        order = self.find(order_id, link)
        if order is None or order.ticket.market != market:
            raise RefusalError(Why.NO_ORDER, "order not exists or too late to cancel")
        if not order.open:
            raise RefusalError(Why.NO_ORDER, "order not exists or too late to cancel")
        return order

    def amend(
        self,
        order: Order,
        *,
        quantity: Decimal | None = None,
        price: Decimal | None = None,
        trigger: Decimal | None = None,
        exits: Exits | None = None,
    ) -> Order:
        """Change a resting order; one that crosses the market now fills."""
        state, market = self.state, self.state.market(order.ticket.market)
        check_amend(market, order, quantity, price, trigger)
        order.quantity = order.quantity if quantity is None else quantity
        order.price = order.price if price is None else price
        order.trigger_price = order.trigger_price if trigger is None else trigger
        if exits is not None:
            check_exits(order.side, order.price or market.last, exits)
            order.exits = exits
        say(state, order, order.stage)
        cover(state, market, order.ticket.index)
        if not order.conditional and matching.crosses(market, order):
            market.orders.pop(order.id, None)
            matching.enter(state, market, order)
        self.after(market)
        return order

    def cancel(self, order: Order, word: str = "CancelByUser") -> Order:
        """Withdraw an open order."""
        drop(self.state, self.state.market(order.ticket.market), order, word, "EC_PerCancelRequest")
        return order

    def protect(self, wish: Protect) -> None:
        """Set, move or take away what protects a position."""
        state, market = self.state, self.state.market(wish.market)
        position = self.position(market, wish.index)
        self.check_protect(market, position, wish)
        if wish.quantity is not None or wish.exits.partial:
            check_parts(state, market)
            add_part(state, market, position, wish.exits, wish.quantity or position.size)
        else:
            set_full(state, market, position, wish.exits)
        if wish.distance is not None or wish.trail_from is not None:
            set_trail(state, market, position, position.distance if wish.distance is None else wish.distance, wish.trail_from)
        state.tell("position", wish.market, position)
        cover(state, market, wish.index)
        self.after(market)

    @staticmethod
    def position(market: Market, index: int) -> Position:
        """A side of a market; refuses an index that its mode has not."""
        found = market.positions.get(index)
        if found is None:
            raise RefusalError(Why.WRONG_INDEX, "position idx not match position mode")
        return found

    @staticmethod
    def check_protect(market: Market, position: Position, wish: Protect) -> None:
        """Refuse protection of nothing, off the grid, or on the wrong side of the price."""
        if not position.side:
            raise RefusalError(Why.PARAMETER, "can not set tp/sl/ts for zero position")
        exits = wish.exits
        for price in (exits.stop, exits.target, wish.distance, wish.trail_from):
            if price is not None and (price < 0 or price % market.listing.tick):
                raise RefusalError(Why.PARAMETER, "StopLoss, TakeProfit or TrailingStop invalid")
        check_exits(position.side, price_of(market, exits.stop_by), replace(exits, target=None))
        check_exits(position.side, price_of(market, exits.target_by), replace(exits, stop=None))

    def set_leverage(self, market: Market, leverage: Decimal) -> None:
        """Another leverage for a market."""
        if not 1 <= leverage <= market.listing.max_leverage:
            raise RefusalError(Why.LEVERAGE, "Cannot set leverage due to risk limit level.")
        if leverage == market.leverage:
            raise RefusalError(Why.SAME_LEVERAGE, "leverage not modified")
        market.leverage = leverage
        self.state.note("setting", symbol=market.listing.key, what="leverage", value=str(leverage))
        for position in market.positions.values():
            self.state.tell("position", market.listing.key, position)

    def set_hedge(self, markets: list[Market], *, hedge: bool) -> None:
        """One-way or hedge mode; refused while something is open."""
        for market in markets:
            if any(position.side for position in market.positions.values()):
                raise RefusalError(Why.MODE_POSITION, "You have an existing position, so the position mode cannot be switched.")
            if market.orders:
                raise RefusalError(Why.MODE_ORDERS, "You have existing open orders, so the position mode cannot be switched.")
        if all(market.hedge == hedge for market in markets):
            raise RefusalError(Why.SAME_MODE, "Position mode is not modified")
        for market in markets:
            market.hedge = hedge
            place_positions(market)
            self.state.note("setting", symbol=market.listing.key, what="hedge", value=str(hedge))

    def set_isolated(self, *, isolated: bool) -> None:
        """Isolated or cross margin for the whole account."""
        if self.state.isolated == isolated:
            raise RefusalError(Why.SAME_MARGIN, "Cross/isolated margin mode is not modified")
        self.state.isolated = isolated
        self.state.note("setting", symbol="", what="isolated", value=str(isolated))

    # --- what happens to it -----------------------------------------------------------------------------------------

    def jump(self, market: str, price: Decimal, *, by_mark: bool = True) -> Iterator[None]:
        """The market is at `price` at once; a step after each fill."""
        return matching.jump(self.state, self.state.market(market), price, by_mark=by_mark)

    def travel(self, market: str, price: Decimal, *, by_mark: bool = True) -> Iterator[None]:
        """The market trades its way to `price`; a step after each fill."""
        return matching.travel(self.state, self.state.market(market), price, by_mark=by_mark)

    def set_mark(self, market: str, mark: Decimal, index: Decimal | None = None) -> None:
        """Mark and index stand elsewhere than the last price; what they reach happens at the last price."""
        found = self.state.market(market)
        found.mark, found.index = mark, index or mark
        for _ in matching.marked(self.state, found):
            continue

    def fund(self, market: str, rate: Decimal) -> None:
        """A funding payment at the present mark."""
        fund(self.state, self.state.market(market), rate)

    def take_over(self, market: str, index: int, origin: Origin, quantity: Decimal | None = None) -> None:
        """The exchange closes a position itself: liquidation, deleveraging, an administrator."""
        found = self.state.market(market)
        matching.take_over(self.state, found, self.position(found, index), origin, quantity)

    def close_by_hand(self, market: str, index: int = 0) -> None:
        """Somebody else with the same account closes a position at the market."""
        found = self.state.market(market)
        position = self.position(found, index)
        if position.side:
            ticket = Ticket(
                market=market, side=-position.side, kind=OrderKind.MARKET, quantity=position.size, index=index, reduce_only=True
            )
            self.place(ticket)

    def apply_money(self, coin: str, amount: Decimal, word: str) -> None:
        """Money comes in (or goes, when negative) from outside trading."""
        state = self.state
        change, balance = state.pay(coin, amount)
        state.given[coin] = state.given.get(coin, ZERO) + change
        state.ledger.append(
            Row(
                number=state.number(),
                id=f"{len(state.ledger) + 1}_{coin}_{state.numbers}",
                word=word,
                coin=coin,
                market="",
                side=0,
                quantity=ZERO,
                price=ZERO,
                size=ZERO,
                cash=cents(amount),
                funding=ZERO,
                fee=ZERO,
                rate=ZERO,
                change=change,
                balance=balance,
                trade_id="",
                order_id="",
                link="",
                at_ms=state.now_ms,
            )
        )
        state.note("money", coin=coin, amount=str(change), word=word)
        state.tell("wallet", "")
