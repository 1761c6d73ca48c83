"""Ways out of a position: ladder, trail, break-even, time stop, exit column, invalidation, adverse tiers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.model.plan import EntryKind, TrailStart, TrailUpdate
from tests.machine.build import FREE, HOUR, Row, fills, flat, hours, plan, spec, trade


def exits(outcome: Any) -> list[tuple[str, float, float]]:
    """Fills after the entry."""
    return fills(outcome)[1:]


def test_a_ladder_closes_fractions_of_the_initial_quantity_in_whole_steps() -> None:
    """70 % and 20 % of 0.015 are 0.010 and 0.003; the last target closes what is left."""
    ladder = plan(1, stop=90, sizing_value=0.015, targets=[(102, 0.7), (104, 0.2), (106, 0.1)])
    outcome = trade([*flat(1), (100, 107, 100, 107)], ladder)
    assert exits(outcome) == [("TARGET", -0.010, 102), ("TARGET", -0.003, 104), ("TARGET", -0.002, 106)]
    assert outcome.trades[0]["targets"] == 3


def test_a_ladder_that_adds_up_to_less_leaves_the_rest_open() -> None:
    """50 % and 30 %: a fifth of the position runs on."""
    outcome = trade([*flat(1), (100, 107, 100, 107)], plan(1, sizing_value=10, targets=[(102, 0.5), (104, 0.3)]))
    assert exits(outcome) == [("TARGET", -5, 102), ("TARGET", -3, 104)]
    assert outcome.fills["open_quantity"][-1] == 2


def test_a_target_smaller_than_a_step_closes_nothing() -> None:
    """A tenth of one step rounds down to none; the next target still fills."""
    outcome = trade([*flat(1), (100, 107, 100, 107)], plan(1, sizing_value=0.001, targets=[(102, 0.1), (104, 0.9)]))
    assert exits(outcome) == [("TARGET", -0.001, 104)]


@pytest.mark.parametrize(
    ("close", "price"),
    [pytest.param(106.01, None, id="a tick above"), pytest.param(106, 106, id="at"), pytest.param(105.5, 106, id="below")],
)
def test_a_native_trail_follows_inside_the_bar(close: float, price: float | None) -> None:
    """High 110, distance 4: the stop stands at 106 on the way to the close."""
    outcome = trade([*flat(1), (100, 110, 100, close), *flat(1, close + 1)], plan(1, stop=90, trail_distance=4))
    assert exits(outcome) == ([] if price is None else [("TRAIL", -1, price)])


def test_a_short_trails_downwards() -> None:
    """Low 90, distance 4: the stop comes down to 94."""
    assert exits(trade([*flat(1), (100, 100, 90, 95)], plan(1, -1, stop=110, trail_distance=4))) == [("TRAIL", 1, 94)]


def test_a_trail_follows_a_new_best_price_that_is_no_new_best_result() -> None:
    """Ten units gain 20 at 102; half leave for a fee of 5.10, so 103 brings 19.90 only. The stop follows to 101 all the same."""
    rows: list[Row] = [*flat(1), (100, 102, 100, 102), (102, 103, 102, 103), (103, 103, 100.5, 100.5)]
    costs = replace(FREE, maker_fee_bps=100.0)
    outcome = trade(rows, plan(1, stop=90, sizing_value=10, trail_distance=2, targets=[(102, 0.5)]), costs=costs)
    assert exits(outcome) == [("TARGET", -5, 102), ("TRAIL", -5, 101)]


def test_a_bar_close_trail_waits_for_the_close() -> None:
    """The same bar does not stop; the next one meets the stop the close has set: best price 110 less 4."""
    rows: list[Row] = [*flat(1), (100, 110, 100, 105), (107, 107, 105, 105)]
    outcome = trade(rows, plan(1, stop=90, trail_distance=4, trail_update=TrailUpdate.BAR_CLOSE))
    assert exits(outcome) == [("TRAIL", -1, 106)]
    assert hours(outcome.fills["time"]) == [1, 2]


def test_a_trail_takes_its_distance_from_a_column() -> None:
    """Distance 3 at the close of the entry bar; nothing at the next keeps it."""
    rows: list[Row] = [*flat(1), (100, 110, 100, 110), (110, 110, 108, 108), (108, 108, 106, 106)]
    outcome = trade(rows, plan(1, stop=90, trail_column=0), columns=[[9, 3, np.nan, np.nan]])
    assert exits(outcome) == [("TRAIL", -1, 107)]


def test_tiers_tighten_the_trail_with_profit() -> None:
    """Distance 8 at first, 2 once the best price is 10 in profit."""
    rows: list[Row] = [*flat(1), (100, 109, 100, 102), (102, 110, 102, 109), (109, 109, 107, 107)]
    outcome = trade(rows, plan(1, stop=90, trail_distance=8, tiers=[(10, 2)]))
    assert exits(outcome) == [("TRAIL", -1, 108)]


@pytest.mark.parametrize(("number", "reason"), [pytest.param(1, "TRAIL", id="reached"), pytest.param(2, "STOP", id="not reached")])
def test_a_trail_after_a_target(number: int, reason: str) -> None:
    """Starts with the named target and follows the best price from there."""
    fields = {"trail_start": TrailStart.AFTER_TARGET, "trail_start_value": number, "trail_distance": 2}
    ladder = plan(1, stop=97, sizing_value=2, targets=[(104, 0.5), (120, 0.5)], **fields)
    outcome = trade([*flat(1), (100, 105, 99, 105), (105, 105, 96, 96)], ladder)
    assert exits(outcome) == [("TARGET", -1, 104), (reason, -1, 103 if reason == "TRAIL" else 97)]


@pytest.mark.parametrize(("high", "reason"), [pytest.param(103.99, "STOP", id="a tick short"), pytest.param(104, "TRAIL", id="at")])
def test_a_trail_from_a_price_on(high: float, reason: str) -> None:
    """The market must have been at the price."""
    fields = {"trail_start": TrailStart.AT_PRICE, "trail_start_value": 104, "trail_distance": 2}
    outcome = trade([*flat(1), (100, high, 99, 103), (103, 103, 96, 96)], plan(1, stop=97, **fields))
    assert [reason for reason, _, _ in exits(outcome)] == [reason]


def test_break_even_moves_the_stop_behind_the_first_target() -> None:
    """Offset 0.5 beyond the entry; the stop is met on the way to the close."""
    ladder = plan(1, stop=90, sizing_value=2, targets=[(104, 0.5), (120, 0.5)], break_even_after=1, break_even_offset=0.5)
    assert exits(trade([*flat(1), (100, 105, 99, 99.5)], ladder)) == [("TARGET", -1, 104), ("BREAK_EVEN", -1, 100.5)]


def test_break_even_of_a_short_lies_below_its_entry() -> None:
    """The offset is in the position's favour."""
    ladder = plan(1, -1, stop=110, sizing_value=2, targets=[(96, 0.5), (80, 0.5)], break_even_after=1, break_even_offset=0.5)
    assert exits(trade([*flat(1), (100, 101, 95, 101)], ladder)) == [("TARGET", 1, 96), ("BREAK_EVEN", 1, 99.5)]


@pytest.mark.parametrize(("bars", "at"), [(1, 2), (2, 3), (3, 4)])
def test_a_time_stop_leaves_at_the_open_after_so_many_bars(bars: int, at: int) -> None:
    """An entry at the open of bar 1 that may last n bars leaves at the open of bar 1 + n."""
    outcome = trade(flat(6), plan(1, time_stop_ms=bars * HOUR))
    assert exits(outcome) == [("TIME_STOP", -1, 100)]
    assert hours(outcome.fills["time"]) == [1, at]


def test_a_time_stop_counts_full_bars_after_a_fill_inside_a_bar() -> None:
    """Filled inside bar 1: one full bar later is the close of bar 2."""
    order = plan(1, entry_kind=EntryKind.LIMIT, entry_price=97, time_stop_ms=HOUR)
    outcome = trade([*flat(1), (100, 100, 96, 100), *flat(4)], order)
    assert hours(outcome.fills["time"]) == [1, 3]


@pytest.mark.parametrize(("needs", "reasons"), [(1, ["TARGET"]), (0, ["TARGET", "TIME_STOP"])])
def test_a_time_stop_may_spare_positions_that_hit_a_target(needs: int, reasons: list[str]) -> None:
    """`time_stop_needs_no_target`: 1 spares them, 0 does not."""
    fields = {"time_stop_ms": 2 * HOUR, "time_stop_needs_no_target": needs, "sizing_value": 2}
    outcome = trade([*flat(1), (100, 105, 100, 100), *flat(4)], plan(1, targets=[(104, 0.5), (120, 0.5)], **fields))
    assert [reason for reason, _, _ in exits(outcome)] == reasons


@pytest.mark.parametrize(
    ("value", "side", "closed"),
    [(1, 1, True), (-1, -1, True), (2, 1, True), (2, -1, True), (-1, 1, False), (1, -1, False), (0, 1, False), (np.nan, 1, False)],
)
def test_the_exit_column(value: float, side: int, closed: bool) -> None:
    """+1 closes longs, -1 shorts, 2 both, at the open after the signal bar."""
    outcome = trade(flat(5), plan(1, side, exit_column=0), columns=[[2, 0, value, 0, 0]])
    assert exits(outcome) == ([("EXIT_COLUMN", -side, 100)] if closed else [])
    assert hours(outcome.fills["time"]) == ([1, 3] if closed else [1])


@pytest.mark.parametrize(
    ("side", "close", "closed"),
    [
        pytest.param(1, 96, False, id="a long at the level stays"),
        pytest.param(1, 95.99, True, id="a long below it goes"),
        pytest.param(-1, 96, False, id="a short at the level stays"),
        pytest.param(-1, 96.01, True, id="a short above it goes"),
    ],
)
def test_invalidation_is_a_close_beyond_the_level(side: int, close: float, closed: bool) -> None:
    """Only the close counts, and the position leaves at the next open."""
    outcome = trade([*flat(1), (100, 101, 95, close), *flat(1, 97)], plan(1, side, invalidation=96))
    assert exits(outcome) == ([("INVALIDATION", -side, 97)] if closed else [])


def test_adverse_tiers_close_parts_at_a_loss() -> None:
    """A quarter at 98, half at 96, the rest at the stop."""
    outcome = trade([*flat(1), (100, 100, 94, 94)], plan(1, stop=95, sizing_value=4, adverse=[(98, 0.25), (96, 0.5)]))
    assert exits(outcome) == [("ADVERSE", -1, 98), ("ADVERSE", -2, 96), ("STOP", -1, 95)]
    assert outcome.trades[0]["exit_price"] == (98 + 2 * 96 + 95) / 4


def test_the_market_exit_due_comes_before_a_gap_through_the_stop() -> None:
    """A time stop at an open beyond the stop: one fill, at the open."""
    outcome = trade([*flat(2), *flat(2, 90)], plan(1, stop=95, time_stop_ms=HOUR))
    assert exits(outcome) == [("TIME_STOP", -1, 90)]


def test_stop_and_targets_lie_on_the_grid() -> None:
    """Ticks of 0.5: 94.8 is 95, 105.3 is 105.5."""
    outcome = trade([*flat(1), (100, 106, 96, 106)], plan(1, stop=94.8, targets=[(105.3, 1)]), instrument=spec(tick=0.5))
    assert exits(outcome) == [("TARGET", -1, 105.5)]
    outcome = trade([*flat(1), (100, 106, 95, 106)], plan(1, stop=94.8, targets=[(105.3, 1)]), instrument=spec(tick=0.5))
    assert exits(outcome) == [("STOP", -1, 95)]


def test_the_tighter_of_trail_and_stop_holds() -> None:
    """A trail wider than the stop changes nothing."""
    assert exits(trade([*flat(1), (100, 101, 94, 94)], plan(1, stop=95, trail_distance=20))) == [("STOP", -1, 95)]


def test_a_trail_from_the_entry_stands_at_its_distance_at_once() -> None:
    """Bought at 100 with a distance of 4 and falling from there: out at 96, long before the stop at 90."""
    assert exits(trade([*flat(1), (100, 100, 95, 97)], plan(1, stop=90, trail_distance=4))) == [("TRAIL", -1, 96)]
