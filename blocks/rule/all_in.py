"""One position that stakes most of the account."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Fraction


class AllIn(Rule):
    """Warns of a position whose risk at the stop or whose margin is most of what the account has. Nothing is refused or failed.

    gives: one COUNTER row the machine ignores; the report looks through the trades.
    """

    max_risk: Fraction = Field(
        default=0.5, description="largest risk at the stop as a share of the tightest loss allowance, of the balance without one"
    )
    max_margin: Fraction = Field(default=0.5, description="largest margin of one position as a share of the balance")
    severity: Literal["warn", "manual"] = Field(default="warn", description="manual: people at the firm judge it; warn: our own look")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One row for the report: limit is the risk's share, limit_2 the margin's."""
        severity = Severity[self.severity.upper()]
        return [RuleRow(key="", family=Family.COUNTER, code=Code.ALL_IN, severity=severity, limit=self.max_risk, limit_2=self.max_margin)]
