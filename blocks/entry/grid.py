"""A grid: buy below a centre, sell above it, again and again."""

from collections.abc import Sequence
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns.grid import MOST_LEVELS, centre_of, first_of_period, laid, refuse_without_room
from runner.model.block import Entry
from runner.model.duration import milliseconds
from runner.model.market import Market
from runner.model.plan import EntryKind, WhenOpen
from runner.model.reason import Reason
from runner.model.signal import Signals
from runner.model.terms import Duration


class Grid(Entry):
    """Levels of even spacing around a centre: one unit is bought at each below, sold at each above, and armed anew as the market turns.

    A grid begins at the first bar close of every `renew` and replaces the one before it; what that holds is closed. It ends, and closes
    what it holds, where the market leaves the range: `beyond` spacings past the outermost level. The sizing sees the whole grid as one
    trade: fixed_risk risks its share with every level of one side filled and stopped at the end of the range.
    """

    quotes: ClassVar[bool] = True
    centre: Literal["close", "average"] = Field("close", description="close: of the bar it begins at; average: mean of `length` closes")
    length: int = Field(50, ge=2, description="bars of that mean")
    spacing_fraction: float = Field(0.01, gt=0, lt=0.5, description="from level to level, as a fraction of the centre")
    below: int = Field(5, ge=0, le=MOST_LEVELS, description="levels at which it buys; 0 = never long")
    above: int = Field(5, ge=0, le=MOST_LEVELS, description="levels at which it sells; 0 = never short")
    inventory: int = Field(5, ge=1, le=MOST_LEVELS, description="the most levels held at once, on either side")
    beyond: float = Field(1.0, gt=0, description="spacings from the outermost level to the end of the range")
    renew: Duration = Field("7d", description="a new centre so often, counted from 1970: 7d = every Thursday 00:00 UTC")

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        refuse_without_room(self.below, self.above, self.beyond, self.spacing_fraction)
        return self

    def signals(self, market: Market) -> Signals:
        """A quote set at each renewal; levels `centre`, `range_low`, `range_high`."""
        bars, centre = market.bars, centre_of(market.bars, self.centre, self.length)
        spacing = self.spacing_fraction * centre
        levels = laid(centre, spacing, self.below + self.beyond, self.above + self.beyond)
        begins = first_of_period(bars, milliseconds(self.renew)) & ~np.isnan(centre)
        direction = np.where(begins, 1 if self.below else -1, 0).astype(np.int8)  # of both sides the filters ask both
        quotes = {"quote_below": self.below, "quote_above": self.above, "quote_most": self.inventory, "quote_spacing": spacing}
        ends = {name: levels[name] for name in ("range_low", "range_high")}
        plan = {"entry_kind": EntryKind.LIMIT, "entry_price": centre, "when_open": WhenOpen.REPLACE, **quotes, **ends}
        return Signals(direction=direction, strength=np.ones(len(bars)), levels=levels, plan=plan)

    def explain(self, market: Market, row: int) -> Sequence[Reason]:
        """Whether a period begins, and whether the centre is known."""
        begins = bool(first_of_period(market.bars, milliseconds(self.renew))[row])
        centre = float(centre_of(market.bars, self.centre, self.length)[row])
        known = Reason(name="the centre is known", holds=not np.isnan(centre), measured=centre)
        return [Reason(name="a new period begins", holds=begins), known]
