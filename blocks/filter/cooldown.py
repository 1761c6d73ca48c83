"""Pause after a closed trade."""

from typing import Any, Literal, Self

from numpy.typing import NDArray
from pydantic import Field, model_validator

from runner.model.block import Habit
from runner.model.terms import Duration, duration_ms


class Cooldown(Habit):
    """No entry for so long after a closed trade, or after one that lost. A close by a reversal begins no pause."""

    after_loss: Duration | None = Field("12h", description="after a losing trade; null = no pause of its own")
    after_any: Duration | None = Field(None, description="after any closed trade; null = none")
    per: Literal["symbol", "strategy"] = Field("symbol", description="symbol: each pauses by itself; strategy: all pause together")

    @model_validator(mode="after")
    def _pauses(self) -> Self:
        if self.after_loss is None and self.after_any is None:
            raise ValueError("expected after_loss, after_any or both, was neither")
        return self

    def keep_to(self, habits: NDArray[Any]) -> None:
        """Gives `loss_cooldown_ms`, `cooldown_ms`, `cooldown_across`."""
        habits["loss_cooldown_ms"] = duration_ms(self.after_loss)
        habits["cooldown_ms"] = duration_ms(self.after_any)
        habits["cooldown_across"] = self.per == "strategy"
