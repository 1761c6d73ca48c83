"""How long a phase may take."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Event, Family, RuleRow, Severity
from runner.model.terms import Duration, duration_ms


class TimeLimit(Rule):
    """The longest time from the start of a phase, or from its first trade, to its pass.

    gives: one COUNTER row. refuses: text that is no duration.
    """

    longest: Duration = Field(description="longest time a phase may take, '30d'")
    starts: Literal["purchase", "first_trade"] = Field(
        default="purchase", description="when the time begins: with the phase, or with the first position opened in it"
    )
    severity: Literal["fail", "warn"] = Field(default="fail", description="what a longer time does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter of time."""
        severity = Severity[self.severity.upper()]
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.TIME_LIMIT,
            severity=severity,
            duration_ms=duration_ms(self.longest),
            event=Event.OPEN if self.starts == "first_trade" else Event.CLOSE,
        )
        return [row]
