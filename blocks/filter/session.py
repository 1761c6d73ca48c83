"""Trade only in some hours."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.hours import inside, wall
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason
from runner.model.terms import Window


class Session(Filter):
    """Passes where a signal acts, at its bar's close, inside one of several windows of the day."""

    windows: dict[str, Window] = Field(min_length=1, description="windows by a name of your choice; one of them is enough")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions; the beginning of a window is inside, its end is not."""
        found: NDArray[np.bool_] = np.any([inside(market.bars, each) for each in self.windows.values()], axis=0)
        return found

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """Whether a window is open at the bar's close, and each of them with the time on its wall."""
        close, parts = int(market.bars.close_time[row]), []
        for name, each in self.windows.items():
            days = f" on {', '.join(each.weekdays)}" if each.weekdays else ""
            words = f"{each.opens} to {each.closes}{days}; it is {wall(close, each.zone)} in {each.zone}"
            parts.append(Reason(name=name, holds=bool(inside(market.bars, each)[row]), words=words))
        return [Reason(name="inside a session", holds=any(part.holds for part in parts), parts=tuple(parts))]
