"""When scheduled releases forbid trading."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Duration, duration_ms


class NewsBlackout(Rule):
    """No entries around the releases of the calendar; both edges belong to the window.

    gives: one CALENDAR row. refuses: a window of no length, text that is no duration.
    """

    before: Duration | None = Field(default=None, description="window before a release, '2m'; null = none")
    after: Duration | None = Field(default=None, description="window after a release, '2m'; null = none")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what trading inside the window does to the account")

    @model_validator(mode="after")
    def _has_length(self) -> NewsBlackout:
        """Refuses an empty window."""
        if self.before is None and self.after is None:
            raise ValueError("expected before, after or both")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One forbidden window around every release."""
        row = RuleRow(
            key="",
            family=Family.CALENDAR,
            code=Code.NEWS,
            severity=Severity[self.severity.upper()],
            duration_ms=duration_ms(self.before),
            grace_ms=duration_ms(self.after),
        )
        return [row]
