"""Which way may be traded."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity

SIDES = {"long": 1, "short": -1, "both": 0}


class Direction(Rule):
    """Only long, only short, or both.

    gives: one CAP row; the gate refuses the other side.
    """

    allowed: Literal["long", "short", "both"] = Field(description="the side that may be opened")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what opening the other side does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One row with the allowed side."""
        severity = Severity[self.severity.upper()]
        return [RuleRow(key="", family=Family.CAP, code=Code.DIRECTION, severity=severity, direction=SIDES[self.allowed])]
