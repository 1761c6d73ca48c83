"""The closed candles of one symbol, as the pipeline wants them: without holes, oldest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.bars.when import when
from runner.model.bars import Bars
from runner.model.trading import CandleSeen

FIELDS = ("open", "high", "low", "close", "volume")


class History:
    """Closed candles of one symbol and timeframe, at most `keep` of them from the first one on (the oldest half goes when it is full)."""

    def __init__(self, symbol: str, timeframe_ms: int, keep: int) -> None:
        self.symbol = symbol
        self.timeframe_ms = timeframe_ms
        self._room = 2 * keep
        self._times: NDArray[np.int64] = np.zeros(self._room, np.int64)
        self._values: NDArray[np.float64] = np.zeros((len(FIELDS), self._room))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def closed_ms(self) -> int:
        """When the last candle closed; 0 without any."""
        return int(self._times[self._count - 1]) + self.timeframe_ms if self._count else 0

    def takes(self, candle: CandleSeen) -> bool:
        """Append a closed candle that follows the last one; False for one that is known. LookupError names a hole."""
        if not candle.closed or candle.open_ms < self.closed_ms:
            return False
        if self._count and candle.open_ms > self.closed_ms:
            raise LookupError(f"the venue has no candle from {when(self.closed_ms)} to {when(candle.open_ms)}")
        self._append(candle.open_ms, (candle.open, candle.high, candle.low, candle.close, candle.volume))
        return True

    def anew(self) -> History:
        """Another one like it, with nothing in it yet."""
        return History(self.symbol, self.timeframe_ms, self._room // 2)

    def fill(self, bars: Bars) -> None:
        """Append stored bars."""
        for row in range(len(bars)):
            values = tuple(float(getattr(bars, name)[row]) for name in FIELDS)
            self._append(int(bars.open_time[row]), values)

    def bars(self) -> Bars:
        """What is known, as columns of their own."""
        values = dict(zip(FIELDS, self._values[:, : self._count].copy(), strict=True))
        return Bars(symbol=self.symbol, timeframe_ms=self.timeframe_ms, open_time=self._times[: self._count].copy(), **values)

    def close(self) -> float:
        """The last candle's close."""
        return float(self._values[3, self._count - 1])

    def knows(self, closed_ms: int) -> bool:
        """Whether the candle that closed at that instant is here."""
        return bool(self._count) and int(self._times[0]) < closed_ms <= self.closed_ms

    def close_at(self, closed_ms: int) -> float:
        """The close of the candle that closed at that instant, which must be known."""
        return float(self._values[3, self._count - 1 - (self.closed_ms - closed_ms) // self.timeframe_ms])

    def _append(self, open_ms: int, values: tuple[float, ...]) -> None:
        if self._count == self._room:
            half = self._room // 2
            self._times[:half], self._values[:, :half] = self._times[half:], self._values[:, half:]
            self._count = half
        self._times[self._count] = open_ms
        self._values[:, self._count] = values
        self._count += 1
