"""How many days must be traded before a phase is passed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Event, Family, RuleRow, Severity
from runner.model.terms import Clock, Count


class TradingDays(Rule):
    """Days with at least one closed trade that is large enough and moved far enough, or with an opened position.

    gives: one COUNTER row. refuses: an unquoted reset time, an unknown zone, a size or result asked of an opened position.
    """

    count: Count = Field(description="days needed")
    reset: Clock = Field(description="when the trading day begins")
    event: Literal["close", "open"] = Field(
        default="close", description="what makes a day count: a trade closed on it, or a position opened on it"
    )
    min_notional_fraction: float = Field(
        default=0.0, ge=0, allow_inf_nan=False, description="smallest notional of such a trade, of the initial balance"
    )
    min_result_fraction: float = Field(
        default=0.0, ge=0, allow_inf_nan=False, description="smallest result of such a trade, of its own notional"
    )
    either_sign: bool = Field(default=False, description="true: a loss of that size counts too")

    @model_validator(mode="after")
    def _asks_what_is_known(self) -> TradingDays:
        """Refuses a size or result where only the opening counts."""
        if self.event == "open" and (self.min_notional_fraction or self.min_result_fraction):
            raise ValueError("event open counts every opened position; min_notional_fraction and min_result_fraction need event close")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One counter that must be full before the phase is passed."""
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.TRADING_DAYS,
            severity=Severity.BLOCK_PASS,
            count=self.count,
            limit=self.min_notional_fraction,
            limit_2=self.min_result_fraction,
            either_sign=int(self.either_sign),
            event=Event[self.event.upper()],
            clock=self.reset.number(facts),
        )
        return [row]
