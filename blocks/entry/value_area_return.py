"""Market profile: trade the return into the value area."""

from typing import Literal

from pydantic import Field

from runner.columns.moving import constant
from runner.columns.near import before, likelier, of_side, two_sided
from runner.columns.terms import ProfileTerms
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason, at_least, at_most, beyond
from runner.model.signal import Signals


class ValueAreaReturn(ProfileTerms, Entry):
    """Long where a close is back in the value area after one below it, short after one above; the area is the one known a bar earlier.

    Levels: `zone_lower` and `zone_upper` (its ends), `boundary` (the end that was crossed), `poc`, where most volume was traded.
    """

    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("ignore", description="what a signal does while a position is open")

    def signals(self, market: Market) -> Signals:
        """Strength is 1."""
        low, high, poc = (before(self.on_market(market)[name]) for name in ("val", "vah", "poc"))
        close, last = market.bars.close, before(market.bars.close)
        direction = two_sided((last < low) & (close >= low) & (close <= high), (last > high) & (close <= high) & (close >= low))
        levels = {name: of_side(direction, values, values) for name, values in (("zone_lower", low), ("zone_upper", high), ("poc", poc))}
        levels["boundary"] = of_side(direction, low, high)
        plan = {"when_open": WhenOpen[self.when_open.upper()]}
        return Signals(direction=direction, strength=constant(1.0, len(close)), levels=levels, plan=plan)

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The close before against the end of the area, and this close against both ends."""
        low, high = (before(self.on_market(market)[name])[row] for name in ("val", "vah"))
        close, last = market.bars.close[row], before(market.bars.close)[row]
        inside = [
            at_least("close against the lower end", close, low, "price"),
            at_most("close against the upper end", close, high, "price"),
        ]
        ends = (("close of the bar before, below the area", low, -1), ("close of the bar before, above the area", high, 1))
        return likelier([[beyond(name, last, end, side, "price"), *inside] for name, end, side in ends])
