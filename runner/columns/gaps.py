"""Fair value gaps: where a candle left prices untraded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Floats


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Gaps in the order of their birth, shape (g,). Complete, and known, at the close of bar `born`.

    side: +1 left by a rise, -1 by a fall. lower, upper: the untraded prices. impulse: index of the bar that made the gap.
    """

    born: NDArray[np.int64]
    side: NDArray[np.int8]
    lower: Floats
    upper: Floats
    impulse: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.born)

    @property
    def size(self) -> Floats:
        """Width in price units."""
        return self.upper - self.lower

    @property
    def near(self) -> Floats:
        """The boundary a pullback meets first: upper for a rise, lower for a fall."""
        return np.where(self.side > 0, self.upper, self.lower)

    @property
    def far(self) -> Floats:
        """The boundary at which the gap is filled."""
        return np.where(self.side > 0, self.lower, self.upper)

    def where(self, mask: NDArray[np.bool_]) -> Gaps:
        """The gaps for which `mask` holds."""
        return Gaps(born=self.born[mask], side=self.side[mask], lower=self.lower[mask], upper=self.upper[mask], impulse=self.impulse[mask])


def three_candle(bars: Bars) -> Gaps:
    """Gaps between the candle two before and the present one; the candle between them is the impulse."""
    rise = np.flatnonzero(bars.low[2:] > bars.high[:-2]) + 2
    fall = np.flatnonzero(bars.high[2:] < bars.low[:-2]) + 2
    return _merged(rise, fall, (bars.high[rise - 2], bars.low[rise]), (bars.high[fall], bars.low[fall - 2]), 1)


def two_candle(bars: Bars) -> Gaps:
    """Gaps between the extreme of the candle before and the present one's open; the present candle is the impulse."""
    rise = np.flatnonzero(bars.open[1:] > bars.high[:-1]) + 1
    fall = np.flatnonzero(bars.open[1:] < bars.low[:-1]) + 1
    return _merged(rise, fall, (bars.high[rise - 1], bars.open[rise]), (bars.open[fall], bars.low[fall - 1]), 0)


Zone = tuple[Floats, Floats]


def _merged(rise: NDArray[np.int64], fall: NDArray[np.int64], risen: Zone, fallen: Zone, impulse_back: int) -> Gaps:
    born = np.concatenate((rise, fall))
    order = np.argsort(born, kind="stable")
    side = np.concatenate((np.ones(len(rise), np.int8), np.full(len(fall), -1, np.int8)))
    lower, upper = np.concatenate((risen[0], fallen[0])), np.concatenate((risen[1], fallen[1]))
    born = born[order]
    return Gaps(born=born, side=side[order], lower=lower[order], upper=upper[order], impulse=born - impulse_back)
