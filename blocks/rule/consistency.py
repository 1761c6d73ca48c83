"""How much of the profit one day may bring."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, DayResult, Family, RuleRow, Severity
from runner.model.terms import Clock, Fraction

EFFECTS = {"excess_not_counted": Severity.ADJUST, "block_pass": Severity.BLOCK_PASS}


class Consistency(Rule):
    """No day may bring more than a share of the whole; what is above is not credited, or passing waits until it fits.

    gives: one COUNTER row. refuses: an unquoted reset time, an unknown zone.
    """

    max_share: Fraction = Field(description="largest share of one day, 0.40 = 40 %")
    reset: Clock = Field(description="when the trading day begins")
    share_of: Literal["total_net", "sum_positive", "phase_target"] = Field(
        default="phase_target", description="the whole: net result so far, sum of the winning days, or the phase's profit target"
    )
    effect: Literal["excess_not_counted", "block_pass"] = Field(default="excess_not_counted", description="what a larger day does")

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter with its denominator and effect."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.CONSISTENCY,
            severity=EFFECTS[self.effect],
            denominator=DayResult[self.share_of.upper()],
            limit=self.max_share,
            clock=self.reset.number(facts),
        )
        return [row]
