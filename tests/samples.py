"""Small made-up markets for tests of blocks: prices are given, everything else is plain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runner.model.bars import Bars
from runner.model.draft import Draft
from runner.model.instrument import Instrument
from runner.model.market import Market
from runner.model.plan import empty_plans

HOUR_MS = 3_600_000
PLAIN = Instrument(
    symbol="BTCUSDT",
    quote="USDT",
    tick=0.1,
    quantity_step=0.001,
    min_quantity=0.001,
    max_quantity=1e9,
    min_notional=5.0,
    contract_size=1.0,
    taker_fee_bps=5.5,
    maker_fee_bps=2.0,
    maintenance_margin_fraction=0.005,
    max_leverage=100.0,
    funding_interval_ms=8 * HOUR_MS,
)


def bars(closes: Sequence[float], volume: float = 1.0) -> Bars:
    """Hourly bars that open at the close before and reach no further than open and close."""
    close = np.array(closes, np.float64)
    opened = np.r_[close[:1], close[:-1]]
    time = np.arange(len(close), dtype=np.int64) * HOUR_MS
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return Bars(
        symbol="BTCUSDT",
        timeframe_ms=HOUR_MS,
        open_time=time,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=np.full(len(close), volume),
    )


def market(closes: Sequence[float], volume: float = 1.0) -> Market:
    """Those bars with a plain instrument, without other timeframes or releases."""
    return Market(bars=bars(closes, volume), instrument=PLAIN)


def draft(closes: Sequence[float]) -> Draft:
    """One long plan drafted on the last bar of such a market, entry at its close."""
    where = market(closes)
    plans = empty_plans(1)
    plans["side"] = 1
    plans["reference_price"] = closes[-1]
    return Draft(market=where, plans=plans, rows=np.array([len(closes) - 1]), direction=np.zeros(len(closes), np.int8), levels={})
