"""Supply and demand zones as columns, and the parameters that blocks about them share."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns.framed import Columns, Framed
from runner.columns.zones import Zones, broken, edges, kept, nearest, rejections, standing, tests, visits
from runner.model.bars import Bars, Floats

SIDES = {"demand": 1, "supply": -1}


class ZoneTerms(Framed):
    """What makes a supply or demand zone, what ends it, and what it is worth after each visit."""

    volume_ratio: float = Field(2.0, ge=0, description="volume of the zone's bar over its average: the spike")
    volume_length: int = Field(20, ge=1, description="bars of the volume average, the bar itself included")
    wick_fraction: float = Field(0.5, gt=0, le=1, description="wick over the bar's range: the rejection")
    max_age: int = Field(500, ge=1, le=5000, description="bars after which a zone is forgotten")
    most: int = Field(50, ge=1, description="zones kept at a time; a new one drives out the oldest")
    strengths: list[float] = Field(
        default_factory=lambda: [100.0, 70.0, 40.0], min_length=1, description="strength of a fresh zone, one tested once, twice or more …"
    )

    @model_validator(mode="after")
    def _fading(self) -> Self:
        if sorted(self.strengths, reverse=True) != self.strengths or self.strengths[-1] < 0:
            raise ValueError(f"strengths must not rise with the tests nor be negative, were {self.strengths}")
        return self

    @property
    def key(self) -> tuple[float, ...]:
        """What the book depends on beside the bars."""
        return self.volume_ratio, self.volume_length, self.wick_fraction, self.max_age, self.most

    def book(self, bars: Bars) -> Zones:
        """All zones of the bars with their ends, worked out once however many blocks ask."""

        def make() -> Zones:
            found = rejections(bars, self.volume_ratio, self.volume_length, self.wick_fraction)
            return kept(broken(found, bars.close, self.max_age), self.most)

        return bars.once(("zones", *self.key), make)

    def measured(self, bars: Bars) -> Columns:
        """For `demand` and `supply` the zone nearest to the close: `_lower`, `_upper`, `_tests`, `_strength`; `zones`: how many stand.

        Without a zone the edges are NaN, tests and strength 0. A zone counts from its bar's close until a close beyond its far edge.
        """
        return bars.once(("zone_columns", *self.key, *self.strengths), lambda: self.made(bars))

    def made(self, bars: Bars) -> Columns:
        """The columns, from the book."""
        zones, warm = self.book(bars), np.arange(len(bars)) >= self.volume_length - 1
        visited = visits(zones, bars)
        columns: Columns = {}
        for name, side in SIDES.items():
            index = nearest(zones, bars.close, side)
            lower, upper = edges(zones, index)
            tested = tests(index, visited)
            strength = np.where(index >= 0, self.strength(tested), 0.0)
            columns |= {f"{name}_lower": lower, f"{name}_upper": upper}
            columns |= {f"{name}_tests": np.where(warm, tested, np.nan), f"{name}_strength": np.where(warm, strength, np.nan)}
        return columns | {"zones": np.where(warm, standing(zones, len(bars)), np.nan)}

    def strength(self, tested: Floats) -> Floats:
        """What a zone is worth after so many tests."""
        worth = np.array(self.strengths)
        return worth[np.minimum(tested, len(worth) - 1).astype(np.int64)]
