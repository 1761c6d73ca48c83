"""Drafted plans of both sides on flat bars of a known range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from runner.model.draft import Draft
from runner.model.market import Market, Releases
from runner.model.plan import empty_plans
from tests.blocks.candles import candles
from tests.samples import PLAIN

CLOSE = 100.0
RANGE = 4.0  # of every bar, so that the average true range is 4 once warm


def flat(count: int = 30) -> Market:
    """4h bars between 98 and 102 that open and close at 100."""
    return Market(bars=candles([(CLOSE, CLOSE + RANGE / 2, CLOSE - RANGE / 2, CLOSE)] * count), instrument=PLAIN)


def pair(market: Market | None = None, *, row: int = 20, stop: float = np.nan, **levels: float) -> Draft:
    """A long and a short plan on one bar, entries at its close; `stop` is the distance of both, `levels` are the same for both."""
    market = flat() if market is None else market
    plans = empty_plans(2)
    plans["side"] = 1, -1
    plans["reference_price"] = market.bars.close[row]
    plans["stop"] = market.bars.close[row] - plans["side"] * stop
    given = {name: np.full(2, value) for name, value in levels.items()}
    return Draft(market=market, plans=plans, rows=np.array([row, row]), direction=np.zeros(len(market.bars), np.int8), levels=given)


def with_releases(market: Market, *hours: float, currency: str = "USD", event: str = "US_CPI") -> Market:
    """The market with releases at so many hours after its first bar opens."""
    times = np.array([int(hour * 3_600_000) for hour in hours], np.int64)
    return replace(market, releases=Releases(time=times, event=(event,) * len(times), currency=(currency,) * len(times)))
