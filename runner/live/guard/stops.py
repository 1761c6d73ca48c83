"""Every position has a live stop at the venue, for its full size and on the right side, or is closed."""

from __future__ import annotations

from collections.abc import Iterator

from runner.live.guard.view import Action, Do, Held, View
from runner.live.guard.worst import costs, entry_losses, loss_of


def protected(view: View, held: Held) -> Iterator[Action]:
    """Nothing for a position that has its stop; else one that floors can bear, or the way out."""
    if held.stop(view.terms) is not None:
        return
    bare_ms = 0 if held.bare_since_ms is None else view.now_ms - held.bare_since_ms
    distance = widest(view, held)
    if not held.mark:
        yield Action(do=Do.WARN, code="NO_STOP", why="it has no stop and the venue tells no price", symbol=held.symbol)
    elif bare_ms >= view.terms.bare_ms:
        why = f"no stop could be set for {bare_ms / 1000:g} s"
        yield Action(do=Do.CLOSE, code="NO_STOP", why=why, symbol=held.symbol, quantity=held.position.quantity)
    elif distance < view.terms.nearest * held.mark:
        why = "there is no room for a stop above the floor"
        yield Action(do=Do.CLOSE, code="NO_STOP", why=why, symbol=held.symbol, quantity=held.position.quantity)
    else:
        stop = held.rounded(held.mark - held.position.side * distance)
        yield Action(do=Do.SET_STOP, code="NO_STOP", why="it has no stop at the venue", symbol=held.symbol, stop=stop)


def widest(view: View, held: Held) -> float:
    """How far from the mark its stop may stand: as configured, or nearer where a floor leaves less to all positions."""
    wanted = view.terms.stop_distance * held.mark
    others = sum(loss_of(other, {}, view.terms) for other in view.held if other is not held) + sum(entry_losses(view).values())
    levels = [floor.level + view.terms.steer * floor.margin * floor.allowance for floor in view.floors]
    if not levels:
        return wanted
    room = view.equity - others - max(levels) - costs(view.terms, held.mark, held.quantity)
    return min(wanted, room / held.quantity)
