"""The profit that passes a phase."""

from __future__ import annotations

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Money, Multiple, number


class ProfitTarget(Rule):
    """The credited closed profit a phase needs, as a fraction of the initial balance or as money.

    gives: one COUNTER row. refuses: no target or two.
    """

    target_fraction: Multiple | None = Field(default=None, description="profit as a fraction of the initial balance, 0.10 = 10 %")
    target: Money | None = Field(default=None, description="profit as money in account currency, instead of the fraction")

    @model_validator(mode="after")
    def _one_target(self) -> ProfitTarget:
        """Refuses two targets and none."""
        if (self.target_fraction is None) == (self.target is None):
            raise ValueError("expected exactly one of target_fraction and target")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter that must be full before the phase is passed."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.PROFIT_TARGET,
            severity=Severity.BLOCK_PASS,
            limit=number(self.target_fraction),
            amount=number(self.target),
        )
        return [row]
