"""What is left when everything goes wrong: every position closed at its stop, every resting entry filled and stopped, costs paid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from runner.live.guard.view import Held, Resting, Terms, View


def costs(terms: Terms, price: float, quantity: float) -> float:
    """Fee and slippage of leaving at market."""
    return quantity * price * (terms.taker_fee + terms.slippage)


def loss_at(held: Held, price: float, terms: Terms) -> float:
    """What equity loses when the position is closed at a price; below zero where it gains."""
    return held.position.side * (held.mark - price) * held.quantity + costs(terms, price, held.quantity)


def loss_now(held: Held, terms: Terms) -> float:
    """What closing it at market costs."""
    return costs(terms, held.mark, held.quantity)


def loss_of(held: Held, stops: Mapping[str, Decimal], terms: Terms) -> float:
    """The worst it can still lose: at its stop, at the one that is about to be set, or nothing less than leaving now."""
    stop = stops.get(held.symbol) or held.stop(terms)
    price = held.mark * (1 - held.position.side * terms.stop_distance) if stop is None else float(stop)
    return max(loss_at(held, price, terms), loss_now(held, terms))


def entry_stop(resting: Resting, held: Held | None, terms: Terms) -> float:
    """Where a resting entry would be stopped out: at its own stop, at that of the position it adds to, else at the guard's."""
    if resting.order.stop:
        return float(resting.order.stop)
    adds = held is not None and held.position.side == resting.order.side
    stop = held.stop(terms) if adds and held is not None else None
    price = resting.price or (held.mark if held is not None else 0.0)
    return price * (1 - resting.order.side * terms.stop_distance) if stop is None else float(stop)


def entry_loss(resting: Resting, stop: float, terms: Terms) -> float:
    """What a resting entry loses when it fills and is stopped out."""
    price = resting.price if resting.price is not None else stop
    gap = max(0.0, resting.order.side * (price - stop))
    return resting.left * gap + costs(terms, price, resting.left) + costs(terms, stop, resting.left)


def entry_losses(view: View) -> dict[str, float]:
    """The worst loss of each resting entry, by the venue's id."""
    held = {each.symbol: each for each in view.held}
    stops = {each.order.order_id: entry_stop(each, held.get(each.symbol), view.terms) for each in view.resting}
    return {each.order.order_id: entry_loss(each, stops[each.order.order_id], view.terms) for each in view.resting}


def closing_costs(view: View) -> float:
    """What leaving everything now costs."""
    return sum(loss_now(held, view.terms) for held in view.held)
