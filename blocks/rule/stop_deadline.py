"""How soon a position must have its stop."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, Restart, RuleRow, Severity
from runner.model.terms import Count, Duration, Fraction, duration_ms, number


class StopDeadline(Rule):
    """Every position must have a stop for its full size within a time, with an optional number of second chances.

    gives: one TIMER row. refuses: text that is no duration, second chances without a time for them, a count that second chances use up.
    """

    within: Duration = Field(description="longest time from the fill to the stop, '5m'")
    grace_count: int = Field(default=0, ge=0, description="how many offences may be repaired")
    grace: Duration | None = Field(default=None, description="time to repair an offence, '1h'; null = none")
    cancel_restarts: Literal["never", "only_if_size_changed", "always"] = Field(
        default="never", description="whether the time starts anew when the stop is taken away; else it counts from the fill"
    )
    max_risk_fraction: Fraction | None = Field(
        default=None, description="largest loss at the stop, of the balance; a wider stop is an offence; null = any"
    )
    max_offences: Count | None = Field(default=None, description="the offence that counts as a breach, 5 = the fifth; null = see grace")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what an offence beyond these does to the account")

    @model_validator(mode="after")
    def _whole_grace(self) -> StopDeadline:
        """Refuses half a grace."""
        if (self.grace is None) != (self.grace_count == 0):
            raise ValueError("grace and grace_count belong together: give both or neither")
        if self.max_offences is not None and self.max_offences <= self.grace_count:
            raise ValueError(f"max_offences {self.max_offences} must be above grace_count {self.grace_count}")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One timer."""
        row = RuleRow(
            key="",
            family=Family.TIMER,
            code=Code.STOP_DEADLINE,
            severity=Severity[self.severity.upper()],
            duration_ms=duration_ms(self.within),
            grace_ms=duration_ms(self.grace),
            count=self.grace_count,
            restarts=Restart[self.cancel_restarts.upper()],
            limit=number(self.max_risk_fraction),
            limit_2=number(self.max_offences),
        )
        return [row]
