"""Makes the venue look like what the machine wants: orders placed, amended and withdrawn by the difference; stops first.

Nothing is sent that is not in the journal; silence is asked about, never answered by another order; exits only reduce.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from loguru import logger

from runner.journal.live import IntentState, LiveJournal
from runner.live.account import LiveAccount
from runner.live.clock import Clock
from runner.live.desk import Desk
from runner.live.orders import LiveOrder, Orders, Purpose, adopted
from runner.live.outcome import Blocked, Reaction, Rejected, Unknown, VenueError
from runner.live.standing import Standing
from runner.live.wishes import Wish, exit_of, in_ticks, on_tick, trigger_of, wishes_of
from runner.machine.follower import Position
from runner.model.following import Told
from runner.model.plan import NO_COLUMN, TrailUpdate, Trigger
from runner.model.records import Answer, Reason
from runner.model.trading import (
    AmendRequest,
    CancelRequest,
    Contract,
    OrderKind,
    OrderSeen,
    OrderState,
    PositionSeen,
    ProtectRequest,
)

CERTAIN_MS = 7_000  # after that long the venue cannot take a request any more: its receive window and a margin
FAR_MS = 1 << 60
SIDES = {1: "buys", -1: "sells"}
PATIENCE = 3  # times that a stop is refused before its position is closed
AGAIN_MS = 250  # until a withdrawal or a change that was not answered is tried again


def frozen(symbol: str) -> str:
    """Where the journal says why a symbol takes no entries."""
    return f"frozen {symbol}"


@dataclass
class Executor:
    """The difference between wishes and orders, sent through the desk. `hurry` is called when something has to be asked anew."""

    account: LiveAccount
    journal: LiveJournal
    desk: Desk
    clock: Clock
    orders: Orders
    contracts: dict[str, Contract]
    hurry: Callable[[str], None]
    late_ms: int = 60_000
    trigger: Trigger = Trigger.LAST
    standing: dict[str, Standing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for symbol in self.contracts:
            self.standing.setdefault(symbol, Standing(frozen=self.journal.meta(frozen(symbol)) or ""))

    # --- one pass -----------------------------------------------------------------------------------------------------

    def settle(self, symbol: str) -> bool:
        """Bring one symbol's stop, exits and orders to what is wanted; whether anything was sent."""
        position = self.account.follower.position(symbol)
        sent = self._protect(symbol, position)
        sent |= self._exit(symbol, position)
        wishes = {wish.purpose: wish for wish in wishes_of(self.account.follower, symbol, self.contracts[symbol], self.trigger)}
        for order in self.orders.of(symbol):
            sent |= self._keep(order, wishes.pop(order.purpose, None))
        for wish in wishes.values():
            sent |= self._place(wish)
        return sent

    def cover(self, symbol: str) -> None:
        """Look at the position, and set its stop where the venue has none; out at once where the market has passed the level."""
        seen = self.look_at(symbol)
        if seen is not None and seen.side and seen.stop is None:
            self._protect(symbol, self.account.follower.position(symbol))
            self._exit(symbol, self.account.follower.position(symbol))

    def _keep(self, order: LiveOrder, wish: Wish | None) -> bool:
        """Leave an order, amend it, or withdraw it where nobody wants it any more."""
        if order.uncertain or order.kind is OrderKind.MARKET:
            return False
        if wish is None:
            return self._cancel(order)
        left = order.quantity - order.filled
        if wish.quantity == left and wish.price == order.price:
            return False
        return self._amend(order, wish)

    # --- the stop -----------------------------------------------------------------------------------------------------

    def _protect(self, symbol: str, position: Position | None) -> bool:
        """The position's stop stands where the machine wants it; a level the market has passed means out now."""
        standing = self.standing[symbol]
        if position is None or position.stop is None or self.clock.now_ms() < standing.stop_retry_ms or standing.gone:
            return False
        wanted, trail = on_tick(position.stop, self.contracts[symbol]), self._native_trail(position, standing)
        others = None if standing.stop == standing.sent else standing.stop
        tighter = others is not None and position.side * (others - wanted) > 0  # the guard's doing, never undone
        kept = standing.stop == wanted or tighter or (standing.trail is not None and position.stop_reason is Reason.TRAIL)
        if kept and trail is None:
            return False
        trigger = trigger_of(self.account.follower.world.plans[position.plan], self.trigger)
        request = ProtectRequest(symbol=symbol, stop=None if kept else wanted, stop_trigger=trigger, trail_distance=trail)
        try:
            self.desk.protect(request)
        except Rejected as refused:
            self._stop_refused(position, refused)
        except Unknown as silence:
            return self._stop_unknown(symbol, silence)
        except Blocked as blocked:
            standing.stop_retry_ms = blocked.until_ms
        else:
            standing.trail = standing.trail if trail is None else trail
            standing.believe(self.clock.now_ms(), standing.stop if kept else wanted)
            logger.debug("stop {} {} trail {}", symbol, standing.stop, standing.trail)
            return True
        return False

    def _stop_unknown(self, symbol: str, silence: Unknown) -> bool:
        """Whether to try at once again: the venue says that there is no stop. One that stands, but elsewhere, is moved a little later."""
        self._note("stop_unknown", symbol, str(silence))
        seen = self.look_at(symbol)
        if seen is None or seen.stop is not None:
            self.standing[symbol].stop_later(self.clock.now_ms())
            return False
        return True

    def _native_trail(self, position: Position, standing: Standing) -> Decimal | None:
        """The distance at which the venue itself is to trail from now on, where the trail is a plain one and the market at its best."""
        plan = self.account.follower.world.plans[position.plan]
        plain = plan["trail_update"] == TrailUpdate.NATIVE and not plan["tier_count"] and plan["trail_column"] == NO_COLUMN
        contract = self.contracts[position.symbol]
        at_best = abs(position.mark - position.best_price) < float(contract.tick) / 2
        if standing.trail is not None or not position.trailing or position.trail_distance is None or not plain or not at_best:
            return None
        return in_ticks(position.trail_distance, contract)

    def _stop_refused(self, position: Position, refused: Rejected) -> None:
        """A stop that cannot stand: out at the market when its level is passed or nothing else helps."""
        standing = self.standing[position.symbol]
        standing.stop_failures += 1
        over = refused.nothing_held and standing.stop_failures < PATIENCE and self._is_closed(position.symbol)
        self._note("stop_too_late" if over else "stop_refused", position.symbol, f"{refused.code} {refused.message}")
        self.hurry(position.symbol)
        if refused.reaction is Reaction.SUCCESS:
            standing.stop = on_tick(position.stop or 0.0, self.contracts[position.symbol])
        elif refused.reaction is Reaction.EXIT_NOW or standing.stop_failures >= PATIENCE:
            reason = position.stop_reason
            self.account.tell(Told.EXIT, self.clock.now_ms(), position.symbol, quantity=position.quantity, role=int(reason))
        else:
            standing.stop_later(self.clock.now_ms())

    def _is_closed(self, symbol: str) -> bool:
        """Whether the venue, asked once more, holds no position; what it does not say is taken for an open one. Nothing else is changed."""
        try:
            return self.desk.position(symbol).side == 0
        except VenueError:  # whatever it is, the next request that the position needs meets it too
            return False

    def look_at(self, symbol: str) -> PositionSeen | None:
        """Ask for the position and believe what is said."""
        try:
            seen = self.desk.position(symbol)
        except (Rejected, Unknown, Blocked) as error:
            self._note("position_unknown", symbol, str(error))
            self.standing[symbol].stop_later(self.clock.now_ms())
            return None
        self.saw_position(seen)
        return seen

    def saw_position(self, seen: PositionSeen) -> None:
        """Believe what the venue says of a position."""
        standing = self.standing.get(seen.symbol)
        if standing is not None:
            standing.saw(seen)

    def is_flat(self, symbol: str) -> None:
        """The position is gone, and whatever protected it."""
        self.standing[symbol].flat()

    def bare(self) -> Iterator[Standing]:
        """Symbols that hold a position whose stop the venue is not known to have."""
        for symbol, standing in self.standing.items():
            position = self.account.follower.position(symbol) if standing.stop is None and not standing.gone else None
            if position is not None and position.stop is not None:
                yield standing

    # --- exits at the market ------------------------------------------------------------------------------------------

    def _exit(self, symbol: str, position: Position | None) -> bool:
        """One market order at a time closes what has to go."""
        wish = exit_of(position, self.contracts[symbol]) if position is not None else None
        if wish is None or wish.quantity <= 0 or self.clock.now_ms() < self.standing[symbol].retry_ms or self.standing[symbol].gone:
            return False
        pending = [order for order in self.orders.of(symbol) if order.leaves]
        return False if pending else self._send(wish)

    # --- orders -------------------------------------------------------------------------------------------------------

    def _place(self, wish: Wish) -> bool:
        """Send an order that is wanted and not there yet."""
        standing = self.standing[wish.purpose.symbol]
        if self.clock.now_ms() < standing.retry_ms:
            return False
        return self._send(wish)

    def _send(self, wish: Wish) -> bool:
        """Journal, send, write down what came of it. Whether the venue has taken it."""
        with self.account.together():
            request = wish.request(self.orders.new_id(wish.purpose))
            order = self.orders.intend(wish.purpose, request, self.clock.now_ms())
        try:
            ack = self.desk.place(request)
        except Rejected as refused:
            return self._order_refused(order, refused)
        except Blocked as blocked:
            self._gone(order, IntentState.REJECTED, f"not sent: {blocked}", Answer.CANCELLED)
            self._later(wish.purpose.symbol, blocked.until_ms)
            return False
        except Unknown as silence:
            self.orders.step(order, IntentState.UNKNOWN, self.clock.now_ms(), detail=str(silence))
            self._note("order_unknown", wish.purpose.symbol, f"{order.id}: {silence}")
            self.ask(order)
            return True
        self.orders.step(order, IntentState.ACKNOWLEDGED, self.clock.now_ms(), ack.order_id)
        at = wish.price or "at market"
        logger.info("{} {} {} {} {}", order.purpose.role.name, wish.purpose.symbol, SIDES[wish.side], wish.quantity, at)
        self.standing[wish.purpose.symbol].failures = 0
        self._believe_stop(wish)
        return True

    def _believe_stop(self, wish: Wish) -> None:
        """A stop that went out with its entry is believed for a while; then it must have been seen."""
        standing = self.standing[wish.purpose.symbol]
        if wish.stop is not None and standing.side == 0:
            standing.believe(self.clock.now_ms(), wish.stop)

    def _order_refused(self, order: LiveOrder, refused: Rejected) -> bool:
        """What to do about a refusal, by the table of the venue's codes."""
        symbol = order.purpose.symbol
        self._note("order_refused", symbol, f"{order.id}: {refused.code} {refused.message}")
        if refused.reaction is Reaction.ADOPT:
            self.orders.step(order, IntentState.UNKNOWN, self.clock.now_ms(), detail=str(refused))
            self.ask(order)
            return True
        self._gone(order, IntentState.REJECTED, f"{refused.code} {refused.message}", Answer.CANCELLED)
        self.standing[symbol].order_failed(self.clock.now_ms())
        if refused.reaction is Reaction.STOP_ENTRIES:
            self.freeze(symbol, f"{refused.code} {refused.message}")
        if not order.purpose.opens:
            self.hurry(symbol)
        return False

    def _amend(self, order: LiveOrder, wish: Wish) -> bool:
        """Change a resting order; one that is gone is asked about."""
        standing, left = self.standing[order.purpose.symbol], order.quantity - order.filled
        if self.clock.now_ms() < standing.retry_ms:
            return False
        quantity = None if wish.quantity == left else wish.quantity + order.filled
        moved = None if wish.price == order.price else wish.price
        limit = order.kind is OrderKind.LIMIT
        request = AmendRequest(
            client_order_id=order.id,
            symbol=order.purpose.symbol,
            quantity=quantity,
            price=moved if limit else None,
            trigger_price=None if limit else moved,
        )
        try:
            self.desk.amend(request)
        except Rejected as refused:
            self._note("amend_refused", order.purpose.symbol, f"{order.id}: {refused.code} {refused.message}")
            self._again(order)
        except Unknown:
            self._again(order)
        except Blocked as blocked:
            self._later(order.purpose.symbol, blocked.until_ms)
        else:
            order.quantity, order.price = (quantity or order.quantity), wish.price
            return True
        return False

    def _cancel(self, order: LiveOrder) -> bool:
        """Withdraw an order; what it had filled by then is told by its executions."""
        if self.clock.now_ms() < order.asked_ms + 250:
            return False
        try:
            self.desk.cancel(CancelRequest(symbol=order.purpose.symbol, client_order_id=order.id))
        except (Rejected, Unknown):
            self._again(order)
        except Blocked as blocked:
            self._later(order.purpose.symbol, blocked.until_ms)
        else:
            order.asked_ms = self.clock.now_ms()
            return True
        return False

    # --- asking -------------------------------------------------------------------------------------------------------

    def ask(self, order: LiveOrder) -> None:
        """Ask the venue what it has of an order. What it does not know after its receive window never came to be."""
        order.asked_ms = self.clock.now_ms()
        try:
            seen = self.desk.order(order.purpose.symbol, client_order_id=order.id)
        except (Rejected, Unknown, Blocked) as error:
            self._note("order_unknown", order.purpose.symbol, f"{order.id}: {error}")
            return
        if seen is not None:
            self.saw_order(seen)
        elif self.clock.now_ms() > order.sent_ms + CERTAIN_MS:
            self._never_was(order)
        elif order.leaves and order.uncertain:
            self._leave_again(order)

    def _leave_again(self, order: LiveOrder) -> None:
        """An exit that the venue does not know goes out once more under its own id: it takes an id only once, and it only reduces."""
        try:
            ack = self.desk.place(order.exit_request())
        except Rejected as refused:
            if refused.reaction is not Reaction.ADOPT:  # it is there by now, and the next question finds it
                self._order_refused(order, refused)
        except (Unknown, Blocked) as silence:
            self._note("order_unknown", order.purpose.symbol, f"{order.id}: {silence}")
        else:
            self.orders.step(order, IntentState.ACKNOWLEDGED, self.clock.now_ms(), ack.order_id)

    def _again(self, order: LiveOrder) -> None:
        """A change or a withdrawal has not worked: ask. What is still there is tried again a little later; what is gone delays nothing."""
        self.ask(order)
        if order.id in self.orders.open:
            self._later(order.purpose.symbol, self.clock.now_ms() + AGAIN_MS)

    def _never_was(self, order: LiveOrder) -> None:
        """The venue has no such order and cannot get it any more: what is still wanted is sent anew, an entry only while it is fresh."""
        why = "the venue never had it"
        plan_ms = int(self.account.follower.world.plans[order.purpose.plan]["time"]) if order.purpose.opens else 0
        if order.purpose.opens and order.kind is OrderKind.MARKET and self.clock.now_ms() > plan_ms + self.late_ms:
            self._gone(order, IntentState.ABSENT, why, Answer.CANCELLED)
        else:
            self.orders.step(order, IntentState.ABSENT, self.clock.now_ms(), detail=why)

    def saw_order(self, seen: OrderSeen) -> None:
        """Take in what the venue says of one of our orders; states never go back, fills are told by executions alone."""
        order = self.orders.open.get(seen.client_order_id)
        if order is None:
            return
        adopted(order, seen)
        if seen.state.open:
            if order.uncertain:
                self.orders.step(order, IntentState.ADOPTED, self.clock.now_ms(), seen.order_id)
            return
        if seen.filled > order.filled:
            self.hurry(order.purpose.symbol)  # its executions are still to come, or were lost
            return
        if seen.state is OrderState.FILLED:
            self.orders.step(order, IntentState.FILLED, self.clock.now_ms(), seen.order_id)
        else:
            state = IntentState.REJECTED if seen.state is OrderState.REJECTED else IntentState.CANCELLED
            self._gone(order, state, seen.reason, Answer.CANCELLED)

    def _gone(self, order: LiveOrder, state: IntentState, detail: str, answer: Answer) -> None:
        """An order is no more: the book and, where it would have opened something, the machine forget it."""
        with self.account.together():
            self.orders.step(order, state, self.clock.now_ms(), detail=detail)
            if order.purpose.opens:
                purpose = order.purpose
                self.account.tell(
                    Told.GONE,
                    self.clock.now_ms(),
                    purpose.symbol,
                    plan=purpose.plan,
                    role=int(purpose.role),
                    step=purpose.step,
                    bits=int(answer),
                )

    def asking_ms(self) -> int:
        """When the next uncertain order or silent market order is to be asked about."""
        orders = (order for order in self.orders.open.values() if order.uncertain or order.kind is OrderKind.MARKET)
        return min((max(order.sent_ms, order.asked_ms) + 1_001 for order in orders), default=FAR_MS)

    def ask_uncertain(self) -> None:
        """Ask about every order of which only asking tells, and about market orders that have been silent for long."""
        now = self.clock.now_ms()
        for order in list(self.orders.open.values()):
            silent = order.kind is OrderKind.MARKET and now > max(order.sent_ms, order.asked_ms) + 1_000
            if (order.uncertain and now > order.asked_ms + 1_000) or silent:
                self.ask(order)

    def check_stops(self) -> None:
        """Stops that were sent and have not been seen in time are asked for."""
        now = self.clock.now_ms()
        for symbol, standing in self.standing.items():
            if not standing.believed_until_ms or now <= standing.believed_until_ms:
                continue
            standing.believed_until_ms = 0
            if self.account.follower.holds(symbol):
                standing.stop = None  # nobody has seen it
                self.look_at(symbol)

    def find(self, purpose: Purpose) -> LiveOrder | None:
        """The open order of a purpose."""
        return self.orders.find(purpose)

    def freeze(self, symbol: str, why: str) -> None:
        """Take no entry on a symbol any more, also after a restart, until somebody has looked."""
        if not self.standing[symbol].frozen:
            self.standing[symbol].frozen = why
            self.journal.set_meta(frozen(symbol), why)
            self._note("frozen", symbol, why)

    def thaw(self, symbol: str, why: str) -> None:
        """Somebody has looked, and all is as it should be: what froze the symbol is forgotten."""
        self._note("thawed", symbol, why)
        self.standing[symbol].frozen = ""
        self.journal.set_meta(frozen(symbol), "")

    def _later(self, symbol: str, until_ms: int) -> None:
        self.standing[symbol].retry_ms = until_ms

    def _note(self, kind: str, symbol: str, why: str) -> None:
        logger.warning("{} {}: {}", kind, symbol, why)
        self.journal.note(self.clock.now_ms(), kind, {"symbol": symbol, "why": why})
