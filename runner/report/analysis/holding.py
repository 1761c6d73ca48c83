"""What the same money would have become in the same markets, bought once and kept: the least a strategy has to beat.

The initial balance is split evenly between the symbols. Each part is bought at the open of its symbol's first bar and sold at the close
of its last one, inside the symbol's own range, at what trading costs this account: taker fees, slippage, spread, funding. Quantities
are not rounded to steps, nothing is borrowed, and no rule ends it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.funding import complete
from runner.model.bars import Bars, Floats
from runner.model.bot import Costs
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.report.daily import changes, trading_day
from runner.report.figures import iso, money, number
from runner.report.library import empyrical

NEAR = 1e-9  # of a tick; a price on the grid stays there


@dataclass(frozen=True, kw_only=True)
class Held:
    """The run of what was held. time: the last close of each day, UTC ms; profit: money by then, same shape; fees and funding in all."""

    time: NDArray[np.int64]
    profit: Floats
    fees: float
    funding: float


@dataclass(frozen=True, kw_only=True)
class Part:
    """One symbol of it: bars up to the end, money at each close, fees, funding paid."""

    bars: Bars
    profit: Floats
    fees: float
    funding: float


def buy_and_hold(outcome: Outcome, streams: Sequence[Stream], costs: Costs, account: Mapping[str, Any]) -> dict[str, Any]:
    """Holding beside the account over the time the account lived; where bars went on, holding to their end as well.

    account: the metrics of the run.
    """
    end, last, year = lived(outcome), covered(streams), int(account["days_per_year"])
    initial = outcome.book.initial
    own = held(streams, costs, initial, end, year)
    return {
        **figures(own, initial, year),
        "account": {
            "return": number(account["net_return"]),
            "max_drawdown": account["max_drawdown"],
            "sharpe": account["sharpe"],
        },
        "to_the_last_bar": None if end >= last else figures(held(streams, costs, initial, last, year), initial, year),
    }


def lived(outcome: Outcome) -> int:
    """The account's last mark, UTC ms; 0 without one."""
    return int(outcome.equity_record.time[-1]) if len(outcome.equity_record) else 0


def covered(streams: Sequence[Stream]) -> int:
    """The last close of all bars, UTC ms; 0 without one."""
    return max((int(stream.execution.close_time[-1]) for stream in streams if len(stream.execution)), default=0)


def figures(own: Held, initial: float, year: int) -> dict[str, Any]:
    """Return, deepest fall between day ends and Sharpe ratio, reckoned as the account's are; null without a bar."""
    if not len(own.time):
        return {"end": None} | dict.fromkeys(("profit", "return", "max_drawdown", "sharpe", "fees", "funding"))
    daily = changes(initial + own.profit, initial)
    with np.errstate(all="ignore"):
        return {
            "end": iso(int(own.time[-1])),
            "profit": money(own.profit[-1]),
            "return": number(own.profit[-1] / initial),
            "max_drawdown": number(-empyrical().max_drawdown(daily)) if len(daily) else None,
            "sharpe": number(empyrical().sharpe_ratio(daily, annualization=year)),
            "fees": money(own.fees),
            "funding": money(own.funding),
        }


def held(streams: Sequence[Stream], costs: Costs, initial: float, end: int, year: int) -> Held:
    """The whole of it, until `end` (UTC ms, inclusive); of several strategies on one symbol the first one's bars."""
    markets = {stream.symbol: stream for stream in reversed(streams) if len(stream.execution)}
    share = initial / max(1, len(markets))
    parts = [part for stream in markets.values() if (part := one(stream, costs, share, end)) is not None]
    time = day_ends([part.bars for part in parts], year)
    profit = np.zeros(len(time))
    for part in parts:
        row = np.searchsorted(part.bars.close_time, time, side="right") - 1
        profit += np.where(row >= 0, part.profit[np.maximum(row, 0)], 0.0)
    return Held(time=time, profit=profit, fees=math.fsum(part.fees for part in parts), funding=math.fsum(part.funding for part in parts))


def day_ends(bars: Sequence[Bars], year: int) -> NDArray[np.int64]:
    """The last close of every day on which any of the bars closed, UTC ms, oldest first."""
    found = [each.close_time[last_of_day(each, year)] for each in bars]
    time: NDArray[np.int64] = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    day = trading_day(time, year)
    return time[np.flatnonzero(np.r_[day[1:] != day[:-1], True])] if len(time) else time


def last_of_day(bars: Bars, year: int) -> NDArray[np.int64]:
    """Rows of the bars that close a day."""
    day = trading_day(bars.close_time, year)
    return np.flatnonzero(np.r_[day[1:] != day[:-1], True])


def one(stream: Stream, costs: Costs, share: float, end: int) -> Part | None:
    """One symbol, worth `share` at its first open; None where no bar of it was complete by `end`, or where nothing can be bought."""
    bars = stream.execution.rows(slice(int(np.searchsorted(stream.execution.close_time, end, side="right"))))
    if not len(bars) or not bars.open[0] > 0.0:
        return None
    instrument = stream.market.instrument
    rate = np.ones(len(bars)) if stream.conversion is None else stream.conversion[: len(bars)]
    value = instrument.contract_size * rate  # money for a move of 1 of a quantity of 1
    bought = slipped(float(bars.open[0]), 1, costs, instrument.tick)
    sold = slipped(float(bars.close[-1]), -1, costs, instrument.tick)
    quantity = share / (bought * float(value[0]))
    fee_in = quantity * fee(stream, costs, bought, float(value[0]))
    fee_out = quantity * fee(stream, costs, sold, float(value[-1]))
    paid = funding(stream, costs, bars, quantity * value)
    profit = quantity * value * (bars.close - bought) - fee_in - paid
    profit[-1] = quantity * float(value[-1]) * (sold - bought) - fee_in - fee_out - paid[-1]
    return Part(bars=bars, profit=profit, fees=fee_in + fee_out, funding=float(paid[-1]))


def slipped(price: float, side: int, costs: Costs, tick: float) -> float:
    """What a market order gets: worse by the slippage, on the grid of prices. side: +1 buys, -1 sells."""
    if costs.slippage_bps == 0.0:
        return price
    got = price * (1.0 + side * costs.slippage_bps / 10_000)
    if tick <= 0.0:
        return got
    return (math.ceil(got / tick - NEAR) if side > 0 else math.floor(got / tick + NEAR)) * tick


def fee(stream: Stream, costs: Costs, price: float, value: float) -> float:
    """What a market order for a quantity of 1 costs: the taker's share of its value, the fee per lot, half the spread."""
    instrument = stream.market.instrument
    taker = instrument.taker_fee_bps if costs.taker_fee_bps is None else costs.taker_fee_bps
    return price * value * taker / 10_000 + costs.fee_per_lot + costs.spread_ticks * instrument.tick / 2 * value


def funding(stream: Stream, costs: Costs, bars: Bars, worth: Floats) -> Floats:
    """Paid in all by each close: what falls due inside a bar is paid at its close. worth: money for a move of 1, shape (bars,)."""
    due = complete(stream.funding, stream.market.instrument, bars, costs)
    if due is None or not len(due.time):
        return np.zeros(len(bars))
    mine = (due.time > bars.open_time[0]) & (due.time <= bars.close_time[-1])
    row = np.searchsorted(bars.close_time, due.time[mine], side="left")
    return np.cumsum(np.bincount(row, due.rate[mine] * (worth * bars.close)[row], len(bars)))
