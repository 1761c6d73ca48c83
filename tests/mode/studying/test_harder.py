"""A tiny tape by hand: what one bar of delay, dearer fees and more slippage do to a single trade."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.mode.studying.harder import dearer, dearer_costs, harder, late, slower_fills, times
from runner.mode.studying.trials import Compiled
from runner.model.bot import Costs
from runner.model.plan import EntryKind
from runner.model.records import Answer, Outcome, Reason
from runner.model.stream import Stream
from runner.study.sensitivity import Case
from tests.machine.build import FREE, HOUR, START, bars, plan, run, spec, stream
from tests.mode.studying.cases import six

RISING = [(100.0 + n, 101.0 + n, 99.5 + n, 101.0 + n) for n in range(6)]  # opens at 100, 101, 102, …


def one(*plans: Any, rows: Any = RISING, **more: Any) -> Stream:
    """A stream whose plans know their signal's bar: one that acts from bar n on was signalled on bar n − 1."""
    for each in plans:
        each["signal_index"] = (each["time"] - START) // HOUR - 1
    return stream(rows, plans, **more)


def fills(outcome: Outcome) -> list[tuple[int, float, str]]:
    """Bar, price and reason of each fill."""
    return [(int((fill["time"] - START) // HOUR), float(fill["price"]), Reason(fill["reason"]).name) for fill in outcome.fills]


def test_a_market_plan_fills_one_bar_later() -> None:
    """Signalled on bar 0 it buys at the open of bar 1, at 101; a bar late at that of bar 2, at 102."""
    own = one(plan(1))
    assert fills(run(own)) == [(1, 101.0, "ENTRY")]
    assert fills(run(late(own, 1))) == [(2, 102.0, "ENTRY")]
    assert fills(run(late(own, 3))) == [(4, 104.0, "ENTRY")]
    assert late(own, 0) is own


def test_stop_and_target_stay_where_they_were_made() -> None:
    """The target at 103.5 closes a bar after the late fill, with less profit; the stop is the plan's own."""
    own = one(plan(1, stop=95.0, targets=[(103.5, 1.0)]))
    late_one = late(own, 1)
    assert fills(run(own)) == [(1, 101.0, "ENTRY"), (3, 103.5, "TARGET")]
    assert fills(run(late_one)) == [(2, 102.0, "ENTRY"), (3, 103.5, "TARGET")]
    assert late_one.plans["stop"].tolist() == [95.0]


def test_a_market_that_has_passed_the_stop_is_not_entered() -> None:
    """On time it is bought at 100 above the stop at 99; a bar late the market opens below it."""
    falling = [(100.0, 100.0, 100.0, 100.0), (100.0, 100.5, 99.5, 99.6), (98.0, 98.5, 97.5, 98.0), (98.0, 98.5, 97.5, 98.0)]
    own = one(plan(1, stop=99.0), rows=falling)
    assert fills(run(own))[0] == (1, 100.0, "ENTRY")
    refused = run(late(own, 1))
    assert fills(refused) == []
    assert Answer(refused.decisions["answer"][0]) in (Answer.REFUSED, Answer.CANCELLED)


def test_a_resting_order_waits_as_long_but_later() -> None:
    """A limit at 100.6 that lives for one bar is filled in bar 1; a bar late the market does not come back to it."""
    own = one(plan(1, entry_kind=EntryKind.LIMIT, entry_price=100.6, expires_ms=HOUR))
    assert fills(run(own)) == [(1, 100.6, "ENTRY")]
    later = late(own, 1)
    assert later.plans["expires_ms"].tolist() == [HOUR]
    assert fills(run(later)) == []


def test_exits_said_bar_by_bar_are_late_too() -> None:
    """An exit said at the close of bar 2 closes at the open of bar 3; a bar late both ends move by one."""
    own = one(plan(1, exit_column=0), columns=[[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]])
    assert fills(run(own)) == [(1, 101.0, "ENTRY"), (3, 103.0, "EXIT_COLUMN")]
    shifted = late(own, 1)
    assert np.array_equal(shifted.columns[0], [np.nan, 0.0, 0.0, 1.0, 0.0, 0.0], equal_nan=True)
    assert fills(run(shifted)) == [(2, 102.0, "ENTRY"), (4, 104.0, "EXIT_COLUMN")]


def test_a_plan_beyond_the_last_bar_is_dropped() -> None:
    """Signalled on the last bar but one it would act from the close of the last on, where nothing trades any more."""
    own = one(plan(5), plan(6))
    assert len(own.plans) == 2
    assert late(own, 1).plans["signal_index"].tolist() == [5]
    assert len(late(own, 100).plans) == 0
    assert np.isnan(late(one(plan(1), columns=[[1.0] * 6]), 100).columns[0]).all()


def test_a_hole_in_the_bars_is_one_bar() -> None:
    """The next signal bar counts, however long it takes to come."""
    held = bars(RISING, times=[0, 1, 10, 11, 12, 13])
    own = one(plan(1), rows=held)
    assert late(own, 1).plans["time"].tolist() == [START + 2 * HOUR]
    assert late(own, 2).plans["time"].tolist() == [START + 11 * HOUR]


def test_the_stream_itself_stays_as_it_was() -> None:
    """Nothing is changed in place."""
    own = one(plan(1), columns=[[1.0] * 6])
    before = own.plans.tobytes(), own.columns[0].tobytes()
    late(own, 1)
    dearer(own, 3.0)
    assert (own.plans.tobytes(), own.columns[0].tobytes()) == before
    assert own.market.instrument == spec()


@pytest.mark.parametrize(
    ("fee", "factor", "wanted"), [(5.5, 2.0, 11.0), (5.5, 0.0, 0.0), (-1.0, 3.0, -1.0), (-1.0, 0.0, 0.0), (0.0, 3.0, 0.0)]
)
def test_a_rebate_does_not_grow(fee: float, factor: float, wanted: float) -> None:
    """Dearer times make fees larger and no gift."""
    assert times(fee, factor) == wanted


def test_fees_are_dearer_wherever_they_are_said() -> None:
    """Of the instrument, of the venue, for a lot; nothing else changes."""
    own = one(plan(1), instrument=spec(taker_fee_bps=5.0, maker_fee_bps=2.0))
    assert (dearer(own, 2.0).market.instrument.taker_fee_bps, dearer(own, 2.0).market.instrument.maker_fee_bps) == (10.0, 4.0)
    assert dearer_costs(Costs(taker_fee_bps=3.0, fee_per_lot=7.0, slippage_bps=1.0), 2.0) == Costs(
        taker_fee_bps=6.0, fee_per_lot=14.0, slippage_bps=1.0
    )
    assert dearer_costs(Costs(), 2.0) == Costs()
    assert slower_fills(Costs(slippage_bps=1.5), 5.0) == Costs(slippage_bps=6.5)


def test_a_trade_pays_what_the_case_says() -> None:
    """One unit bought at 101 with 10 bps pays 0.101; three times that, and 100 bps of slippage fill at 102.01."""
    costs = Costs(**{**FREE.__dict__, "taker_fee_bps": None, "maker_fee_bps": None})
    own = one(plan(1), instrument=spec(taker_fee_bps=10.0))
    assert run(own, costs=costs).fills["fee"].tolist() == pytest.approx([0.101])
    assert run(dearer(own, 3.0), costs=dearer_costs(costs, 3.0)).fills["fee"].tolist() == pytest.approx([0.303])
    assert run(own, costs=slower_fills(costs, 100.0)).fills["price"].tolist() == [102.01]


def test_the_case_as_it_is_changes_nothing() -> None:
    """Neither costs nor streams."""
    trial: Compiled = six()[0]
    same = harder(trial, Case())
    assert same.bot.costs == trial.bot.costs
    assert [each.market.instrument for each in same.streams] == [each.market.instrument for each in trial.streams]
    assert all(new.plans is old.plans for new, old in zip(same.streams, trial.streams, strict=True))
