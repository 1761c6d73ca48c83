"""Doing what was decided. What cannot be done is told and found again at the next look; nothing is repeated blindly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Protocol

from runner.live.guard.disk import Disk
from runner.live.guard.survey import Shown
from runner.live.guard.view import PEAKS_LOST, Action, Do, Held, View
from runner.live.outcome import Rejected
from runner.live.state import Halt, StateFolder, halt, halt_of, release
from runner.model.errors import RunnerError
from runner.model.plan import Trigger
from runner.model.trading import Ack, CancelRequest, OrderKind, OrderRequest, ProtectRequest

BY = "guard"
PREFIX = "g"  # of its client order ids: they are not foreign to the bot


class Sending(Shown, Protocol):
    """What the guard asks a venue to do."""

    def place(self, request: OrderRequest) -> Ack:
        """Send an order."""
        ...

    def cancel(self, request: CancelRequest) -> Ack:
        """Withdraw one."""
        ...

    def protect(self, request: ProtectRequest) -> None:
        """Set a position's stop."""
        ...


@dataclass
class Ids:
    """Client order ids that are never used twice: the instant, and a number within it."""

    prefix: str = PREFIX
    at_ms: int = 0
    number: int = 0

    def next(self, now_ms: int) -> str:
        """The next id."""
        self.number = self.number + 1 if now_ms == self.at_ms else 1
        self.at_ms = now_ms
        return f"{self.prefix}{now_ms:x}-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Hand:
    """What acts for one account."""

    desk: Sending
    state: StateFolder
    ids: Ids
    say: Callable[[str], None]
    disk: Disk
    trigger: Trigger = Trigger.LAST
    held_back: list[Halt] = field(default_factory=list)  # the halt that the disk did not take

    def unwritten(self, now_ms: int) -> Halt | None:
        """The halt that stands although the disk did not take it."""
        return next((each for each in self.held_back if each.until_ms is None or each.until_ms > now_ms), None)

    def catch_up(self, now_ms: int) -> None:
        """Write the halt that is missing, so that the bot hears of it."""
        missing = self.unwritten(now_ms)
        if missing is None or self.disk.took("halt", lambda: halt(self.state, missing)):
            self.held_back.clear()

    def act(self, view: View, action: Action) -> bool:
        """Do one thing and say so; what goes wrong is said too. Whether it was done, and was not so already."""
        try:
            done = self._do(view, action)
        except RunnerError as error:
            self.say(f"could not {action.line()}: {' '.join(str(error).split())}")
            return False
        if done:
            self.say(action.line())
        return done

    def lift(self, view: View) -> None:
        """Take back the guard's own halt for lost peaks once they are known again."""
        mine = any(each.by == BY and each.why.startswith(PEAKS_LOST) for each in view.halts)
        if mine and view.blind_until_ms is None:
            try:
                release(self.state, BY)
                self.held_back.clear()
            except RunnerError as error:
                self.say(f"could not lift the halt: {' '.join(str(error).split())}")
                return
            self.say("peaks and day starts are known again: the halt is lifted")

    def _do(self, view: View, action: Action) -> bool:
        """Whether anything was done that was not so already."""
        if action.do is Do.HALT:
            return self._halt(view, action)
        if action.do is Do.CANCEL and action.order is not None:
            self.desk.cancel(CancelRequest(symbol=action.symbol, order_id=action.order.order_id))
        elif action.do is Do.CLOSE and action.quantity is not None:
            self._close(view, action.symbol, action.quantity)
        elif action.stop is not None:
            return self._protect(view, action)
        return True

    def _halt(self, view: View, action: Action) -> bool:
        """Halt the account unless the guard's own halt lasts as long already; kept in mind where the disk does not take it."""
        wanted = Halt(by=BY, at_ms=view.now_ms, why=f"{action.code}: {action.why}", until_ms=action.until_ms)
        mine = halt_of(self.state, BY, view.now_ms)
        if mine is not None and lasts(mine, wanted):
            return False
        before = self.unwritten(view.now_ms)
        self.held_back.clear()
        if self.disk.took("halt", lambda: halt(self.state, wanted)):
            return True
        self.held_back.append(wanted)
        return before is None or not lasts(before, wanted)

    def _close(self, view: View, symbol: str, quantity: Decimal) -> None:
        """Leave at market; reduce-only, so that it can never open anything."""
        held = next(each for each in view.held if each.symbol == symbol)
        for part in parts(held, quantity):
            request = OrderRequest(
                client_order_id=self.ids.next(view.now_ms),
                symbol=symbol,
                side=-held.position.side,
                kind=OrderKind.MARKET,
                quantity=part,
                reduce_only=True,
            )
            self.desk.place(request)

    def _protect(self, view: View, action: Action) -> bool:
        """Set the position's stop; where the venue refuses one that is missing, the position is closed."""
        try:
            self.desk.protect(ProtectRequest(symbol=action.symbol, stop=action.stop, stop_trigger=self.trigger))
        except Rejected as refusal:
            self.say(f"could not {action.line()}: {refusal.message} ({refusal.code})")
            held = next(each for each in view.held if each.symbol == action.symbol)
            if action.do is Do.SET_STOP:
                self._close(view, action.symbol, held.position.quantity)
                self.say(f"close {action.symbol} {held.position.quantity}: NO_STOP the venue takes no stop")
            return False
        return True


def lasts(halt: Halt, wanted: Halt) -> bool:
    """Whether a halt lasts as long as another would."""
    return halt.until_ms is None or (wanted.until_ms is not None and halt.until_ms >= wanted.until_ms)


def parts(held: Held, quantity: Decimal) -> Iterator[Decimal]:
    """A quantity in orders of the largest size the venue takes at market."""
    most = held.contract.max_market_quantity
    most = (most / held.contract.step).to_integral_value(ROUND_FLOOR) * held.contract.step if most > 0 else quantity
    while quantity > most > 0:
        yield most
        quantity -= most
    yield quantity
