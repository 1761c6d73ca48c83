"""How many orders may be sent in one trading day."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Clock, Count


class OrdersPerDay(Rule):
    """A cap on the number of orders between two resets.

    gives: one CAP row; the gate keeps to it. refuses: an unquoted reset time, an unknown zone.
    """

    count: Count = Field(description="most orders in one trading day")
    reset: Clock = Field(description="when the trading day begins")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap with its clock."""
        row = RuleRow(
            key="",
            family=Family.CAP,
            code=Code.ORDERS_PER_DAY,
            severity=Severity[self.severity.upper()],
            count=self.count,
            clock=self.reset.number(facts),
        )
        return [row]
