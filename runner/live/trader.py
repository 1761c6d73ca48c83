"""One bot at work: streams in, the machine told, the venue brought to what it wants. Single-threaded; only `put` comes from outside.

A boundary T (a bar's end, a day's reset) runs in the machine's own order: OVER at once, closing candles waited for, then what the
open brought, due exits, each plan in config order with its fills before the next, BEGIN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from loguru import logger

from runner.bars.when import when
from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.live.booker import OTHERS, Booker
from runner.live.clock import Clock
from runner.live.desk import Desk
from runner.live.evidence_rows import decision_of
from runner.live.executor import Executor
from runner.live.inbox import Inbox
from runner.live.last_look import LastLook
from runner.live.prices import Prices
from runner.live.reader import Reader
from runner.live.terms import Terms
from runner.live.thinker import Thinker, Thought
from runner.model.errors import Problem, RunnerError
from runner.model.following import Told
from runner.model.trading import (
    CandleSeen,
    FillKind,
    FillSeen,
    OrderKind,
    OrderSeen,
    Origin,
    PositionSeen,
    PriceSeen,
    Seen,
    StreamTurn,
    WalletSeen,
)

GRACE_MS = 2_000  # for which closing candles are waited for before a hole is assumed
AWAIT_MS = 10_000  # for which a market order is waited for, until it is certain what became of it
POLL_MS = 300  # without streams
BARE_MS = 100  # between two looks at a position without its stop
LEAST_MS = 5  # between two looks when nothing comes


@dataclass(kw_only=True)
class Turn:
    """A boundary that is being crossed."""

    at_ms: int
    missing: set[str]  # symbols whose closing candle has not come
    opened: bool = False  # the new bars have begun for the machine


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a trader works with."""

    account: LiveAccount
    journal: LiveJournal
    desk: Desk
    clock: Clock
    inbox: Inbox
    thinker: Thinker
    executor: Executor


class Trader:
    """One account over one venue."""

    def __init__(self, parts: Parts, terms: Terms, stale: set[str]) -> None:
        self.account, self.journal, self.desk, self.clock = parts.account, parts.journal, parts.desk, parts.clock
        self.inbox, self.thinker, self.executor = parts.inbox, parts.thinker, parts.executor
        self.terms = terms
        self.symbols = self.account.follower.symbols
        self.prices = Prices(account=self.account, desk=self.desk, histories=self.thinker.histories, every=terms.every_price)
        self.desk.before = LastLook(account=self.account, contracts=self.executor.contracts, last=self.prices.last, leverage=terms.leverage)
        self.turn: Turn | None = None
        self.held: list[Seen] = []  # prices and fills of bars that have not begun yet for the machine
        self.booker = Booker(account=self.account, journal=self.journal, clock=self.clock, executor=self.executor)
        self.reader = Reader(
            account=self.account,
            journal=self.journal,
            desk=self.desk,
            clock=self.clock,
            executor=self.executor,
            histories=self.thinker.histories,
            stale=stale,
            take=self.take,
            take_order=self._take_order,
        )
        self.stopping = False
        self.due = False  # a candle says that a boundary has come
        self._crossed_ms = 0  # the last boundary that was

    # --- beginning ----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Go on where the journal ends: stops first, the venue's truth, then the boundary that was being crossed, if one was."""
        for symbol in self.symbols:
            if self.account.follower.holds(symbol):
                self.executor.cover(symbol)
        for symbol in self.symbols:
            self.prices.begin(symbol, self.clock.now_ms())
        for symbol in self.symbols:
            self.reader.fetch(symbol, self._known_ms(symbol))
        unfinished, fresh = self.account.turn_ms, self.account.follower.time_ms == self.account.follower.start_ms
        if unfinished is not None or fresh:
            at_ms = self.account.follower.start_ms if unfinished is None else unfinished
            self.turn = Turn(at_ms=at_ms, missing=set())
        for symbol in self.symbols:
            self.reader.read(symbol)
            self._heed_frozen(symbol)
        if self.turn is not None:
            self._end_phase(self.turn.at_ms)
            self._finish(self.turn)
        self.work([])

    def _heed_frozen(self, symbol: str) -> None:
        """A symbol that was frozen before stays so, unless somebody has looked and says so."""
        if self.terms.thaws:
            self.reader.thaw(symbol)
        why = self.executor.standing[symbol].frozen
        if why:
            logger.warning("{} is frozen, no entry is taken: {}; once that is put right, start with mode.unfreeze=true", symbol, why)

    def _known_ms(self, symbol: str) -> int:
        """When the symbol's running bar began, as the machine knows it."""
        world = self.account.follower.world
        return int(world.open_time[world.symbols[self.symbols.index(symbol)]["first"] + 1])

    # --- the loop -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Work until somebody asks to stop."""
        while not self.stopping:
            self.work(self.inbox.wait(self.wake_ms()))

    def work(self, events: Sequence[Seen]) -> None:
        """One round: take in what came, cross the boundaries that are due, read what is stale, bring the venue to what is wanted."""
        self.take(events)
        self.cross()
        self.look_after()
        self.settle()

    def wake_ms(self) -> int:
        """When there is something to do even if nothing comes."""
        now = self.clock.now_ms()
        due = [self.boundary_ms()]
        if self.turn is not None:
            due = [self.turn.at_ms + GRACE_MS]
        if self.executor.orders.open or any(standing.believed_until_ms for standing in self.executor.standing.values()):
            due.append(self._asking_ms())
        due += [at_ms for standing in self.executor.standing.values() for at_ms in standing.wakes(now)]
        due += [max(standing.stop_retry_ms, now + BARE_MS) for standing in self.executor.bare()]
        due += self.reader.due_ms()
        return max(now + LEAST_MS, min(due))

    def _asking_ms(self) -> int:
        """When the next uncertain order or believed stop is to be asked about."""
        due = [self.executor.asking_ms()]
        due += [standing.believed_until_ms + 1 for standing in self.executor.standing.values() if standing.believed_until_ms]
        return min(due)

    def boundary_ms(self) -> int:
        """The next instant at which a bar ends or a day begins."""
        return self.account.boundary_ms()

    # --- taking in ----------------------------------------------------------------------------------------------------

    def take(self, events: Sequence[Seen]) -> None:
        """Everything that came, fills before prices of the same instant."""
        with self.account.together():
            for seen in sorted(events, key=_order):
                self._take(seen)

    def _take(self, seen: Seen) -> None:
        if isinstance(seen, PriceSeen):
            self._take_price(seen)
        elif isinstance(seen, FillSeen):
            self._take_fill(seen)
        elif isinstance(seen, CandleSeen):
            self._take_candle(seen)
        elif isinstance(seen, OrderSeen):
            self._take_order(seen)
        elif isinstance(seen, PositionSeen):
            self.executor.saw_position(seen)
        elif isinstance(seen, StreamTurn):
            self._take_turn(seen)
        elif isinstance(seen, WalletSeen):
            pass

    def _take_turn(self, seen: StreamTurn) -> None:
        self.journal.note(self.clock.now_ms(), "stream", {"channel": seen.channel, "up": seen.up, "why": seen.why})
        if seen.up:
            self.reader.stale.update(self.symbols)

    def _take_price(self, seen: PriceSeen) -> None:
        if seen.symbol in self.symbols and seen.next_funding_ms is not None:
            self.reader.pays(seen.symbol, seen.next_funding_ms)
        if seen.last is None or seen.symbol not in self.symbols:
            return
        if self._belongs_later(seen.at_ms):
            self.held.append(seen)
            return
        self.prices.take(seen.symbol, seen.last, seen.at_ms)

    def _belongs_later(self, at_ms: int) -> bool:
        """Whether something belongs to a bar that has not begun yet for the machine."""
        return not self.turn.opened if self.turn is not None else at_ms >= self.boundary_ms()

    def _take_candle(self, seen: CandleSeen) -> None:
        history = self.thinker.histories.get(seen.symbol)
        if history is None or not seen.closed or seen.close_ms - seen.open_ms != history.timeframe_ms:
            return
        self.due |= self.turn is None and seen.close_ms >= self.boundary_ms()
        try:
            history.takes(seen)
        except LookupError as hole:
            self.reader.holes[seen.symbol] = str(hole)
            self.reader.stale.add(seen.symbol)
            return
        if self.turn is not None and history.closed_ms >= self.turn.at_ms:
            self.turn.missing.discard(seen.symbol)

    def _take_order(self, seen: OrderSeen) -> None:
        if seen.client_order_id in self.executor.orders.open:
            self.executor.saw_order(seen)
        elif seen.origin is Origin.USER and seen.state.open and not self._is_known(seen.client_order_id):
            self._note_order(seen)
            if seen.symbol in self.symbols and not seen.reduce_only:
                self.executor.freeze(seen.symbol, f"order {seen.order_id} is not ours")

    def _note_order(self, seen: OrderSeen) -> None:
        """An order that nobody here has sent is told once, however often it is read."""
        if all(note.detail.get("order_id") != seen.order_id for note in self.journal.notes("foreign_order")):
            self.journal.note(self.clock.now_ms(), "foreign_order", {"symbol": seen.symbol, "order_id": seen.order_id})

    def _is_known(self, client_order_id: str) -> bool:
        """Ours, the guard's, or sent by hand with `mode=flatten`."""
        return self.executor.orders.is_ours(client_order_id) or client_order_id.startswith(OTHERS)

    # --- fills --------------------------------------------------------------------------------------------------------

    def _take_fill(self, seen: FillSeen) -> None:
        """Book an execution once, whatever way it comes."""
        if seen.symbol not in self.symbols:
            return
        if not self.booker.answers_us(seen) and self._belongs_later(seen.at_ms):
            self.held.append(seen)
            return
        self.booker.book(seen, None if self.turn is None else self.turn.at_ms, self.prices.of(seen.symbol))
        self.prices.forget_extremes(seen.symbol)

    # --- boundaries ---------------------------------------------------------------------------------------------------

    def cross(self) -> None:
        """Cross every boundary that has come."""
        while True:
            if self.turn is None:
                boundary = self.boundary_ms()
                if self.clock.now_ms() < boundary and not self.held and not self.due:
                    return
                self._goes_on(boundary)
                self.over(boundary)
            if self.turn is None:
                continue
            if self.turn.missing and self.clock.now_ms() < self.turn.at_ms + GRACE_MS:
                return
            self._finish(self.turn)

    def _goes_on(self, at_ms: int) -> None:
        """Each boundary is crossed once; one that comes again would be crossed for ever."""
        if at_ms <= self._crossed_ms:
            again, crossed = when(at_ms), when(self._crossed_ms)
            told = f"the boundary {again} comes again after {crossed} was crossed; nothing is done until somebody has looked"
            raise RunnerError("time does not go on", [Problem(path="boundary", message=told)])

    def over(self, at_ms: int) -> None:
        """An instant is over: days roll, floors are judged; what has to go at once goes before the market moves on."""
        world = self.account.follower.world
        ends = world.close_time[world.symbols["first"] + 1]
        ending = [symbol for symbol, end in zip(self.symbols, ends, strict=True) if end == at_ms]
        with self.account.together():
            self.prices.tell_open(min(self.clock.now_ms(), at_ms))
            self.account.tell(Told.OVER, at_ms)
        self.due, self._crossed_ms = False, at_ms
        self.turn = Turn(at_ms=at_ms, missing={s for s in ending if self.thinker.histories[s].closed_ms < at_ms})
        self.settle()
        self._end_phase(at_ms)
        if not ending:
            self._begin(self.turn)

    def _finish(self, turn: Turn) -> None:
        """The closing candles are here, or have not come in time."""
        for symbol in sorted(turn.missing, key=self.symbols.index):
            self.reader.fetch(symbol, turn.at_ms)
        thoughts = {symbol: self._close(symbol, turn) for symbol in self.symbols if self._ended(symbol, turn)}
        turn.missing.clear()
        turn.opened = True
        self._release()
        self.settle()
        for thought in (each for symbol in thoughts.values() for each in symbol):
            self._decide(thought, turn)
        self._begin(turn)

    def _ended(self, symbol: str, turn: Turn) -> bool:
        """Whether a bar of the symbol ended at the boundary."""
        world = self.account.follower.world
        return bool(world.close_time[world.symbols[self.symbols.index(symbol)]["first"]] == turn.at_ms)

    def _close(self, symbol: str, turn: Turn) -> list[Thought]:
        """Tell the machine a symbol's closed bar; what its strategies say about it. With a hole nobody says anything."""
        history = self.thinker.histories[symbol]
        whole = history.knows(turn.at_ms) and symbol not in self.reader.holes
        thoughts = self.thinker.think(symbol, turn.at_ms) if whole else []
        bits = self.thinker.bits(symbol, turn.at_ms, self.account.follower.strategies) if whole else 0
        price = history.close_at(turn.at_ms) if whole else self.prices.or_close(symbol)
        if symbol in self.account.closed or turn.at_ms == self.account.follower.start_ms:
            return thoughts
        with self.account.together():
            for thought in thoughts:
                self.account.set_columns(turn.at_ms, symbol, thought.strategy, thought.columns)
            self.account.tell(Told.CANDLE, turn.at_ms, symbol, price=price, bits=bits)
        return thoughts

    def _decide(self, thought: Thought, turn: Turn) -> None:
        """Each plan meets the market; its order is filled, or rests, before the next one is looked at."""
        known = self.account.planned.get((thought.symbol, thought.strategy), [])
        if thought.plans:
            self.prices.ask_anew(thought.symbol, turn.at_ms)
        for place, plan in enumerate(thought.plans):
            if place < len(known):
                self._follow_up(thought.symbol, known[place], turn)
                continue
            why = self.why_not(thought.symbol, turn)
            if why:
                self.journal.note(self.clock.now_ms(), "blocked", {"symbol": thought.symbol, "strategy": thought.strategy, "why": why})
                logger.warning("{} {} takes no entry: {}", thought.strategy, thought.symbol, why)
                continue
            with self.account.together():
                number = self.account.add_plan(thought.symbol, thought.strategy, plan)
                self._consider(thought.symbol, number, turn)
            self._follow_up(thought.symbol, number, turn)

    def _follow_up(self, symbol: str, number: int, turn: Turn) -> None:
        """Send what a plan became; one that waits until something is closed meets the market again."""
        for _ in range(3):
            self._send(symbol)
            if not self.account.follower.is_pending(number):
                return
            self._consider(symbol, number, turn)

    def _consider(self, symbol: str, number: int, turn: Turn) -> None:
        """The plan meets the market; what the rules answer is noted with their numbers, for whoever looks on."""
        price = self.prices.or_close(symbol)
        with self.account.together():
            self.account.tell(Told.CONSIDER, turn.at_ms, symbol, plan=number, price=price)
            if not self.account.follower.is_pending(number):
                self.journal.note(self.clock.now_ms(), "decision", decision_of(self.account.follower, number))

    def why_not(self, symbol: str, turn: Turn) -> str:
        """Why no entry may be taken on a symbol just now; '' when one may."""
        if turn.at_ms == self.account.follower.start_ms and not self.terms.acts_at_start:
            return "the account begins with the next bar"
        late = self.clock.now_ms() - turn.at_ms
        if late > self.terms.late_ms:
            return f"the bar closed {late // 1000} s ago"
        return self.executor.standing[symbol].frozen or self.reader.holes.get(symbol, "") or self.terms.block(symbol)

    def _begin(self, turn: Turn) -> None:
        """Everything due at the boundary is done."""
        self.account.tell(Told.BEGIN, turn.at_ms)
        self.account.keep()
        self.prices.forget_extremes()
        self.turn = None
        self.due = any(history.closed_ms >= self.boundary_ms() for history in self.thinker.histories.values())
        self._release()
        for symbol in self.symbols:
            if self.account.follower.holds(symbol) or self.executor.standing[symbol].side:
                self.executor.look_at(symbol)

    def _release(self) -> None:
        """Take what was held back, symbol by symbol; what belongs to a later bar still is held again."""
        held, self.held = self.held, []
        with self.account.together():
            for seen in sorted(held, key=lambda each: (self.symbols.index(cast(Any, each).symbol), _order(each))):
                self._take(seen)

    def _end_phase(self, at_ms: int) -> None:
        """After a verdict: flat first, then what follows it, if somebody knows what does."""
        follower = self.account.follower
        if not follower.ended or follower.following < 0:
            return
        for _ in range(20):
            self.settle()
            if not any(follower.position(symbol) for symbol in self.symbols) and not self.executor.orders.open:
                break
            self.pump(lambda: False, 200)
        if self.terms.succeed(follower.following):
            self.account.tell(Told.PHASE, at_ms)

    # --- sending ------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Bring the venue to what is wanted, waiting for what fills at once."""
        for symbol in self.symbols:
            self._send(symbol)

    def _send(self, symbol: str) -> None:
        """One symbol, until nothing more is to be sent."""
        for _ in range(8):
            sent = self.executor.settle(symbol)
            if self._awaits_fill(symbol):
                self.pump(lambda: not self._awaits_fill(symbol), AWAIT_MS)
                sent = True
            if not sent or self._awaits_fill(symbol):
                return

    def _awaits_fill(self, symbol: str) -> bool:
        """Whether a market order is out whose executions have not come."""
        return any(order.kind is OrderKind.MARKET for order in self.executor.orders.of(symbol))

    def pump(self, enough: Callable[[], bool], longest_ms: int) -> None:
        """Take in what comes until it is enough."""
        until = self.clock.now_ms() + longest_ms
        while not enough() and self.clock.now_ms() < until and not self.stopping:
            if self.terms.polls:
                self.clock.sleep_ms(POLL_MS)
                for symbol in self.symbols:
                    self.reader.read(symbol)
            self.take(self.inbox.wait(self.clock.now_ms() if self.terms.polls else min(until, self.executor.asking_ms())))
            self.executor.ask_uncertain()
            self.reader.read_stale()

    # --- looking after ------------------------------------------------------------------------------------------------

    def look_after(self) -> None:
        """Ask about what is uncertain, read anew what is stale, compare venue and ledger."""
        self.executor.ask_uncertain()
        self.executor.check_stops()
        self.reader.look_for_payments()
        self.reader.read_stale()
        self.reader.compare()


def _order(seen: Seen) -> tuple[int, int]:
    """Fills before everything else of the same batch, candles last."""
    kinds: Mapping[type, int] = {FillSeen: 0, OrderSeen: 1, PositionSeen: 2, WalletSeen: 3, StreamTurn: 4, PriceSeen: 5, CandleSeen: 6}
    funding = isinstance(seen, FillSeen) and seen.kind is FillKind.FUNDING
    return (-1 if funding else kinds[type(seen)], cast(Any, seen).at_ms if isinstance(seen, PriceSeen | FillSeen) else 0)
