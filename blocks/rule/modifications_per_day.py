"""How often orders may be changed in one trading day."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Clock, Count


class ModificationsPerDay(Rule):
    """A limit on the changes of protective stops between two resets. A stop is never left where it is for its sake.

    gives: one CAP row; the machine counts every instant after which a stop stands elsewhere. refuses: an unquoted reset time.
    """

    count: Count = Field(description="most changes of stops in one trading day")
    reset: Clock = Field(description="when the trading day begins")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One limit with its clock."""
        row = RuleRow(
            key="",
            family=Family.CAP,
            code=Code.MODIFICATIONS_PER_DAY,
            severity=Severity[self.severity.upper()],
            count=self.count,
            clock=self.reset.number(facts),
        )
        return [row]
