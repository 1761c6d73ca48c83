"""How many contracts may be open in all."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from runner.model.block import Rule
from runner.model.rules import MAX_STEPS, NO_STEPS, AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import BySize, Clock, Multiple, SizeKeys, Sizes, chosen, size_key


def _profits(tiers: dict[str, float]) -> dict[str, float]:
    """The tiers themselves when they begin at a profit of 0 and the machine has room for them; ValueError otherwise."""
    if not all(key.isdecimal() for key in tiers) or "0" not in tiers or 2 * len(tiers) > MAX_STEPS:
        raise ValueError(f"expected 1 to {MAX_STEPS // 2} profits with a quantity each, the first 0, was {', '.join(tiers) or 'nothing'}")
    return tiers


Tiers = Annotated[dict[str, Multiple], SizeKeys, AfterValidator(_profits)]


class Contracts(Rule):
    """A cap on the open quantity of all symbols together, resting entries included; tiers let it grow with the profit of the days before.

    gives: one CAP row with its clock; the gate cuts the quantity to it. refuses: no limit, two of one kind, tiers that do not begin at 0.
    """

    limit_quantity: Multiple | None = Field(default=None, description="largest open quantity over all symbols (contracts, lots)")
    by_size: BySize | None = Field(default=None, description="the same for each account size, {50000: 5}, instead of limit_quantity")
    tiers: Tiers | None = Field(default=None, description="quantity from a profit at the last reset on, {0: 2, 1500: 3}")
    tiers_by_size: Annotated[dict[str, Tiers], SizeKeys, Sizes] | None = Field(
        default=None, description="tiers for each account size, {50000: {0: 2, 1500: 3}}, instead of tiers"
    )
    reset: Clock = Field(default=Clock(at="00:00", zone="UTC"), description="when the trading day begins and the profit is looked at")
    severity: Literal["fail", "warn", "manual"] = Field(default="fail", description="what going over it does to the account")

    @model_validator(mode="after")
    def _some_limit(self) -> Contracts:
        """Refuses no limit and two of one kind."""
        if self.limit_quantity is not None and self.by_size is not None:
            raise ValueError("expected at most one of limit_quantity and by_size")
        if self.tiers is not None and self.tiers_by_size is not None:
            raise ValueError("expected at most one of tiers and tiers_by_size")
        if all(given is None for given in (self.limit_quantity, self.by_size, self.tiers, self.tiers_by_size)):
            raise ValueError("expected limit_quantity, by_size, tiers or tiers_by_size")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One cap: a limit, tiers, or both."""
        tiers = self.tiers if self.tiers_by_size is None else self.tiers_by_size[size_key(facts.initial)]
        fixed = chosen(self.limit_quantity, self.by_size, facts.initial)
        pairs = sorted((float(profit), quantity) for profit, quantity in (tiers or {}).items())
        flat = tuple(number for pair in pairs for number in pair)
        row = RuleRow(
            key="",
            family=Family.CAP,
            code=Code.CONTRACTS,
            severity=Severity[self.severity.upper()],
            limit=math.inf if math.isnan(fixed) else fixed,
            steps=flat + NO_STEPS[len(flat) :],
            clock=self.reset.number(facts),
        )
        return [row]
