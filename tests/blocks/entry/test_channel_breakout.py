"""The entry `channel_breakout`."""

import pytest

from blocks.entry.channel_breakout import ChannelBreakout
from runner.model.plan import EntryKind, WhenOpen
from tests.blocks.candles import candles
from tests.blocks.entry.loops import market, shipped
from tests.samples import PLAIN


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
def test_orders_are_those_of_a_loop(symbol: str) -> None:
    """At every real close: the nearer of the highest high and the lowest low of 20 bars, and a tick beyond it."""
    bars = shipped(symbol)
    signals = ChannelBreakout().signals(market(bars))
    assert not signals.direction[:19].any()
    for row in range(19, len(bars)):
        top, bottom, close = max(bars.high[row - 19 : row + 1]), min(bars.low[row - 19 : row + 1]), bars.close[row]
        long = top - close <= close - bottom
        assert signals.direction[row] == (1 if long else -1)
        assert signals.plan["entry_price"][row] == pytest.approx(top + PLAIN.tick if long else bottom - PLAIN.tick, rel=1e-12)


def test_the_order_rests_until_the_next_close() -> None:
    """A stop entry that expires with the bar and stands back while a position is open."""
    plan = ChannelBreakout().signals(market(shipped("BTCUSDT", 30))).plan
    assert plan["entry_kind"] == EntryKind.STOP
    assert plan["when_open"] == WhenOpen.IGNORE
    assert plan["expires_ms"] == 4 * 3_600_000


def test_halfway_the_upper_edge_counts_as_the_nearer() -> None:
    """And without an offset the order lies on the edge itself."""
    signals = ChannelBreakout(length=2, offset_ticks=0).signals(market(candles([(2, 3, 1, 2), (2, 3, 1, 2)])))
    assert signals.direction.tolist() == [0, 1]
    assert signals.plan["entry_price"][1] == 3.0


def test_a_channel_without_height_is_none() -> None:
    """A dead market has no edges to leave."""
    assert not ChannelBreakout(length=2).signals(market(candles([(1e-5,) * 4] * 6))).direction.any()
