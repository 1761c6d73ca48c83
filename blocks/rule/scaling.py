"""How a firm lets an account grow."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, RuleRow
from runner.model.terms import Duration, Money, Multiple


class Scaling(Rule):
    """Growth of the account's size after good months. It is said, not simulated: every run keeps the size it began with.

    gives: no rows, one warning.
    """

    null: ClassVar[bool] = True
    factor: Multiple | None = Field(
        default=None,
        description="size of the account afterwards as a multiple of the size before, 1.25 = a quarter more; null = not stated",
    )
    every: Duration | None = Field(default=None, description="how often it is looked at, '120d'; null = at once")
    min_profit_fraction: Multiple | None = Field(default=None, description="profit needed, of the initial balance; null = not stated")
    largest: Money | None = Field(default=None, description="size at which growth ends; null = not stated")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """Nothing."""
        return []

    def warnings(self, facts: AccountFacts) -> tuple[str, ...]:
        """One sentence."""
        times = f" to {self.factor:g} times its size" if self.factor else ""
        when = f" every {self.every}" if self.every else ""
        profit = f" after a profit of {100 * self.min_profit_fraction:g} %" if self.min_profit_fraction else ""
        end = f", up to {self.largest:,.0f} {facts.currency}" if self.largest else ""
        return (f"the account may grow{times}{when}{profit}{end}; this is not simulated",)
