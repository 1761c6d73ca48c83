"""Time between two entries."""

from typing import Any, Literal

from numpy.typing import NDArray
from pydantic import Field

from runner.model.block import Habit
from runner.model.terms import Duration, duration_ms


class MinInterval(Habit):
    """At least so long from one entry to the next; none while another still waits."""

    interval: Duration = Field("1h", description="from one entry to the next")
    per: Literal["symbol", "strategy"] = Field("symbol", description="symbol: of the same symbol; strategy: of any of its symbols")

    def keep_to(self, habits: NDArray[Any]) -> None:
        """Gives `interval_ms`, `interval_across`."""
        habits["interval_ms"] = duration_ms(self.interval)
        habits["interval_across"] = self.per == "strategy"
