"""From what a venue shows to the view that is judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from runner.live.adopt import Telling
from runner.live.guard.calendar import windows
from runner.live.guard.eyes import Eyes, Look, next_of
from runner.live.guard.view import Floor, Held, Resting, Terms, View
from runner.live.state import halts
from runner.model.duration import DAY_MS
from runner.model.records import MAX_FLOORS
from runner.model.rules import AmountOf, Anchor, Code, Family, RuleBook, RuleRow, Severity
from runner.model.trading import Contract, OrderKind, OrderSeen, Origin, PositionSeen

BREAKS = (Severity.FAIL, Severity.MANUAL, Severity.PAUSE)
DEADLINE_SHARE = 0.5  # of the firm's stop deadline after which the guard waits no longer


class Shown(Telling, Protocol):
    """What the guard asks a venue on each look."""

    def open_orders(self, symbol: str | None = None) -> list[OrderSeen]:
        """Everything that rests."""
        ...

    def contract(self, symbol: str) -> Contract:
        """The venue's rules for a symbol."""
        ...


@dataclass
class Watched:
    """What is kept from one look to the next: nothing that matters, only since when a stop is missing, and the venue's rules."""

    bare: dict[str, int] = field(default_factory=dict)
    contracts: dict[str, tuple[int, Contract]] = field(default_factory=dict)

    def contract(self, symbol: str, ask: Callable[[str], Contract], now_ms: int) -> Contract:
        """The venue's rules for a symbol, asked for once a day: they change while we run."""
        known = self.contracts.get(symbol)
        if known is None or now_ms - known[0] > DAY_MS:
            self.contracts[symbol] = known = (now_ms, ask(symbol))
        return known[1]


def survey(eyes: Eyes, watched: Watched, desk: Shown, terms: Terms, now_ms: int) -> View:
    """Look at everything. Orders before positions: what fills meanwhile is seen twice rather than not at all."""
    orders = desk.open_orders()
    positions = desk.positions()
    look = eyes.look(desk, now_ms, positions)
    book, standing = eyes.subject.book, look.standing
    terms = replace(terms, bare_ms=min(terms.bare_ms, patience(book, standing.phase)))
    symbols = eyes.subject.symbols
    held = tuple(held_of(position, orders, symbols, watched.contract(position.symbol, desk.contract, now_ms)) for position in positions)
    levels = tuple(floors(book, look, now_ms)) if look.settled and not standing.failed else ()
    return View(
        now_ms=now_ms,
        account=eyes.state.account,
        wallet=look.wallet,
        held=tuple(since(watched, held, terms, now_ms)),
        resting=tuple(Resting(order=order, members=bit(symbols, order.symbol)) for order in orders if opens(order)),
        floors=levels,
        rungs=() if standing.failed else tuple(eyes.rungs(levels, now_ms)),
        windows=windows(book, standing.phase, now_ms, terms),
        halts=halts(eyes.state, now_ms),
        ended=standing.code.name if standing.failed else "",
        paused_until_ms=standing.paused_until if standing.paused else None,
        blind_until_ms=eyes.blind_until_ms,
        terms=terms,
    )


def opens(order: OrderSeen) -> bool:
    """Whether an order would open or add to a position."""
    return order.state.open and not order.reduce_only and order.origin is Origin.USER


def held_of(position: PositionSeen, orders: Sequence[OrderSeen], symbols: Sequence[str], contract: Contract) -> Held:
    """A position with the resting stop orders that would close all of it."""
    stops = tuple(order.trigger_price for order in orders if order.trigger_price is not None and closes(order, position))
    return Held(position=position, contract=contract, stops=stops, members=bit(symbols, position.symbol))


def closes(order: OrderSeen, position: PositionSeen) -> bool:
    """Whether a resting stop order of ours would close the whole position."""
    whole = order.quantity - order.filled >= position.quantity
    ours = order.reduce_only and order.kind is OrderKind.STOP and order.origin is Origin.USER
    return ours and whole and order.symbol == position.symbol and order.side == -position.side


def since(watched: Watched, held: Sequence[Held], terms: Terms, now_ms: int) -> Iterator[Held]:
    """The positions with the instant from which each was seen without a stop."""
    bare = {each.symbol for each in held if each.stop(terms) is None}
    watched.bare = {symbol: watched.bare.get(symbol, now_ms) for symbol in bare}
    for each in held:
        yield replace(each, bare_since_ms=watched.bare.get(each.symbol))


def bit(symbols: Sequence[str], symbol: str) -> int:
    """The symbol's bit in the rule book; -1 for one it does not know."""
    return 1 << symbols.index(symbol) if symbol in symbols else -1


def patience(book: RuleBook, phase: int) -> int:
    """How long a position may be without a stop for the firm's sake, with time to spare."""
    deadlines = [row.duration_ms for row in book.rows if row.code == Code.STOP_DEADLINE and row.phase == phase and row.firm]
    return int(DEADLINE_SHARE * min(deadlines)) if deadlines else 1 << 40


def floors(book: RuleBook, look: Look, now_ms: int) -> Iterator[Floor]:
    """The floors of the phase that break something, in the venue's money."""
    standing = look.standing
    rows = [row for row in book.rows if row.family == Family.FLOOR and row.phase == standing.phase][:MAX_FLOORS]
    for row, level in zip(rows, standing.floors, strict=False):
        if row.severity in BREAKS and math.isfinite(level):
            daily = row.code == Code.DAILY_LOSS
            yield Floor(
                key=row.key,
                code=row.code.name,
                level=level + look.beside,
                allowance=allowance(row, level, book.initial),
                margin=row.margin,
                until_ms=next_of(book, row.clock, now_ms) if daily or row.severity == Severity.PAUSE else None,
                firm=bool(row.firm),
            )


def allowance(row: RuleRow, level: float, initial: float) -> float:
    """What a floor allows to lose from its anchor."""
    if not math.isnan(row.amount):
        return row.amount
    if row.amount_of == AmountOf.ANCHOR and row.anchor != Anchor.INITIAL and row.amount_fraction < 1:
        return level * row.amount_fraction / (1 - row.amount_fraction)
    return row.amount_fraction * initial
