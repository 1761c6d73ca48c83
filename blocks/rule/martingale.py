"""Sizes that are raised after losses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import Count


class Martingale(Rule):
    """Warns of trades that were raised by a factor after each of several losses in a row. Nothing is refused or failed.

    gives: one COUNTER row the machine ignores; the report looks through the trades.
    """

    factor: Annotated[float, Field(gt=1, allow_inf_nan=False)] = Field(
        default=1.5, description="a trade this many times the one before it, 1.5 = half as much again"
    )
    losses: Count = Field(default=2, description="after each of this many losses in a row")
    of: Literal["risk", "notional"] = Field(
        default="risk", description="what is compared: risk at the stop (notional where there is none) or notional"
    )
    severity: Literal["warn", "manual"] = Field(default="warn", description="manual: people at the firm judge it; warn: our own look")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One row for the report; limit_2 is 1 where notional is compared."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.MARTINGALE,
            severity=Severity[self.severity.upper()],
            limit=self.factor,
            limit_2=float(self.of == "notional"),
            count=self.losses,
        )
        return [row]
