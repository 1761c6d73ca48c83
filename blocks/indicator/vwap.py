"""Volume-weighted average price."""

from typing import Self

from pydantic import Field, model_validator

from runner.columns.vwap import rolling_vwap, session_vwap
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from runner.model.terms import Clock

MIDNIGHT = Clock(at="00:00", zone="UTC")


class Vwap(Indicator):
    """Mean typical price weighted by volume, since a session began or over the last bars.

    A bar belongs to the session it opens in. refuses: both a session and a length, or neither.
    """

    session: Clock | None = Field(MIDNIGHT, description="when it begins anew; weekdays: [mon] once a week; null = never, with a length")
    length: int | None = Field(None, ge=1, description="bars it rolls over; null = since the session began")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.session is None) == (self.length is None):
            raise ValueError("expected session or length, one of the two; the other is null")
        return self

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`vwap`, in price units.

        NaN until a session is seen to begin or for length − 1 bars, and while nothing has been traded.
        """
        column = session_vwap(bars, self.session.reset()) if self.session else rolling_vwap(bars, self.length or 1)
        return {"vwap": column}
