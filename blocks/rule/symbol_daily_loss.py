"""The loss one symbol may bring in one trading day."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.rules import AccountFacts, AmountOf, Anchor, Code, Compare, Family, RuleRow, Severity
from runner.model.terms import Allowance, Clock, number


class SymbolDailyLoss(Allowance):
    """A cap on the day's closed and open loss of one symbol, of the initial balance or of the balance at the reset.

    gives: one CAP row; the gate keeps the loss at the stop inside it. refuses: no amount or two, an unquoted reset time.
    """

    reset: Clock = Field(description="when the trading day begins")
    amount_of: Literal["initial", "day_start_balance"] = Field(default="initial", description="what amount_fraction is a share of")
    compare: Literal["le", "lt"] = Field(default="le", description="le: reaching the limit breaches; lt: only going past it does")
    severity: Literal["fail", "pause", "warn", "manual"] = Field(default="fail", description="what a larger loss does to the account")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap for every symbol, with its clock."""
        row = RuleRow(
            key="",
            family=Family.CAP,
            code=Code.SYMBOL_DAILY_LOSS,
            severity=Severity[self.severity.upper()],
            anchor=Anchor.INITIAL if self.amount_of == "initial" else Anchor.DAY_START_BALANCE,
            compare=Compare[self.compare.upper()],
            amount_of=AmountOf.INITIAL if self.amount_of == "initial" else AmountOf.ANCHOR,
            amount_fraction=number(self.amount_fraction),
            amount=self.money(facts),
            clock=self.reset.number(facts),
        )
        return [row]
