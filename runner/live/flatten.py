"""The way out by hand: REST only, without journal, streams or state files. List, cancel, close, verify, again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Protocol

from runner.live.clock import Clock
from runner.live.guard.act import Ids, Sending, parts
from runner.live.guard.survey import opens
from runner.live.guard.view import Held
from runner.live.outcome import Halting
from runner.model.errors import RunnerError
from runner.model.trading import CancelRequest, OrderKind, OrderRequest, OrderSeen, PositionSeen

PAUSE_MS = 500  # between a round and the look that verifies it
SILENT_MS = (1_000, 2_000, 4_000, 5_000)  # instead, where the venue could not be asked; the last one again and again
TOLD_MS = 10_000  # the same trouble is told no sooner again
PREFIX = "h"  # by hand; not foreign to the bot


class Asking(Sending, Protocol):
    """What is needed of the venue."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is still there at the end: nothing, when all went well. `known` False: the venue could not be asked, `why` says more."""

    positions: tuple[PositionSeen, ...] = ()
    orders: tuple[OrderSeen, ...] = ()
    known: bool = True
    why: str = ""
    kept: tuple[PositionSeen, ...] = ()  # positions that were to stay

    @property
    def nothing(self) -> bool:
        """Whether the venue has said that nothing is left."""
        return self.known and not self.positions and not self.orders

    def line(self) -> str:
        """What is left, in words."""
        if not self.known:
            return f"the venue could not be asked what is left{self.why and f': {self.why}'}"
        held = ", ".join(f"{position.symbol} {position.side * position.quantity:+f}" for position in self.positions)
        orders = ", ".join(f"{order.symbol} {order.client_order_id or order.order_id}" for order in self.orders)
        said = [text for text in (held and f"positions {held}", orders and f"orders {orders}") if text]
        stays = ", ".join(f"{position.symbol} {position.side * position.quantity:+f}" for position in self.kept)
        return "; ".join(said) or (f"no entry rests; positions stay with their stops: {stays}" if stays else "nothing is left")


@dataclass(frozen=True, kw_only=True)
class Out:
    """The way out of one account."""

    desk: Asking
    clock: Clock
    say: Callable[[str], None]
    told: dict[str, int] = field(default_factory=dict)  # trouble, and when it was told last

    def flatten(self, within_ms: int) -> Left:
        """Withdraw entries, close every position, then withdraw whatever else rests; again until the venue says that nothing is left."""
        return self._until(within_ms, self._flat_round)

    def withdraw(self, within_ms: int) -> Left:
        """Withdraw entries only: positions keep their stops and targets."""
        return self._until(within_ms, self._entries_round)

    def _until(self, within_ms: int, work: Callable[[Ids], Left]) -> Left:
        end_ms, ids, silent = self.clock.now_ms() + within_ms, Ids(prefix=PREFIX), 0
        while True:
            try:
                left = self._tried(work, ids, end_ms)
            except Halting:
                return Left(known=False)
            now_ms = self.clock.now_ms()
            if left.nothing or now_ms >= end_ms:
                return left
            silent = 0 if left.known else silent + 1
            pause_ms = SILENT_MS[min(silent, len(SILENT_MS)) - 1] if silent else PAUSE_MS
            self.clock.sleep_ms(min(pause_ms, end_ms - now_ms))

    def _tried(self, work: Callable[[Ids], Left], ids: Ids, end_ms: int) -> Left:
        """One round; what the venue does not answer is asked again in the next."""
        try:
            return work(ids)
        except Halting as error:
            self.say(one_line(error))
            raise
        except RunnerError as error:
            why = one_line(error)
            if self.clock.now_ms() < end_ms:
                self._trouble(f"{why}; it is asked again until {datetime.fromtimestamp(end_ms / 1000, UTC):%H:%M:%S}")
            return Left(known=False, why=why)

    def _trouble(self, text: str) -> None:
        """Say what goes wrong, the same no sooner again than after ten seconds."""
        now_ms = self.clock.now_ms()
        if now_ms - self.told.get(text, -TOLD_MS) >= TOLD_MS:
            self.told[text] = now_ms
            self.say(text)

    def _flat_round(self, ids: Ids) -> Left:
        """What was there before this round's work: nothing only when it was so without any."""
        orders, positions = self.desk.open_orders(), self.desk.positions()
        self._cancel([order for order in orders if opens(order)])
        for position in positions:
            self._close(position, ids)
        if not positions:
            self._cancel([order for order in orders if not opens(order)])
        return Left(positions=tuple(positions), orders=tuple(orders))

    def _entries_round(self, _ids: Ids) -> Left:
        entries = [order for order in self.desk.open_orders() if opens(order)]
        self._cancel(entries)
        return Left(orders=tuple(entries), kept=tuple(self.desk.positions()))

    def _cancel(self, orders: Sequence[OrderSeen]) -> None:
        """By the venue's own id, one by one: a cancel of everything would take protective stops along."""
        for order in orders:
            request = CancelRequest(symbol=order.symbol, order_id=order.order_id)
            self._done(f"cancel {order.symbol} {order.client_order_id or order.order_id}", partial(self.desk.cancel, request))

    def _close(self, position: PositionSeen, ids: Ids) -> None:
        """At market and reduce-only, in parts the venue takes."""
        for part in self._parts(position):
            request = OrderRequest(
                client_order_id=ids.next(self.clock.now_ms()),
                symbol=position.symbol,
                side=-position.side,
                kind=OrderKind.MARKET,
                quantity=part,
                reduce_only=True,
            )
            self._done(f"close {position.symbol} {part}", partial(self.desk.place, request))

    def _parts(self, position: PositionSeen) -> Iterator[Decimal]:
        """The position in orders of the largest size at market; whole where the venue does not tell its rules."""
        try:
            contract = self.desk.contract(position.symbol)
        except RunnerError as error:
            self._trouble(one_line(error))
            yield position.quantity
            return
        yield from parts(Held(position=position, contract=contract), position.quantity)

    def _done(self, what: str, send: Callable[[], object]) -> None:
        """Send, and say what came of it; a refusal is looked at again in the next round."""
        try:
            send()
        except Halting:
            raise
        except RunnerError as error:
            self._trouble(f"could not {what}: {one_line(error)}")
            return
        self.say(what)


def one_line(error: RunnerError) -> str:
    """A problem in one line."""
    return " ".join(str(error).split())
