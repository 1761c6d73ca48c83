"""How many orders may rest at once."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Count


class OpenOrders(Rule):
    """A cap on the number of resting orders.

    gives: one CAP row; the gate keeps to it.
    """

    count: Count = Field(description="most orders resting at one time")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap."""
        return [RuleRow(key="", family=Family.CAP, code=Code.OPEN_ORDERS, severity=Severity[self.severity.upper()], count=self.count)]
