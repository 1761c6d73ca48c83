"""So many entries a day and no more."""

from typing import Any, Literal

from numpy.typing import NDArray
from pydantic import Field

from runner.model.block import Habit


class MaxTradesPerDay(Habit):
    """At most `count` entries from midnight to midnight UTC; one that still waits counts as one."""

    count: int = Field(3, ge=1, description="the most entries of a day")
    per: Literal["symbol", "strategy"] = Field("strategy", description="symbol: so many each; strategy: so many in all")

    def keep_to(self, habits: NDArray[Any]) -> None:
        """Gives `day_entries`, `day_across`."""
        habits["day_entries"] = self.count
        habits["day_across"] = self.per == "strategy"
