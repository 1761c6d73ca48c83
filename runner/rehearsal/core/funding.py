"""Funding payments."""

from __future__ import annotations

from decimal import Decimal

from runner.model.trading import OrderKind, Origin
from runner.rehearsal.core.listing import ZERO, cents
from runner.rehearsal.core.order import Fill, Order, Stage, Ticket
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.state import Market, Row, State


def fund(state: State, market: Market, rate: Decimal) -> None:
    """Whoever holds a position pays (long at a positive rate) or receives size times mark times rate."""
    for position in market.positions.values():
        if position.side:
            pay(state, market, position, rate)
    market.next_funding_ms = max(market.next_funding_ms, state.now_ms) + market.listing.funding_interval_ms
    market.next_funding_ms -= market.next_funding_ms % market.listing.funding_interval_ms


def pay(state: State, market: Market, position: Position, rate: Decimal) -> None:
    """One position's payment: balance, ledger, an execution of its own kind."""
    amount = cents(position.side * position.size * market.mark * rate)
    change, balance = state.pay(market.listing.settle, -amount)
    position.realised += change
    position.total += change
    done = execution(state, market, position, rate, amount)
    state.fills.append(done)
    state.ledger.append(entry(state, done, position, change, balance))
    state.note("funding", symbol=done.market, rate=str(rate), mark=str(market.mark), size=str(position.size), amount=str(change))
    state.tell("fill", done.market, done)
    state.tell("position", done.market, position)
    state.tell("wallet", done.market)


def execution(state: State, market: Market, position: Position, rate: Decimal, amount: Decimal) -> Fill:
    """A payment as the venue tells it: an execution without an order."""
    ticket = Ticket(market=market.listing.key, side=position.side, kind=OrderKind.MARKET, quantity=position.size, index=position.index)
    order = Order(
        number=state.number(),
        id=state.new_id(),
        ticket=ticket,
        quantity=position.size,
        price=None,
        trigger_price=None,
        exits=ticket.exits,
        origin=Origin.USER,
        stage=Stage.FILLED,
        created_ms=state.now_ms,
        updated_ms=state.now_ms,
        last_then=market.last,
    )
    return Fill(
        number=order.number,
        id=state.new_id(),
        order=order,
        market=ticket.market,
        side=position.side,
        quantity=position.size,
        price=market.mark,
        fee=amount,
        rate=rate,
        fee_coin=market.listing.settle,
        maker=False,
        word="Funding",
        closed=ZERO,
        profit=ZERO,
        mark=market.mark,
        at_ms=state.now_ms,
    )


def entry(state: State, done: Fill, position: Position, change: Decimal, balance: Decimal) -> Row:
    """The payment in the ledger."""
    return Row(
        number=state.number(),
        id=f"{len(state.ledger) + 1}_{done.market}_{done.number}",
        word="SETTLEMENT",
        coin=done.fee_coin,
        market=done.market,
        side=done.side,
        quantity=done.quantity,
        price=done.price,
        size=position.size,
        cash=ZERO,
        funding=change,
        fee=ZERO,
        rate=done.rate,
        change=change,
        balance=balance,
        trade_id=done.id,
        order_id=done.order.id,
        link="",
        at_ms=done.at_ms,
    )
