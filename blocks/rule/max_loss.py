"""The loss an account may take over its whole life."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.rules import AccountFacts, AmountOf, Anchor, Code, Compare, Family, Measure, OnPayout, RuleRow, Sampling, Severity
from runner.model.terms import Allowance, Clock, Multiple, number

ANCHORS = {
    "static": Anchor.INITIAL,
    "eod_balance": Anchor.EOD_BALANCE_HIGH,
    "eod_equity": Anchor.EOD_EQUITY_HIGH,
    "closed_balance": Anchor.CLOSED_BALANCE_HIGH,
    "equity": Anchor.EQUITY_HIGH,
}


class MaxLoss(Allowance):
    """A floor that stands still (`static`) or follows a peak upwards, until it reaches its lock.

    gives: one FLOOR row. refuses: no amount or two, two locks, an end-of-day trail or a
    comparison at the reset without a reset.
    """

    trail: Literal["static", "eod_balance", "eod_equity", "closed_balance", "equity"] = Field(
        default="static", description="the peak the floor follows; static hangs from the initial balance"
    )
    reset: Clock | None = Field(default=None, description="when a trading day ends; needed by the eod_ trails and by sampling at_reset")
    amount_of: Literal["initial", "anchor"] = Field(default="initial", description="what amount_fraction is a share of")
    measure: Literal["equity", "balance", "min_balance_equity"] = Field(default="equity", description="what may not reach the floor")
    compare: Literal["le", "lt"] = Field(default="le", description="le: touching the floor breaches; lt: only going under it does")
    lock_fraction: Multiple | None = Field(
        default=None, description="level at which the floor stops rising, in initial balances (1.0 = initial)"
    )
    lock_amount: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="level at which the floor stops rising, as money above the initial balance"
    )
    lock_trigger_fraction: Multiple | None = Field(
        default=None,
        description="profit from which the floor stands no lower than the initial balance for good, of it; by the highest balance",
    )
    on_payout: Literal["keep_floor", "reduce_peak", "floor_to_initial"] = Field(
        default="keep_floor", description="what a payout does: nothing, the peak falls, the floor stands at the initial balance for good"
    )
    sampling: Literal["continuous", "at_reset"] = Field(
        default="continuous", description="when it is compared: always, or only at the reset, after the day has rolled"
    )
    severity: Literal["fail", "pause", "warn", "manual"] = Field(
        default="fail", description="fail ends the account; manual is judged at the firm and treated as fail"
    )

    @model_validator(mode="after")
    def _consistent(self) -> MaxLoss:
        """Refuses an end-of-day trail or comparison without a clock, and two locks."""
        if self.trail.startswith("eod_") and self.reset is None:
            raise ValueError(f"trail {self.trail} needs a reset such as {{at: '00:00', zone: UTC}}")
        if self.sampling == "at_reset" and self.reset is None:
            raise ValueError("sampling at_reset needs a reset such as {at: '00:00', zone: UTC}")
        if self.lock_fraction is not None and self.lock_amount is not None:
            raise ValueError("expected at most one of lock_fraction and lock_amount")
        return self

    def _lock(self, initial: float) -> float:
        """The lock as money; NaN where there is none."""
        if self.lock_amount is not None:
            return initial + self.lock_amount
        return number(None if self.lock_fraction is None else self.lock_fraction * initial)

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One floor that stands or rises, never falls."""
        row = RuleRow(
            key="",
            family=Family.FLOOR,
            code=Code.MAX_LOSS,
            severity=Severity[self.severity.upper()],
            anchor=ANCHORS[self.trail],
            measure=Measure[self.measure.upper()],
            compare=Compare[self.compare.upper()],
            amount_of=AmountOf[self.amount_of.upper()],
            amount_fraction=number(self.amount_fraction),
            amount=self.money(facts),
            lock=self._lock(facts.initial),
            lock_trigger=number(self.lock_trigger_fraction),
            sampling=Sampling[self.sampling.upper()],
            on_payout=OnPayout[self.on_payout.upper()],
            clock=0 if self.reset is None else self.reset.number(facts),
        )
        return [row]
