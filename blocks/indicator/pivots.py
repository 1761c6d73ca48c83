"""Pivot points."""

from pydantic import Field

from runner.columns.pivots import Method, pivots
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from runner.model.terms import Clock


class Pivots(Indicator):
    """Levels drawn from high, low and close of the last session that is over at the bar's close.

    A bar belongs to the session it opens in; a session is over when its last bar has closed.
    """

    method: Method = Field("classic", description="classic and fibonacci: three levels around the pivot; camarilla: four around the close")
    session: Clock = Field(Clock(at="00:00", zone="UTC"), description="when a session begins; weekdays: [mon] makes it a week")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`pivot`, `r1` to `r3` above, `s1` to `s3` below, with camarilla `r4`, `s4`: prices; NaN until a session was seen whole."""
        return pivots(bars, self.method, self.session.reset())
