"""The least a trade must be worth."""

from __future__ import annotations

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow
from runner.model.terms import Money


class SmallestTrade(Rule):
    """A lower limit on the notional of an entry: what every other rule leaves must be worth at least this much.

    gives: one CAP row; the gate refuses what is smaller.
    """

    amount: Money = Field(description="smallest notional of an entry, money in account currency")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap, from below."""
        return [RuleRow(key="", family=Family.CAP, code=Code.MIN_TRADE, amount=self.amount)]
