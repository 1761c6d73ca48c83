"""How large one order may be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import BySize, Multiple, chosen


class QuantityPerOrder(Rule):
    """A cap on the quantity of one order, in units of the instrument (coins, lots, contracts).

    gives: one CAP row; the gate keeps to it. refuses: no limit or two.
    """

    limit_quantity: Multiple | None = Field(default=None, description="largest quantity of one order")
    by_size: BySize | None = Field(default=None, description="largest quantity for each account size, instead of limit_quantity")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    @model_validator(mode="after")
    def _one_limit(self) -> QuantityPerOrder:
        """Refuses two limits and none."""
        if (self.limit_quantity is None) == (self.by_size is None):
            raise ValueError("expected exactly one of limit_quantity and by_size")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap."""
        limit = chosen(self.limit_quantity, self.by_size, facts.initial)
        return [RuleRow(key="", family=Family.CAP, code=Code.QUANTITY_PER_ORDER, severity=Severity[self.severity.upper()], limit=limit)]
