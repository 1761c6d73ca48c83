"""The venue's truth read anew: executions, orders, positions, candles; and the ledger held against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from loguru import logger

from runner.bars.when import when
from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.live.clock import Clock
from runner.live.desk import Desk
from runner.live.executor import Executor
from runner.live.history import History
from runner.live.outcome import Blocked, Rejected, Unknown
from runner.model.trading import OrderSeen, Seen

OVERLAP_MS = 60_000  # by which readings of executions overlap
DIFFER_MS = 2_000  # for which venue and ledger may differ before everything is read anew
AGAIN_MS = 1_000  # after a reading that failed
PAID_MS = 3_000  # after a payment has fallen due its execution is there


@dataclass(kw_only=True)
class Reader:
    """Reads what streams may have missed. `take` takes what was found in, `take_order` an order as the venue has it.

    stale: symbols that have to be read. holes: why a symbol's candles are not whole, by symbol.
    """

    account: LiveAccount
    journal: LiveJournal
    desk: Desk
    clock: Clock
    executor: Executor
    histories: Mapping[str, History]
    stale: set[str]
    take: Callable[[Sequence[Seen]], None]
    take_order: Callable[[OrderSeen], None]
    holes: dict[str, str] = field(default_factory=dict)
    differ_since: dict[str, int] = field(default_factory=dict)
    again_ms: dict[str, int] = field(default_factory=dict)
    funding_ms: dict[str, int] = field(default_factory=dict)  # when the next payment of a symbol falls due
    paid_ms: dict[str, int] = field(default_factory=dict)  # when the last one can be read

    def pays(self, symbol: str, next_ms: int) -> None:
        """When the symbol's next payment falls due. A payment moves no position, so one that was not heard of is missed by nobody.

        A time that is past is no next one: a venue may go on telling it for a while, and it is read once.
        """
        if next_ms <= self.clock.now_ms():
            return
        known = self.funding_ms.get(symbol)
        if known is not None and known < next_ms:
            self.paid_ms[symbol] = known + PAID_MS
        self.funding_ms[symbol] = next_ms

    def look_for_payments(self) -> None:
        """Payments are read once they have fallen due, whether the streams told of them or not."""
        now = self.clock.now_ms()
        for symbol, due_ms in list(self.funding_ms.items()):
            if now >= due_ms:
                self.paid_ms[symbol] = self.funding_ms.pop(symbol) + PAID_MS
        for symbol, at_ms in list(self.paid_ms.items()):
            if now >= at_ms:
                self.stale.add(symbol)
                self.paid_ms.pop(symbol)

    def read_stale(self) -> None:
        """Read every symbol that has to be, those that failed a moment ago a moment later."""
        for symbol in sorted(self.stale, key=self.account.follower.symbols.index):
            if self.clock.now_ms() >= self.again_ms.get(symbol, 0):
                self.read(symbol)

    def read(self, symbol: str) -> None:
        """Executions, orders, position and candles of a symbol."""
        try:
            began_ms = self.clock.now_ms()
            self.take(self.desk.fills(since_ms=self._from_ms(symbol), symbol=symbol))
            self.journal.set_meta(f"read {symbol}", str(began_ms - OVERLAP_MS))
            self._read_orders(symbol)
            self.executor.saw_position(self.desk.position(symbol))
            self.fetch(symbol, self._closed_ms(symbol))
        except (Rejected, Unknown, Blocked) as error:
            self.journal.note(self.clock.now_ms(), "reading_failed", {"symbol": symbol, "why": str(error)})
            self.again_ms[symbol] = self.clock.now_ms() + AGAIN_MS
            self.stale.add(symbol)
            return
        self.stale.discard(symbol)

    def due_ms(self) -> list[int]:
        """When something is to be read or compared again."""
        again = [self.again_ms.get(symbol, 0) for symbol in self.stale]
        payments = [*self.funding_ms.values(), *self.paid_ms.values()]
        return again + payments + [since + DIFFER_MS for since in self.differ_since.values()]

    def fetch(self, symbol: str, until_ms: int) -> None:
        """Fill what is missing of a symbol's candles; what stays missing is a hole."""
        history = self.histories[symbol]
        if history.closed_ms < until_ms:
            try:
                for candle in self.desk.candles(symbol, history.timeframe_ms, start_ms=history.closed_ms, end_ms=until_ms):
                    history.takes(candle)
            except (LookupError, Rejected, Unknown, Blocked) as error:
                self.holes[symbol] = str(error)
        if history.closed_ms >= until_ms:
            self.holes.pop(symbol, None)
        elif symbol not in self.holes:
            self.holes[symbol] = f"candles are missing from {when(history.closed_ms)} to {when(until_ms)}"
            logger.warning("{}: {}; no entry is taken until they are there", symbol, self.holes[symbol])

    def compare(self) -> None:
        """Venue and ledger hold the same, or are read anew; what then still differs freezes the symbol."""
        now = self.clock.now_ms()
        for symbol in self.account.follower.symbols:
            if self.executor.standing[symbol].frozen or self._agrees(symbol):
                self.differ_since.pop(symbol, None)
            elif now >= self.differ_since.setdefault(symbol, now) + DIFFER_MS:
                self.differ_since.pop(symbol)
                self.read(symbol)
                if not self._agrees(symbol) and symbol not in self.stale:
                    self._freeze(symbol)

    def thaw(self, symbol: str) -> None:
        """Lift what froze a symbol where the venue now tells the same as the ledger, and nobody else's order rests there."""
        standing = self.executor.standing[symbol]
        why, standing.frozen = standing.frozen, ""  # so that what is found now freezes it anew, with its own reason
        if not why:
            return
        self.read(symbol)
        if standing.frozen:
            return
        if symbol in self.stale:
            standing.frozen = why
        elif not self._agrees(symbol):
            self._freeze(symbol)
        else:
            self.executor.thaw(symbol, why)

    def _from_ms(self, symbol: str) -> int:
        """Executions are read from a little before the last time they were read; those before the account was taken over are the past's."""
        known = (self.journal.meta(name) for name in (f"read {symbol}", "adopted_ms"))
        return max(self.account.follower.start_ms, *(int(each or 0) for each in known))

    def _read_orders(self, symbol: str) -> None:
        open_orders = self.desk.open_orders(symbol)
        for seen in open_orders:
            self.take_order(seen)
        there = {seen.client_order_id for seen in open_orders}  # '' of stops, and of orders by hand
        for order in self.executor.orders.of(symbol):
            if order.id not in there:
                self.executor.ask(order)

    def _closed_ms(self, symbol: str) -> int:
        """When the symbol's last candle closed, by the clock."""
        history = self.histories[symbol]
        return history.closed_ms + (self.clock.now_ms() - history.closed_ms) // history.timeframe_ms * history.timeframe_ms

    def _held(self, symbol: str) -> float:
        position = self.account.follower.position(symbol)
        return 0.0 if position is None else position.side * position.quantity

    def _agrees(self, symbol: str) -> bool:
        standing = self.executor.standing[symbol]
        step = float(self.executor.contracts[symbol].step)
        return abs(self._held(symbol) - standing.side * float(standing.quantity)) < step / 2

    def _freeze(self, symbol: str) -> None:
        standing = self.executor.standing[symbol]
        self.executor.freeze(symbol, f"the venue holds {standing.side * standing.quantity}, the ledger {self._held(symbol)}")
