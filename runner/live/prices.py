"""The last price of each symbol, and which prices the machine is told: new extremes of what is open, and one from time to time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from runner.live.account import LiveAccount
from runner.live.desk import Desk
from runner.live.history import History
from runner.live.outcome import Blocked, Rejected, Unknown
from runner.model.following import Told

SPARE_MS = 1_000  # prices between extremes are told this often


@dataclass(kw_only=True)
class Prices:
    """last: by symbol. every: the machine is told each price of an open symbol."""

    account: LiveAccount
    desk: Desk
    histories: Mapping[str, History]
    every: bool
    last: dict[str, float] = field(default_factory=dict)
    _at_ms: dict[str, int] = field(default_factory=dict)  # when `last` was
    _extremes: dict[str, tuple[float, float, int]] = field(default_factory=dict)  # lowest, highest, and when one was told

    def begin(self, symbol: str, now_ms: int) -> None:
        """Ask for the first one; where the venue tells none, the last candle's stands."""
        self.last[symbol] = self.desk.price(symbol).last or self.histories[symbol].close()
        self._at_ms[symbol] = now_ms

    def of(self, symbol: str) -> float:
        """The last price that is known; NaN where none is."""
        return self.last.get(symbol, math.nan)

    def or_close(self, symbol: str) -> float:
        """The last price, or the last candle's close."""
        return self.last.get(symbol, self.histories[symbol].close())

    def take(self, symbol: str, price: float, at_ms: int) -> None:
        """A price that the streams have told; one that was overtaken on its way is passed over."""
        if at_ms < self._at_ms.get(symbol, 0):
            return
        self.last[symbol], self._at_ms[symbol] = price, at_ms
        if self._worth_telling(symbol, at_ms):
            self.tell(symbol, at_ms)

    def _worth_telling(self, symbol: str, at_ms: int) -> bool:
        if not self.account.follower.holds(symbol):
            return False
        price = self.last[symbol]
        low, high, told = self._extremes.get(symbol, (price, price, 0))
        return self.every or price < low or price > high or told == 0 or at_ms - told >= SPARE_MS

    def tell(self, symbol: str, at_ms: int) -> None:
        """Tell the machine the last price."""
        price = self.last[symbol]
        low, high, _ = self._extremes.get(symbol, (price, price, 0))
        self._extremes[symbol] = (min(low, price), max(high, price), at_ms)
        self.account.tell(Told.PRICE, at_ms, symbol, price=price)

    def tell_open(self, at_ms: int) -> None:
        """Tell those of everything that is open or rests."""
        for symbol in self.account.follower.symbols:
            if symbol in self.last and self.account.follower.holds(symbol):
                self.tell(symbol, at_ms)

    def ask_anew(self, symbol: str, at_ms: int) -> None:
        """No entry is sized by a price from before its bar: when the streams have told none since, the venue is asked."""
        if self._at_ms.get(symbol, 0) >= at_ms:
            return
        self.last[symbol] = self.histories[symbol].close()
        with suppress(Rejected, Unknown, Blocked):
            self.last[symbol] = self.desk.price(symbol).last or self.last[symbol]

    def forget_extremes(self, symbol: str | None = None) -> None:
        """What was lowest and highest since a fill, or in a bar, counts no more; None: of all symbols."""
        for each in [symbol] if symbol else list(self._extremes):
            self._extremes.pop(each, None)
