"""How long a phase may take."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Duration, duration_ms


class TimeLimit(Rule):
    """The longest time from the start of a phase to its pass.

    gives: one COUNTER row. refuses: text that is no duration.
    """

    longest: Duration = Field(description="longest time a phase may take, '30d'")
    severity: Literal["fail", "warn"] = Field(default="fail", description="what a longer time does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter of time."""
        severity = Severity[self.severity.upper()]
        return [RuleRow(key="", family=Family.COUNTER, code=Code.TIME_LIMIT, severity=severity, duration_ms=duration_ms(self.longest))]
