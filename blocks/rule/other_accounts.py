"""No position against another account of the firm's group."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity


class OtherAccounts(Rule):
    """Where another account of the group holds one side of a symbol, this one may not take the other.

    gives: one CAP row; the gate refuses the opposite side. A backtest knows of no other account.
    """

    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what such a pair of positions does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap."""
        return [RuleRow(key="", family=Family.CAP, code=Code.OTHER_ACCOUNTS, severity=Severity[self.severity.upper()])]
