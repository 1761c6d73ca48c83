"""How much may be held in all, leverage included."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Multiple


class NotionalCap(Rule):
    """A cap on the notional of all open positions and resting entries together.

    gives: one CAP row; the gate keeps to it.
    """

    limit_multiple: Multiple = Field(description="largest notional as a multiple of the initial balance, 2.0 = twice")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap."""
        return [RuleRow(key="", family=Family.CAP, code=Code.NOTIONAL, severity=Severity[self.severity.upper()], limit=self.limit_multiple)]
