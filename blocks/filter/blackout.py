"""No entries on some days of the calendar."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.columns.hours import days_of, wall
from runner.model.block import Filter, is_day
from runner.model.market import Market
from runner.model.reason import Reason
from runner.model.terms import Zone


class Stretch(BaseModel):
    """Some days in a row, of one year or of every year."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    first: str = Field(description="first day, quoted: '2026-12-24', or '12-24' for every year")
    last: str = Field(description="last day, written in the same way; before the first one, without years, it lies in the next year")

    @model_validator(mode="after")
    def _days(self) -> Self:
        both = (self.first, self.last)
        if not (all(is_day(each) for each in both) or all(is_day(f"2024-{each}") for each in both)):
            raise ValueError(f"expected days such as '2026-12-24', or '12-24' for every year, was {self.first!r} to {self.last!r}")
        if len(self.first) > len("12-24") and self.first > self.last:
            raise ValueError(f"expected first before last, was {self.first} to {self.last}")
        return self

    def holds(self, days: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the days, as numbers such as 20261224, lie in it."""
        first, last = (int(each.replace("-", "")) for each in (self.first, self.last))
        days = days if first > 1231 else days % 10_000
        return (days >= first) & (days <= last) if first <= last else (days >= first) | (days <= last)


class Blackout(Filter):
    """Refuses signals that act, at their bar's close, on days of the calendar that are named."""

    periods: dict[str, Stretch] = Field(min_length=1, description="stretches of days by a name of your choice")
    zone: Zone = Field("UTC", description="IANA time zone in which a day begins at midnight")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions."""
        days = days_of(market.bars, self.zone)
        dark: NDArray[np.bool_] = np.any([each.holds(days) for each in self.periods.values()], axis=0)
        return ~dark

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """Each stretch of days, and whether the bar's close lies outside of it."""
        day, now = days_of(market.bars, self.zone)[row : row + 1], wall(int(market.bars.close_time[row]), self.zone, "%Y-%m-%d")
        return [
            Reason(name=f"not in {name}", holds=not each.holds(day)[0], words=f"{each.first} to {each.last}; it is {now}")
            for name, each in self.periods.items()
        ]
