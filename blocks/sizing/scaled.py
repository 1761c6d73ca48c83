"""Another sizing, larger or smaller by drawdown, by the day's result and by the streak."""

from typing import Any, Literal, Self

from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.habits import MAX_STEPS, Gauge

STREAKS = ("losing_streak", "winning_streak")


class Step(BaseModel):
    """From `at` on the quantity is multiplied by `factor`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    by: Literal["drawdown", "day_loss", "day_profit", "losing_streak", "winning_streak"] = Field(description="what is measured")
    at: float = Field(gt=0, allow_inf_nan=False, description="from here on: a fraction of the initial balance, or closed trades in a row")
    factor: float = Field(ge=0, le=10, allow_inf_nan=False, description="on the quantity; 0 = no entry")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.by in STREAKS and self.at != int(self.at):
            raise ValueError(f"at: expected a whole number of trades, was {self.at}")
        if self.by not in STREAKS and self.at > 1:
            raise ValueError(f"at: expected a fraction in (0, 1], was {self.at}")
        return self


class Scaled(Sizing):
    """What `of` asks for, times the highest step reached of each measure. The account's rules still have the last word."""

    of: Sizing = Field(description="the sizing that is scaled")
    steps: dict[str, Step] = Field(min_length=1, max_length=MAX_STEPS, description="steps by a name of your choice")

    @model_validator(mode="after")
    def _differ(self) -> Self:
        places = [(step.by, step.at) for step in self.steps.values()]
        if len(set(places)) < len(places):
            raise ValueError("two steps begin at the same place")
        return self

    def complete(self, draft: Draft) -> None:
        """Gives what `of` gives."""
        self.of.complete(draft)

    def keep_to(self, habits: NDArray[Any]) -> None:
        """Gives what `of` gives, and `step_count`, `step_gauge`, `step_from`, `step_factor`."""
        self.of.keep_to(habits)
        steps = sorted((int(Gauge[step.by.upper()]), step.at, step.factor) for step in self.steps.values())
        habits["step_count"] = len(steps)
        for name, column in zip(("step_gauge", "step_from", "step_factor"), zip(*steps, strict=True), strict=True):
            habits[name][0, : len(steps)] = column
