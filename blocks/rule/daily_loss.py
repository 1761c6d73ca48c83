"""The loss an account may take in one trading day."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from runner.model.rules import AccountFacts, AmountOf, Anchor, Code, Compare, Family, Measure, RuleRow, Sampling, Severity
from runner.model.terms import Allowance, Clock, number

DayAnchor = Literal["initial", "day_start_balance", "day_start_equity", "max_day_start", "day_peak_equity", "day_peak_balance"]


class DailyLoss(Allowance):
    """A floor that hangs from the day's anchor: `floor = anchor - amount`, anchored anew at every reset.

    gives: one FLOOR row. refuses: no amount or two, an unquoted reset time, an unknown zone.
    """

    anchor: DayAnchor = Field(description="what the floor hangs from; max_day_start is the higher of balance and equity at the reset")
    reset: Clock = Field(description="when the trading day begins")
    amount_of: Literal["initial", "anchor"] = Field(default="initial", description="what amount_fraction is a share of")
    measure: Literal["equity", "balance", "min_balance_equity"] = Field(default="equity", description="what may not reach the floor")
    compare: Literal["le", "lt"] = Field(default="le", description="le: touching the floor breaches; lt: only going under it does")
    sampling: Literal["continuous", "at_reset"] = Field(
        default="continuous", description="when it is compared: always, or only at the reset, after the day has rolled"
    )
    severity: Literal["fail", "pause", "warn", "manual"] = Field(
        default="fail", description="fail ends the account, pause lasts until the reset; manual is judged at the firm and treated as fail"
    )

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One floor that moves with the day."""
        row = RuleRow(
            key="",
            family=Family.FLOOR,
            code=Code.DAILY_LOSS,
            severity=Severity[self.severity.upper()],
            anchor=Anchor[self.anchor.upper()],
            measure=Measure[self.measure.upper()],
            compare=Compare[self.compare.upper()],
            sampling=Sampling[self.sampling.upper()],
            amount_of=AmountOf[self.amount_of.upper()],
            amount_fraction=number(self.amount_fraction),
            amount=self.money(facts),
            clock=self.reset.number(facts),
        )
        return [row]
