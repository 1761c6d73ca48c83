"""Worst-case equity against every floor: what is withdrawn, tightened or closed so that no floor can break."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from runner.live.guard.view import Action, Do, Floor, Held, Resting, View
from runner.live.guard.worst import entry_losses, loss_at, loss_now, loss_of

SPARE = 0.1  # share of a floor's margin gained beyond what is short, so that the next tick need not touch it again

type Because = Callable[..., Action]


def worst_equity(view: View) -> float:
    """Equity if every open position were closed at its stop and every resting entry filled and stopped, with costs."""
    return view.equity - sum(loss_of(held, {}, view.terms) for held in view.held) - sum(entry_losses(view).values())


def steered(view: View, doing: Sequence[Action], cancels: Sequence[Action]) -> list[Action]:
    """What is to be done beyond what is decided already, cheapest first: withdraw entries, tighten stops, close positions."""
    closing = {action.symbol for action in doing if action.do is Do.CLOSE}
    stops = {action.symbol: action.stop for action in doing if action.stop is not None}
    gone = {action.order.order_id for action in cancels if action.order is not None}
    losses = {order_id: loss for order_id, loss in entry_losses(view).items() if order_id not in gone}
    held = [each for each in view.held if each.symbol not in closing]
    leaving = sum(loss_now(each, view.terms) for each in view.held if each.symbol in closing)
    worst = view.equity - leaving - sum(loss_of(each, stops, view.terms) for each in held) - sum(losses.values())
    short, floor = shortfall(view, worst)
    if floor is None:
        return []
    withdrawn = list(largest_first([each for each in view.resting if each.order.order_id in losses], losses, short))
    why = f"{floor.key} would be too near if every stop were hit"
    because = partial(Action, code=floor.code, why=why, value=worst, limit=floor.level)
    actions = [because(do=Do.CANCEL, symbol=each.symbol, order=each.order) for each in withdrawn]
    short -= sum(losses[each.order.order_id] for each in withdrawn)
    return [*actions, *(relieve(view, held, stops, short, because) if short > 0 else ())]


def shortfall(view: View, worst: float) -> tuple[float, Floor | None]:
    """By how much the worst case comes too near to a floor, and to which; (0, None) when it does not."""
    steer = view.terms.steer
    missing = [(floor.level + steer * floor.margin * floor.allowance - worst, floor) for floor in view.floors]
    short, floor = max(missing, key=lambda pair: pair[0], default=(0.0, None))
    return (0.0, None) if floor is None or short <= 0 else (short + SPARE * floor.margin * floor.allowance, floor)


def largest_first(resting: Sequence[Resting], losses: Mapping[str, float], short: float) -> Iterator[Resting]:
    """Entries to withdraw, those that could lose most first, until enough is gained."""
    for each in sorted(resting, key=lambda one: -losses[one.order.order_id]):
        if short <= 0:
            return
        short -= losses[each.order.order_id]
        yield each


def relieve(view: View, held: Sequence[Held], stops: Mapping[str, Decimal], short: float, because: Because) -> Iterator[Action]:
    """Close what could lose most while tightening all the others would not be enough; then tighten."""
    by_loss = sorted(held, key=lambda each: -loss_of(each, stops, view.terms))
    while by_loss and short > sum(relief(view, each, stops) for each in by_loss):
        worst = by_loss.pop(0)
        short -= loss_of(worst, stops, view.terms) - loss_now(worst, view.terms)
        yield because(do=Do.CLOSE, symbol=worst.symbol, quantity=worst.position.quantity)
    for each in by_loss:
        part = min(short, relief(view, each, stops))
        if part > 0:
            short -= part
            yield because(do=Do.TIGHTEN, symbol=each.symbol, stop=nearer(view, each, stops, part))


def relief(view: View, held: Held, stops: Mapping[str, Decimal]) -> float:
    """What bringing its stop as near as may be would gain."""
    nearest = held.mark * (1 - held.position.side * view.terms.nearest)
    return max(0.0, loss_of(held, stops, view.terms) - loss_at(held, nearest, view.terms))


def nearer(view: View, held: Held, stops: Mapping[str, Decimal], part: float) -> Decimal:
    """The stop at which a position loses so much less."""
    allowed = loss_of(held, stops, view.terms) - part
    costs = loss_now(held, view.terms)
    return held.rounded(held.mark - held.position.side * (allowed - costs) / held.quantity)
