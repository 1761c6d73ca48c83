"""How much may be held in one symbol, leverage included."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Multiple


class PositionCap(Rule):
    """A cap on the notional of one symbol: its open position and its resting entries together.

    gives: one CAP row for every symbol; the gate cuts the quantity to it.
    """

    limit_multiple: Multiple = Field(description="largest notional of one symbol as a multiple of the initial balance, 0.1 = a tenth")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap."""
        severity = Severity[self.severity.upper()]
        return [RuleRow(key="", family=Family.CAP, code=Code.POSITION_NOTIONAL, severity=severity, limit=self.limit_multiple)]
