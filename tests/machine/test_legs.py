"""Parts of a position: rounded together, none too small for the venue, closed step by step as bars close against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from runner.model.plan import EntryKind, WhenOpen
from runner.model.records import Reason
from runner.model.rules import Anchor, HouseAction, HouseMeasure
from tests.machine.build import FREE, Row, answers, book, fills, flat, plan, rung, spec, trade
from tests.machine.told import Story

SMALL = spec(min_quantity=0.01, min_notional=5.0)


@pytest.mark.parametrize(
    ("quantity", "parts", "kept", "merged"),
    [
        pytest.param(1.0, (0.5, 0.3, 0.2), [(1, 101, 0.5), (2, 102, 0.3), (3, 103, 0.2)], 0, id="all large enough"),
        pytest.param(0.4, (0.1, 0.9), [(2, 102, 0.4)], 1, id="a small one goes with the next"),
        pytest.param(0.09, (0.3, 0.4, 0.3), [(2, 102, 0.09)], 2, id="two small ones make one, the last goes with them"),
        pytest.param(0.54, (0.93, 0.07), [(1, 101, 0.54)], 1, id="a small last one goes with the one before"),
        pytest.param(0.055, (0.1,) * 10, [(9, 109, 0.055)], 9, id="nine of them make one"),
        pytest.param(0.06, (0.5,), [], 1, id="a small one without another waits for the stop"),
        pytest.param(0.2, (0.5, 0.3), [(1, 101, 0.1), (2, 102, 0.1)], 0, id="what would be left is too small to stay"),
    ],
)
def test_small_parts_go_together(quantity: float, parts: Sequence[float], kept: list[tuple[int, float, float]], merged: int) -> None:
    """At 100 less than 0.05 is less than five dollars; the decision counts the parts that do not stand alone."""
    targets = [(101.0 + n, part) for n, part in enumerate(parts)]
    outcome = trade([*flat(1), (100, 110, 100, 110)], plan(1, sizing_value=quantity, stop=90, targets=targets), instrument=SMALL)
    found = [(int(f["target"]), float(f["price"]), float(f["quantity"])) for f in outcome.fills[1:]]
    assert found == [(number, price, pytest.approx(size)) for number, price, size in kept]  # type: ignore[comparison-overlap]
    assert int(outcome.decisions[0]["merged"]) == merged


def test_parts_are_rounded_together() -> None:
    """A third of 0.010 three times is 0.003, 0.003 and 0.004: what rounding leaves out of one part comes with the next."""
    outcome = trade([*flat(1), (100, 110, 100, 110)], plan(1, sizing_value=0.010, targets=[(101, 0.34), (102, 0.33), (103, 0.33)]))
    assert [f["quantity"] for f in outcome.fills[1:]] == [pytest.approx(part) for part in (0.003, 0.003, 0.004)]


def test_a_merged_target_sets_break_even_off_with_the_one_it_went_with() -> None:
    """Target 1 is too small and goes with target 2: the stop comes to the entry when that fills, not before."""
    rows: list[Row] = [*flat(1), (100, 101.5, 99.5, 101.5), (101.5, 102, 100, 100)]
    ladder = plan(1, sizing_value=0.4, stop=90, targets=[(101, 0.1), (102, 0.5), (109, 0.4)], break_even_after=1)
    outcome = trade(rows, ladder, instrument=SMALL)
    assert fills(outcome)[1:] == [("TARGET", -0.24, 102), ("BREAK_EVEN", pytest.approx(-0.16), 100)]


def test_the_same_parts_rest_at_a_venue() -> None:
    """What a follower wants to rest is what a backtest fills, with the numbers of the targets they went to."""
    story = Story(instrument=SMALL)
    story.bought(plan(1, stop=90, sizing_value=0.4, targets=[(101, 0.1), (102, 0.5), (109, 0.4)]), quantity=0.4)
    position = story.follower.position("AAA")
    assert position is not None
    assert [(each.number, each.price, each.quantity) for each in position.targets] == [(2, 102, 0.24), (3, 109, pytest.approx(0.16))]


def test_a_gap_over_a_partial_close_fills_it_at_the_open() -> None:
    """The bar opens at 96, below both prices and above the stop, and never goes lower: both parts leave there."""
    rows: list[Row] = [*flat(2), (96, 98, 96, 98), *flat(1, 98)]
    outcome = trade(rows, plan(1, stop=90, adverse=[(98, 0.3), (97, 0.3)]))
    assert fills(outcome)[1:] == [("ADVERSE", -0.3, 96), ("ADVERSE", -0.3, 96)]


DOWN: list[Row] = [*flat(1), (100, 100, 99, 99), (99, 99, 98, 98), (98, 98, 97, 97), (97, 97, 97, 97)]


def test_bars_that_close_against_a_position_close_it_in_parts() -> None:
    """Half after two in a row, at the open of the third; the rest after three."""
    outcome = trade(DOWN, plan(1, stop=90, closes=[(2, 0.5), (3, 0.5)]))
    assert fills(outcome)[1:] == [("ADVERSE_CLOSE", -0.5, 98), ("ADVERSE_CLOSE", -0.5, 97)]
    assert list(outcome.fills["target"]) == [0, 1, 2]


def test_a_close_the_other_way_begins_the_count_anew() -> None:
    """Down, up, down, down: two in a row only at the end; a short counts the other way and keeps everything."""
    rows: list[Row] = [*flat(1), (100, 100, 99, 99), (99, 99.5, 99, 99.5), (99.5, 99.5, 98, 98), (98, 98, 97, 97), *flat(1, 97)]
    assert fills(trade(rows, plan(1, stop=90, closes=[(2, 0.5)])))[1:] == [("ADVERSE_CLOSE", -0.5, 97)]
    assert fills(trade(rows, plan(1, -1, stop=110, closes=[(2, 0.5)])))[1:] == []


def test_the_same_parts_leave_at_a_venue() -> None:
    """A follower asks for the part at the close; the fill brings the number of its tier."""
    story = Story()
    story.bought(plan(1, stop=90, closes=[(2, 0.5), (3, 0.5)]))
    for close in (99.0, 98.0):
        story.turn(close)
    position = story.follower.position("AAA")
    assert position is not None
    assert (position.leaving, position.leaving_reason) == (0.5, Reason.ADVERSE_CLOSE)
    story.fill(0.5, 98.0, role=Reason.ADVERSE_CLOSE, plan=0)
    story.begin()
    left = story.follower.position("AAA")
    assert left is not None
    assert (left.quantity, left.leaving) == (0.5, 0.0)
    assert story.follower.world.fills[1]["target"] == 1


@pytest.mark.parametrize(("side", "stop", "stands"), [(1, 98.001, 98.01), (-1, 102.009, 102.0), (1, 98.0, 98.0)])
def test_a_stop_between_two_ticks_stands_at_the_nearer_to_the_market(side: int, stop: float, stands: float) -> None:
    """So no more is lost than was reckoned with; one on the grid stays."""
    outcome = trade([*flat(1), (100, 104, 96, 100)], plan(1, side, stop=stop))
    assert fills(outcome)[1:] == [("STOP", -side, stands)]


def test_trail_and_break_even_stand_at_the_nearer_tick() -> None:
    """103 - 1.005 is 101.995: the stop stands at 102.00."""
    outcome = trade([*flat(1), (100, 103, 100, 101)], plan(1, stop=90, trail_distance=1.005))
    assert fills(outcome)[1:] == [("TRAIL", -1, 102.0)]


def test_a_part_that_the_house_closes_is_no_smaller_than_an_order() -> None:
    """Half of 0.06 is worth three dollars: nothing leaves; of 0.12 half does; of 0.12 two thirds would leave too little, so all goes."""
    rows: list[Row] = [*flat(2), (100, 100, 97, 97), *flat(1, 97)]
    found = []
    for quantity, value in ((0.06, 0.5), (0.12, 0.5), (0.12, 0.65)):
        ladder = rung(measure=HouseMeasure.DAY_LOSS, anchor=Anchor.DAY_START_EQUITY, limit=1e-6, action=HouseAction.REDUCE, value=value)
        outcome = trade(rows, plan(1, sizing_value=quantity, stop=90), instrument=SMALL, rules=book(ladder))
        found.append([float(f["quantity"]) for f in outcome.fills[1:]])
    assert found == [[], [pytest.approx(0.06)], [pytest.approx(0.12)]]


def test_a_position_of_several_orders_is_no_larger_than_one_may_be() -> None:
    """Three quotes of a set, an entry with its add step, an entry added to what is held: the largest order is 3."""
    few = spec(max_quantity=3.0)
    rows = [*flat(1), (100, 101, 99.5, 101), *flat(3, 101)]
    stepped = trade(rows, plan(1, stop=90, sizing_value=5, adds=[(99.8, 0.5)]), instrument=few)
    assert stepped.decisions[0]["quantity"] == 2.0
    added = trade(rows, plan(1, stop=90, sizing_value=2), plan(3, stop=90, sizing_value=2, when_open=WhenOpen.ADD), instrument=few)
    assert [float(d["quantity"]) for d in added.decisions] == [2.0, 1.0]


def test_a_trail_hangs_from_the_market_not_from_a_slipped_fill() -> None:
    """Bought at 101 in a market of 100 that never moved: the stop stands 2 below 100."""
    costs = replace(FREE, slippage_bps=100.0)
    outcome = trade([*flat(1), *flat(1), (100, 100, 98.5, 98.5), *flat(1, 98.5)], plan(1, stop=90, trail_distance=2.0), costs=costs)
    assert len(outcome.fills) == 1
    assert float(outcome.stops[-1]["price"]) == 98.0


def test_a_first_entry_with_its_stop_at_its_price_is_refused_whatever_its_steps_lose() -> None:
    """The add step alone has something to lose."""
    outcome = trade(flat(4), plan(1, stop=100.0, adds=[(103.0, 1.0)], entry_kind=EntryKind.LIMIT, entry_price=100.0))
    assert answers(outcome)[0][0] == "REFUSED"
