"""How long an account may rest."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Event, Family, RuleRow, Severity
from runner.model.terms import Duration, duration_ms


class Inactivity(Rule):
    """The longest time without a closed trade, an opened position or an order sent.

    gives: one COUNTER row. refuses: text that is no duration.
    """

    longest: Duration = Field(description="longest time without one, '30d'")
    event: Literal["close", "open", "order"] = Field(
        default="close", description="what counts: a closed trade, an opened position, an order sent"
    )
    severity: Literal["fail", "warn"] = Field(default="fail", description="what a longer time does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter of time."""
        severity = Severity[self.severity.upper()]
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.INACTIVITY,
            severity=severity,
            duration_ms=duration_ms(self.longest),
            event=Event[self.event.upper()],
        )
        return [row]
