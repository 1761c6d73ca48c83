"""How many days must end in profit before a phase is passed or a payout is paid."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity, Window
from runner.model.terms import BySize, Clock, Count, Money, chosen


class ProfitableDays(Rule):
    """Days whose closed result is above zero and at least a fraction of the initial balance or a sum of money.

    Counted over the phase, where it keeps the phase from passing, or over a payout cycle, where it keeps the next payout back.
    gives: one COUNTER row. refuses: a fraction beside a sum, an unquoted reset time, an unknown zone.
    """

    count: Count = Field(description="days needed")
    reset: Clock = Field(description="when the trading day begins")
    min_result_fraction: float = Field(
        default=0.0, ge=0, allow_inf_nan=False, description="smallest result of such a day, of the initial balance"
    )
    min_result_amount: Money | None = Field(
        default=None, description="smallest result of such a day as money in account currency, instead of the fraction"
    )
    min_result_by_size: BySize | None = Field(default=None, description="the same for each account size, instead of both")
    per: Literal["phase", "payout_cycle"] = Field(
        default="phase", description="what is counted: the phase, or the time since the last payout"
    )

    @model_validator(mode="after")
    def _one_result(self) -> ProfitableDays:
        """Refuses two of fraction, sum and table."""
        given = (bool(self.min_result_fraction), self.min_result_amount is not None, self.min_result_by_size is not None)
        if sum(given) > 1:
            raise ValueError("expected at most one of min_result_fraction, min_result_amount and min_result_by_size")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter that must be full before the phase is passed or a payout is paid."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.PROFITABLE_DAYS,
            severity=Severity.BLOCK_PASS if self.per == "phase" else Severity.BLOCK_PAYOUT,
            count=self.count,
            limit=self.min_result_fraction,
            amount=chosen(self.min_result_amount, self.min_result_by_size, facts.initial),
            window=Window[self.per.upper()],
            clock=self.reset.number(facts),
        )
        return [row]
