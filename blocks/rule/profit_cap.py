"""How much profit of one day or one trade is credited."""

from __future__ import annotations

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Clock, Money, number


class ProfitCap(Rule):
    """Profit above a sum of money, per day or per trade, is not credited.

    gives: one COUNTER row. refuses: a cap on neither.
    """

    reset: Clock = Field(description="when the trading day begins")
    per_day: Money | None = Field(default=None, description="most money one day is credited with; null = any")
    per_trade: Money | None = Field(default=None, description="most money one trade is credited with; null = any")

    @model_validator(mode="after")
    def _caps_something(self) -> ProfitCap:
        """Refuses a cap without a number."""
        if self.per_day is None and self.per_trade is None:
            raise ValueError("expected per_day, per_trade or both")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter that adjusts the credited profit."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.PROFIT_CAP,
            severity=Severity.ADJUST,
            amount=number(self.per_day),
            limit=number(self.per_trade),
            clock=self.reset.number(facts),
        )
        return [row]
