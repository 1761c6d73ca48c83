"""What `mode.analysis` may say: windows, the second clock, market regimes, the targets of a week and what to do when one is missed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Measure = Literal["win_rate", "profit_factor", "drawdown", "losing_streak", "profit"]
Bound = Annotated[float, Field(ge=-1.0, le=1e6, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


def known_zone(name: str) -> str:
    """The name itself when it is one of the time zone database; ValueError otherwise."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(f"expected a time zone such as 'America/New_York', was {name!r}") from None
    return name


class Section(BaseModel):
    """A part of `mode.analysis`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Shares(Section):
    """How much of the time a market is expected to spend in each regime."""

    bull: Share = Field(0.5, description="expected share of the time in bull markets")
    bear: Share = Field(0.3, description="expected share of the time in bear markets")
    sideways: Share = Field(0.2, description="expected share of the time in between")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.bull + self.bear + self.sideways
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"bull, bear and sideways are shares of one whole and must add up to 1, were {total:.12g}")
        return self


class Regime(Section):
    """When a market counts as bull, bear or sideways: by the change of its close over the last days, known at each bar's close."""

    days: float = Field(30.0, gt=0, le=3650, allow_inf_nan=False, description="over how many days the change of the close is measured")
    bull: float = Field(0.05, ge=0, le=10, allow_inf_nan=False, description="up by this fraction or more: bull")
    bear: float = Field(0.05, gt=0, lt=1, allow_inf_nan=False, description="down by this fraction or more: bear; in between: sideways")
    shares: Shares = Field(default_factory=Shares, description="shares of the time to compare with")


class Target(Section):
    """One target of a week: what is measured, the least or the most it may be, and the action when it is missed."""

    measure: Measure = Field(description="what of the week is measured")
    at_least: Bound | None = Field(None, description="missed below this")
    at_most: Bound | None = Field(None, description="missed above this")
    action: str = Field(min_length=1, description="name of one of review.actions")

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("expected one of at_least and at_most")
        return self

    @property
    def bound(self) -> float:
        """The number it is held against."""
        return float(self.at_most if self.at_least is None else self.at_least)  # type: ignore[arg-type] # one of both is there

    def met(self, value: float) -> bool:
        """Whether a measured value is good enough; the bound itself is."""
        return value >= self.bound if self.at_most is None else value <= self.bound


def usual_targets() -> dict[str, Target]:
    """What conf/mode/backtest.yaml says."""
    return {
        "win_rate": Target(measure="win_rate", at_least=0.55, action="halve_size"),
        "profit_factor": Target(measure="profit_factor", at_least=1.5, action="review_exits"),
        "drawdown": Target(measure="drawdown", at_most=0.05, action="pause_and_review"),
        "losing_streak": Target(measure="losing_streak", at_most=3, action="pause_a_day"),
    }


def usual_actions() -> dict[str, str]:
    """What conf/mode/backtest.yaml says."""
    return {
        "halve_size": "trade half the size until a week meets this target again",
        "review_exits": "compare stops and targets of the week's losers with their plans before the next entry",
        "pause_and_review": "open nothing new until every trade of the week has been reviewed",
        "pause_a_day": "open nothing new for a day after such a streak",
    }


class Review(Section):
    """The review of each ISO week against targets."""

    least_trades: int = Field(5, ge=1, description="a week with fewer closed trades is not held against win rate and profit factor")
    targets: dict[str, Target] = Field(default_factory=usual_targets, description="targets by name")
    actions: dict[str, str] = Field(default_factory=usual_actions, description="what an action asks for, by name")

    @model_validator(mode="after")
    def _actions_exist(self) -> Self:
        for name, target in self.targets.items():
            if target.action not in self.actions:
                known = ", ".join(sorted(self.actions)) or "none"
                raise ValueError(f"targets.{name}.action: {target.action!r} is none of the actions: {known}")
        return self


class Analysis(Section):
    """What summary.json and report.html say beyond the figures."""

    rolling_trades: int = Field(20, ge=1, le=10_000, description="over how many closed trades the rolling win rate looks back")
    zone: Annotated[str, AfterValidator(known_zone)] | None = Field(
        None, description="second clock of the tables of hours and weekdays; null = the zone of the account's daily reset"
    )
    regime: Regime = Field(default_factory=Regime, description="market regimes")
    review: Review = Field(default_factory=Review, description="the weekly review")

    @classmethod
    def of(cls, options: Any) -> Analysis:
        """The settings of a run: the `analysis` of its mode's options, the usual ones where there are none."""
        return cls(**(options.get("analysis") or {}))
