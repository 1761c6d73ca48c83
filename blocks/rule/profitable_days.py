"""How many days must end in profit before a phase is passed."""

from __future__ import annotations

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Clock, Count


class ProfitableDays(Rule):
    """Days whose closed result is at least a fraction of the initial balance.

    gives: one COUNTER row. refuses: an unquoted reset time, an unknown zone.
    """

    count: Count = Field(description="days needed")
    reset: Clock = Field(description="when the trading day begins")
    min_result_fraction: float = Field(
        default=0.0, ge=0, allow_inf_nan=False, description="smallest result of such a day, of the initial balance"
    )

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter that must be full before the phase is passed."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.PROFITABLE_DAYS,
            severity=Severity.BLOCK_PASS,
            count=self.count,
            limit=self.min_result_fraction,
            clock=self.reset.number(facts),
        )
        return [row]
