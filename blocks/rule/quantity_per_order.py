"""How large one order may be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Multiple


class QuantityPerOrder(Rule):
    """A cap on the quantity of one order, in units of the instrument (coins, lots, contracts).

    gives: one CAP row; the gate keeps to it.
    """

    limit_quantity: Multiple = Field(description="largest quantity of one order")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap."""
        return [
            RuleRow(
                key="", family=Family.CAP, code=Code.QUANTITY_PER_ORDER, severity=Severity[self.severity.upper()], limit=self.limit_quantity
            )
        ]
