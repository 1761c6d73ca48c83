"""How much of the profit one day or one trade may bring."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Compare, DayResult, Family, RuleRow, Scope, Severity, Window
from runner.model.terms import Clock, Fraction

EFFECTS = {
    "excess_not_counted": Severity.ADJUST,
    "raise_target": Severity.RAISE_TARGET,
    "block_pass": Severity.BLOCK_PASS,
    "block_payout": Severity.BLOCK_PAYOUT,
    "fail": Severity.FAIL,
}


class Consistency(Rule):
    """No day, or no trade, may bring more than a share of the whole.

    What is above is not credited, or raises the target to `best / max_share`, or keeps the phase from passing or a payout from
    being paid until it fits, or fails the account when it would pass.
    gives: one COUNTER row. refuses: a pass counted by payout cycle, an unquoted reset time, an unknown zone.
    """

    max_share: Fraction = Field(description="largest share of one day or trade, 0.40 = 40 %")
    reset: Clock = Field(description="when the trading day begins")
    share_of: Literal["total_net", "sum_positive", "phase_target"] = Field(
        default="phase_target", description="the whole: net result so far, sum of the winning days, or the phase's profit target"
    )
    effect: Literal["excess_not_counted", "raise_target", "block_pass", "block_payout", "fail"] = Field(
        default="excess_not_counted", description="what a larger share does; fail is judged when the phase would be passed"
    )
    scope: Literal["day", "trade"] = Field(default="day", description="whose result is held against the whole: the best day's or trade's")
    compare: Literal["le", "lt"] = Field(
        default="le", description="what must hold: le, a share up to the limit passes; lt, only one below it"
    )
    per: Literal["phase", "payout_cycle"] = Field(
        default="phase", description="what is counted: the phase, or the time since the last payout"
    )

    @model_validator(mode="after")
    def _cycles_are_for_payouts(self) -> Consistency:
        """Refuses to count a pass by payout cycle."""
        if self.per == "payout_cycle" and self.effect != "block_payout":
            raise ValueError(f"effect {self.effect} is about passing and needs per phase; per payout_cycle needs effect block_payout")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter with its denominator and effect."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.CONSISTENCY,
            severity=EFFECTS[self.effect],
            denominator=DayResult[self.share_of.upper()],
            limit=self.max_share,
            scope=Scope[self.scope.upper()],
            compare=Compare[self.compare.upper()],
            window=Window[self.per.upper()],
            clock=self.reset.number(facts),
        )
        return [row]
