"""Our own ladder: what we do ourselves before the firm has to, or once a day or trade has won enough."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Anchor, Code, Family, HouseAction, HouseMeasure, RuleRow, Severity, Until
from runner.model.terms import Clock, Duration, duration_ms, number

DayAnchor = Literal["initial", "day_start_balance", "day_start_equity", "max_day_start", "day_peak_equity", "day_peak_balance"]
Measured = Literal["day_loss", "drawdown", "floor_used", "losing_streak", "day_before_profit", "profit_share", "trade_share"]
Action = Literal["alert", "scale", "block", "tighten", "reduce", "close_worst", "close_worst_half", "flatten", "pause", "halt"]
SHARES = ("scale", "tighten", "reduce")


class Rung(BaseModel):
    """One step of a ladder: from `at` onwards do something, and keep to it `until` it ends."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    at: float = Field(gt=0, allow_inf_nan=False, description="threshold: a fraction (0.025 = 2.5 %), or losing trades in a row")
    do: Action = Field(description="what is done")
    value: float | None = Field(
        default=None, gt=0, description="scale, tighten: factor on quantity or stop distance; reduce: share closed; close_worst: how many"
    )
    until: Literal["reset", "duration", "phase_end", "winning_trade"] = Field(default="reset", description="how long it lasts")
    lasts: Duration | None = Field(default=None, description="how long, when until is duration")

    @model_validator(mode="after")
    def _complete(self) -> Rung:
        """Refuses an action without its number, a number without its action, and a duration without a length."""
        value = self.value
        if self.do in SHARES and (value is None or value >= 1):
            raise ValueError(f"{self.do} needs a value between 0 and 1")
        if self.do == "close_worst" and (value is None or value != int(value)):
            raise ValueError("close_worst needs a value, the number of positions")
        if self.do not in (*SHARES, "close_worst") and value is not None:
            raise ValueError(f"{self.do} takes no value")
        if (self.lasts is not None) != (self.until == "duration"):
            raise ValueError("lasts and until: duration belong together")
        return self


class LossLadder(Rule):
    """Rungs that act as a loss grows, or as one day or trade brings too much of the profit. House rules come before firm rules.

    gives: one HOUSE row a rung. refuses: no rungs, thresholds that do not fit the measure. A weekly loss is a day_loss whose reset
    comes once a week. day_before_profit acts at the reset alone; trade_share acts once on each position, and reduce then on it only.
    """

    rungs: dict[str, Rung] = Field(min_length=1, description="steps by a name of your choice")
    measure: Measured = Field(
        default="day_loss",
        description="loss of the day or from the peak (of initial), share of the firm's allowance, losses in a row; closed result of the"
        " day just ended (of initial), the day's or one open trade's profit as a share of the phase's target",
    )
    anchor: DayAnchor = Field(default="day_start_equity", description="day_loss only: what the day's loss is counted from")
    reset: Clock = Field(default=Clock(at="00:00", zone="UTC"), description="when the trading day begins")

    @model_validator(mode="after")
    def _thresholds_fit(self) -> LossLadder:
        """Refuses shares above one and half trades."""
        for name, rung in self.rungs.items():
            if self.measure == "losing_streak" and rung.at != int(rung.at):
                raise ValueError(f"rungs.{name}.at: expected a whole number of losing trades, was {rung.at}")
            if self.measure != "losing_streak" and rung.at > 1:
                raise ValueError(f"rungs.{name}.at: expected a fraction in (0, 1], was {rung.at}")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One row a rung, keyed by the rung's name."""
        clock = self.reset.number(facts)
        return [self._row(name, rung, clock) for name, rung in self.rungs.items()]

    def _row(self, name: str, rung: Rung, clock: int) -> RuleRow:
        """The row of one rung."""
        return RuleRow(
            key=name,
            family=Family.HOUSE,
            code=Code.HOUSE,
            severity=Severity.ADJUST,
            firm=0,
            anchor=Anchor[self.anchor.upper()],
            measure=HouseMeasure[self.measure.upper()],
            limit=rung.at,
            action=HouseAction[rung.do.upper()],
            value=number(rung.value),
            until=Until[rung.until.upper()],
            duration_ms=duration_ms(rung.lasts),
            clock=clock,
        )
