"""When profit is paid out of a funded account, and how much."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import MAX_STEPS, NO_STEPS, AccountFacts, Code, Family, RuleRow, Severity
from runner.model.terms import BySize, Count, Duration, Fraction, Money, SizeKeys, Sizes, duration_ms, size_key


class Payout(Rule):
    """Profit above a buffer leaves the account at the reset of its first clock, once due, flat and not held back by another rule.

    Where a floor stays while the balance falls, less is taken, so that the account can trade on: `keep_fraction` of the floor's
    allowance is left.
    A consistency rule with effect block_payout and profitable_days per payout_cycle hold it back.
    gives: one COUNTER row. refuses: two buffers, two lists of largest payouts, more than 12 of them.
    """

    first_after: Duration = Field(description="time from the start of the phase to the first payout, '14d'")
    every: Duration = Field(description="shortest time from one payout to the next, '14d'")
    minimum: float = Field(
        default=0.0, ge=0, allow_inf_nan=False, description="smallest profit above the buffer that is paid out, as money"
    )
    buffer_amount: Money | None = Field(default=None, description="profit that must stay in the account, as money")
    buffer_fraction: Fraction | None = Field(default=None, description="profit that must stay in the account, of the initial balance")
    buffer_by_size: BySize | None = Field(default=None, description="profit that must stay for each account size, instead of both")
    share: Fraction = Field(default=1.0, description="share of the profit above the buffer that is paid out")
    largest: list[Money] = Field(default_factory=list, description="largest first, second, ... payout; the last holds for all later ones")
    largest_by_size: Annotated[dict[str, list[Money]], SizeKeys, Sizes] | None = Field(
        default=None, description="largest payouts for each account size, instead of the list"
    )
    keep_fraction: float = Field(
        default=0.5,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="share of an overall floor's allowance that a payout leaves free above the floor; your choice, not the firm's",
    )
    count: Count | None = Field(default=None, description="payouts after which the phase is passed; null = any number")

    @model_validator(mode="after")
    def _consistent(self) -> Payout:
        """Refuses two buffers, two lists, and more payouts than there is room for."""
        if sum(given is not None for given in (self.buffer_amount, self.buffer_fraction, self.buffer_by_size)) > 1:
            raise ValueError("expected at most one of buffer_amount, buffer_fraction and buffer_by_size")
        if self.largest and self.largest_by_size is not None:
            raise ValueError("expected at most one of largest and largest_by_size")
        if any(len(steps) > MAX_STEPS for steps in (self.largest, *(self.largest_by_size or {}).values())):
            raise ValueError(f"at most {MAX_STEPS} largest payouts; the last one holds for all later ones")
        return self

    def _buffer(self, initial: float) -> float:
        """The profit that stays, as money."""
        if self.buffer_by_size is not None:
            return self.buffer_by_size[size_key(initial)]
        return self.buffer_amount or (self.buffer_fraction or 0.0) * initial

    def _steps(self, initial: float) -> tuple[float, ...]:
        """The largest payouts of an account of this size; NaN where there is none."""
        steps = self.largest if self.largest_by_size is None else self.largest_by_size[size_key(initial)]
        return (*steps, *NO_STEPS)[:MAX_STEPS]

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter of payouts."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.PAYOUT,
            severity=Severity.ADJUST,
            duration_ms=duration_ms(self.first_after),
            grace_ms=duration_ms(self.every),
            amount=self.minimum,
            limit_2=self._buffer(facts.initial),
            value=self.share,
            margin=self.keep_fraction,
            count=self.count or 0,
            steps=self._steps(facts.initial),
        )
        return [row]
