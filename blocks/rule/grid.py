"""Entries in a ladder of even steps."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Fraction


class Grid(Rule):
    """Warns of several entries of one symbol and side at even distances while it is open, or of as many resting at once.

    gives: one COUNTER row the machine ignores; the report looks through fills and decisions.
    """

    entries: Annotated[int, Field(ge=3)] = Field(
        default=4, description="entries of one symbol and side while it is open, or resting at once"
    )
    tolerance: Fraction = Field(default=0.25, description="steps count as even up to this deviation from their mean, 0.25 = a quarter")
    severity: Literal["warn", "manual"] = Field(default="warn", description="manual: people at the firm judge it; warn: our own look")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One row for the report."""
        severity = Severity[self.severity.upper()]
        return [RuleRow(key="", family=Family.COUNTER, code=Code.GRID, severity=severity, limit=self.tolerance, count=self.entries)]
