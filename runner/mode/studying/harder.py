"""The same trial in a harder world: dearer fees, more slippage, signals that act later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.mode.studying.trials import Compiled
from runner.model.bars import Floats
from runner.model.bot import Costs
from runner.model.stream import Stream
from runner.study.sensitivity import Case


def harder(trial: Compiled, case: Case) -> Compiled:
    """The trial as `case` has it; the plan of a case that changes nothing is the trial's own."""
    bot = trial.bot
    costs = slower_fills(dearer_costs(bot.costs, case.fees), case.slippage)
    streams = tuple(late(dearer(stream, case.fees), case.delay) for stream in trial.streams)
    return replace(trial, trial=replace(trial.trial, bot=replace(bot, costs=costs)), streams=streams)


def dearer_costs(costs: Costs, factor: float) -> Costs:
    """Fees named for the venue times `factor`; a rebate (a fee below zero) stays what it is, unless nothing is to be paid at all."""
    return replace(
        costs,
        taker_fee_bps=None if costs.taker_fee_bps is None else times(costs.taker_fee_bps, factor),
        maker_fee_bps=None if costs.maker_fee_bps is None else times(costs.maker_fee_bps, factor),
        fee_per_lot=times(costs.fee_per_lot, factor),
    )


def dearer(stream: Stream, factor: float) -> Stream:
    """The instrument's own fees times `factor`."""
    one = stream.market.instrument
    instrument = replace(one, taker_fee_bps=times(one.taker_fee_bps, factor), maker_fee_bps=times(one.maker_fee_bps, factor))
    return replace(stream, market=replace(stream.market, instrument=instrument))


def times(fee: float, factor: float) -> float:
    """A fee times `factor`; dearer times do not make a rebate larger."""
    return fee if fee < 0.0 < factor else fee * factor


def slower_fills(costs: Costs, more_bps: float) -> Costs:
    """Market and stop fills that are worse by so much more of their price."""
    return replace(costs, slippage_bps=costs.slippage_bps + more_bps)


def late(stream: Stream, count: int) -> Stream:
    """The stream whose strategy is heard `count` signal bars later than it speaks.

    A plan acts from the close of the bar `count` after its signal's on; one whose bar is beyond the data is dropped. Its prices (entry
    of a resting order, stop, targets, levels) stay those it was made with, and what is counted from the plan (how long a resting order
    waits) begins later with it. What the strategy says bar by bar (exits, cancellations, trail distances) is heard as late. Stops,
    targets and trails that lie at the venue, time stops and what a position's own closes decide (invalidation) are as quick as ever.
    """
    if count == 0:
        return stream
    bars, plans = stream.market.bars, stream.plans
    acting = plans["signal_index"] + count
    kept: NDArray[Any] = plans[acting < len(bars)].copy()
    kept["signal_index"] += count
    kept["time"] = bars.close_time[kept["signal_index"]]
    return replace(stream, plans=kept, columns=[shifted(column, count) for column in stream.columns])


def shifted(column: Floats, count: int) -> Floats:
    """The column `count` bars later; NaN before it begins."""
    return np.concatenate([np.full(min(count, len(column)), np.nan), column[: max(0, len(column) - count)]])
