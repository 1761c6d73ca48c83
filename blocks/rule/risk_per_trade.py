"""The loss one position may take at its stop."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.rules import AccountFacts, AmountOf, Code, Family, RuleRow, Severity
from runner.model.terms import Allowance, number


class RiskPerTrade(Allowance):
    """A cap on the loss at the stop of everything open in one symbol, fees and slippage included; of the initial or the present balance.

    gives: one CAP row; the gate cuts the quantity to it. refuses: no amount or two.
    """

    amount_of: Literal["initial", "balance"] = Field(
        default="initial", description="what amount_fraction is a share of: the initial balance or the balance at the entry"
    )
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what a larger loss does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap for every symbol."""
        row = RuleRow(
            key="",
            family=Family.CAP,
            code=Code.RISK_PER_TRADE,
            severity=Severity[self.severity.upper()],
            amount_of=AmountOf.INITIAL if self.amount_of == "initial" else AmountOf.ANCHOR,
            amount_fraction=number(self.amount_fraction),
            amount=self.money(facts),
        )
        return [row]
