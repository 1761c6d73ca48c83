"""The profit that passes a phase."""

from __future__ import annotations

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import BySize, Money, Multiple, chosen, number


class ProfitTarget(Rule):
    """The credited closed profit a phase needs, as a fraction of the initial balance, as money, or as money by account size.

    gives: one COUNTER row. refuses: no target or two.
    """

    target_fraction: Multiple | None = Field(default=None, description="profit as a fraction of the initial balance, 0.10 = 10 %")
    target_amount: Money | None = Field(default=None, description="profit as money in account currency, instead of the fraction")
    target_by_size: BySize | None = Field(default=None, description="profit as money for each account size, instead of both")

    @model_validator(mode="after")
    def _one_target(self) -> ProfitTarget:
        """Refuses two targets and none."""
        if sum(given is not None for given in (self.target_fraction, self.target_amount, self.target_by_size)) != 1:
            raise ValueError("expected exactly one of target_fraction, target_amount and target_by_size")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter that must be full before the phase is passed."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.PROFIT_TARGET,
            severity=Severity.BLOCK_PASS,
            limit=number(self.target_fraction),
            amount=chosen(self.target_amount, self.target_by_size, facts.initial),
        )
        return [row]
