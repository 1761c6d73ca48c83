"""Stop orders at the edges of a Donchian channel."""

import numpy as np
from pydantic import Field

from runner.columns.channels import donchian
from runner.columns.moving import constant
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import EntryKind, WhenOpen
from runner.model.reason import Reason, above
from runner.model.signal import Signals


class ChannelBreakout(Entry):
    """At every close a stop entry rests just beyond the nearer edge of the channel: a buy above the high, a sell below the low.

    One order waits at a time, so a bar that leaves the channel through the farther edge is missed. While a position is open nothing rests.
    """

    length: int = Field(20, ge=1, description="bars whose highest high and lowest low make the channel, the last one included")
    offset_ticks: int = Field(1, ge=0, description="ticks beyond the edge; 0 = a touch is enough")
    expires_bars: int = Field(1, ge=1, description="bars the order waits before it is placed anew")

    def signals(self, market: Market) -> Signals:
        """A stop entry at every bar of a channel that has height; levels `zone_lower`, `zone_upper` are its edges."""
        bars = market.bars
        channel = donchian(bars, self.length)
        up, down = channel.upper - bars.close, bars.close - channel.lower
        side = np.where(up <= down, 1.0, -1.0)
        edge = np.where(side > 0, channel.upper, channel.lower)
        return Signals(
            direction=np.where(channel.upper > channel.lower, side, 0).astype(np.int8),
            strength=constant(1.0, len(bars)),
            levels={"zone_lower": channel.lower, "zone_upper": channel.upper},
            contributions={"edge_distance": np.minimum(up, down)},
            plan={
                "when_open": WhenOpen.IGNORE,
                "entry_kind": EntryKind.STOP,
                "entry_price": edge + side * self.offset_ticks * market.instrument.tick,
                "expires_ms": self.expires_bars * bars.timeframe_ms,
            },
        )

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The height of the channel, and which edge is the nearer."""
        channel, close = donchian(market.bars, self.length), market.bars.close[row]
        top, bottom = channel.upper[row], channel.lower[row]
        nearer = f"high {top:,.6g}, low {bottom:,.6g}; the nearer is the {'high' if top - close <= close - bottom else 'low'}"
        return [above(f"height of the channel of {self.length} bars", top - bottom, 0.0, "price", nearer)]
