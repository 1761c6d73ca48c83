"""How much margin open positions may bind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Fraction


class MarginCap(Rule):
    """A cap on the margin (notional / leverage) of all open positions and resting entries together.

    gives: one CAP row; the gate keeps to it.
    """

    limit_fraction: Fraction = Field(description="largest margin as a fraction of the initial balance")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap."""
        return [RuleRow(key="", family=Family.CAP, code=Code.MARGIN, severity=Severity[self.severity.upper()], limit=self.limit_fraction)]
