"""Parameters that an indicator shares with the filters and entries about the same columns: profile, swings, distance, memory."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns import profile, spread, structure
from runner.columns.framed import Columns, Framed
from runner.model.bars import Bars
from runner.model.terms import Clock


class ProfileTerms(Framed):
    """Of which bars a market profile is made, and how finely."""

    length: int = Field(60, ge=1, le=5000, description="bars of the rolling profile, the present one included")
    session: Clock | None = Field(None, description="when a session begins: the profile of the last complete one; null = rolling")
    bins: int = Field(24, ge=2, le=500, description="price steps from the lowest low to the highest high")
    value_area: float = Field(0.7, gt=0, le=1, description="share of the volume that the value area holds")

    def measured(self, bars: Bars) -> Columns:
        """`poc` (price with most volume), `val` and `vah` (value area); NaN until warm and where no volume was traded."""
        return bars.once(
            ("profile", self.length, self.session and self.session.reset(), self.bins, self.value_area), lambda: self.made(bars)
        )

    def made(self, bars: Bars) -> Columns:
        """The columns, rolling or by session."""
        if self.session is None:
            return profile.rolling(bars, self.length, self.bins, self.value_area)
        return profile.by_session(bars, self.session.reset(), self.bins, self.value_area)


class SwingTerms(Framed):
    """What stands out as a swing."""

    reach: int = Field(3, ge=1, le=500, description="bars on either side that a swing stands out from; known as many bars later")

    def measured(self, bars: Bars) -> Columns:
        """`swing_high` and `swing_low` (the last confirmed ones) and `trend` (+1, -1 or 0); NaN until there are some."""
        return bars.once(("swings", self.reach), lambda: structure.swings(bars, self.reach))


class DistanceTerms(Framed):
    """Over which bars the distance from the mean is measured."""

    length: int = Field(50, ge=2, le=5000, description="bars of mean and standard deviation, the present one included")

    def measured(self, bars: Bars) -> Columns:
        """`z_score`: standard deviations between the close and its mean; NaN for the first `length` − 1 bars and where nothing moves."""
        return bars.once(("z_score", self.length), lambda: {"z_score": spread.z_score(bars.close, self.length)})


class MemoryTerms(Framed):
    """Over which bars a Hurst exponent is measured."""

    length: int = Field(100, ge=4, le=5000, description="bars looked at, the present one included")
    max_lag: int = Field(16, ge=2, description="longest lag; 1, 2, 4, … up to it are compared")

    @model_validator(mode="after")
    def _short(self) -> Self:
        if self.max_lag >= self.length:
            raise ValueError(f"max_lag must be below length, was {self.max_lag} and {self.length}")
        return self

    def measured(self, bars: Bars) -> Columns:
        """`hurst`: about 0.5 for a random walk, above while moves go on, below while they come back."""
        return bars.once(("hurst", self.length, self.max_lag), lambda: {"hurst": spread.hurst(bars.close, self.length, self.max_lag)})


class ReversionTerms(MemoryTerms):
    """What speaks for a return to the mean: distance, memory of returns, spread of prices."""

    distance_length: int = Field(50, ge=2, le=5000, description="bars of mean and standard deviation")
    lag: int = Field(1, ge=1, description="bars between the returns whose autocorrelation is measured, over `length`")
    full_sigma: float = Field(3.0, gt=0, description="standard deviations from the mean that count in full")

    def measured(self, bars: Bars) -> Columns:
        """`reversion_strength`, from 0 to 100: half distance, a quarter autocorrelation, a quarter Hurst (runner/columns/spread.py).

        `reversion_side`: +1 below the mean, where a return is a rise, -1 above it, 0 on it.
        """
        z = DistanceTerms(length=self.distance_length).measured(bars)["z_score"]
        exponent = super().measured(bars)["hurst"]
        memory = spread.autocorrelation(bars.close, self.length, self.lag)
        strength = spread.reversion(z, memory, exponent, self.length, self.full_sigma)
        return {"reversion_strength": strength, "reversion_side": np.where(np.isnan(strength), np.nan, -np.sign(z))}
