"""How far a position is from being liquidated."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from runner.live.guard.view import Action, Do, Held, View


def buffered(view: View, held: Held) -> Iterator[Action]:
    """A warning when the distance to liquidation is half used up, less of the position when it nearly is."""
    left, terms = buffer(view, held), view.terms
    if left < terms.reduce_buffer:
        less = partial(Action, do=Do.CLOSE, code="LIQUIDATION", why="liquidation is near", value=left, limit=terms.reduce_buffer)
        yield less(symbol=held.symbol, quantity=held.share(terms.reduce_share))
    elif left < terms.warn_buffer:
        why = "on the way to liquidation"
        yield Action(do=Do.WARN, code="LIQUIDATION", why=why, symbol=held.symbol, value=left, limit=terms.warn_buffer)


def buffer(view: View, held: Held) -> float:
    """The share that is left of the way to liquidation: of the position's own, and of the whole account's margin; 1 when it began."""
    return min(own_buffer(held), shared_buffer(view))


def own_buffer(held: Held) -> float:
    """From where it was entered to where the venue would liquidate it; 1 where the venue names no such price."""
    entry, liquidation = held.position.average_price, held.position.liquidation
    if not entry or not liquidation:
        return 1.0
    whole = held.position.side * float(entry - liquidation)
    return held.position.side * (held.mark - float(liquidation)) / whole if whole > 0 else 1.0


def shared_buffer(view: View) -> float:
    """What of the account's equity is not needed as maintenance margin."""
    return 1.0 - float(view.wallet.maintenance) / view.equity if view.equity > 0 and view.wallet.maintenance > 0 else 1.0
