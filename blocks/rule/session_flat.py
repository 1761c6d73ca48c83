"""When everything must be closed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Clock, Duration, duration_ms


class SessionFlat(Rule):
    """No position may be held past a time of day; none is opened in the time before it.

    gives: one CALENDAR row. refuses: an unquoted time, an unknown zone, text that is no duration.
    """

    flat_by: Clock = Field(description="time of day at which everything is closed")
    before: Duration | None = Field(default=None, description="no new entries for this long before, '15m'; null = none")
    severity: Literal["fail", "warn"] = Field(default="fail", description="what holding on does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One forced time, every day."""
        row = RuleRow(
            key="",
            family=Family.CALENDAR,
            code=Code.SESSION_FLAT,
            severity=Severity[self.severity.upper()],
            duration_ms=duration_ms(self.before),
            clock=self.flat_by.number(facts),
        )
        return [row]
