"""Quote sets: levels that fill and are armed anew, inventory that is bounded, an end of the range that closes everything."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.model.bot import GateSettings
from runner.model.following import Told
from runner.model.plan import EntryKind, WhenOpen
from runner.model.records import Reason
from runner.model.rules import Anchor, Code
from tests.machine.build import FREE, HOUR, Row, answers, bars, book, cap, fills, flat, floor, machine, plan, run, stream, trade
from tests.machine.told import Story


def grid(at: float = 1, **changes: Any) -> NDArray[Any]:
    """Three levels a side around 100, one apart, one unit each; the range ends at 96 and 104."""
    fields: dict[str, Any] = {
        "entry_kind": EntryKind.LIMIT,
        "entry_price": 100.0,
        "quote_below": 3,
        "quote_above": 3,
        "quote_most": 3,
        "quote_spacing": 1.0,
        "range_low": 96.0,
        "range_high": 104.0,
    }
    return plan(at, **(fields | changes))


def test_a_round_trip_earns_a_level() -> None:
    """Bought at 99, sold at 100, bought at 99 again: each time the level it came from is armed anew."""
    rows: list[Row] = [*flat(1), (100, 100, 98.9, 99.2), (99.2, 100, 99.2, 99.8), (99.8, 99.8, 98.9, 99.2), *flat(1, 99.5)]
    outcome = trade(rows, grid())
    assert fills(outcome) == [("QUOTE", 1, 99), ("QUOTE", -1, 100), ("QUOTE", 1, 99)]
    assert [(float(t["profit"]), int(t["reason"])) for t in outcome.trades] == [(1.0, Reason.QUOTE)]


def test_a_way_down_and_up_fills_every_level_in_turn() -> None:
    """Down to 97: bought at 99, 98, 97. Up to 103: sold at 98, 99, 100 with a gain of one each, then short at 101, 102, 103."""
    rows: list[Row] = [*flat(1), (100, 100, 97, 97), (97, 103, 97, 103), (103, 103, 100, 100), *flat(1)]
    outcome = trade(rows, grid())
    down, up = [("QUOTE", 1, 99), ("QUOTE", 1, 98), ("QUOTE", 1, 97)], [("QUOTE", -1, price) for price in (98, 99, 100, 101, 102, 103)]
    assert fills(outcome) == [*down, *up, ("QUOTE", 1, 102), ("QUOTE", 1, 101), ("QUOTE", 1, 100)]
    assert [float(t["profit"]) for t in outcome.trades] == [3.0, 3.0]


def test_the_end_of_the_range_closes_everything() -> None:
    """All three are stopped at 96, a loss of 1 + 2 + 3 from 97, 98, 99, and nothing is bought on the way back."""
    rows: list[Row] = [*flat(1), (100, 100, 95, 95), (95, 101, 95, 101), *flat(2, 101)]
    outcome = trade(rows, grid())
    assert fills(outcome)[3:] == [("STOP", -3, 96)]
    assert outcome.balance == 10_000 - 6
    assert outcome.trades[0]["risk"] == 6.0


@pytest.mark.parametrize(("most", "bought"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_inventory_is_bounded(most: int, bought: int) -> None:
    """No more levels are held than wanted, however far the market goes."""
    assert len(fills(trade([*flat(1), (100, 100, 96.5, 97), *flat(1, 97)], grid(quote_most=most)))) == bought


def test_levels_below_only_never_go_short() -> None:
    """Up to 103 nothing is sold; after a buy at 99 it is sold at 100 and nothing more."""
    rows: list[Row] = [*flat(1), (100, 103, 100, 103), (103, 103, 99, 99), (99, 103, 99, 103), *flat(1, 103)]
    assert fills(trade(rows, grid(quote_above=0))) == [("QUOTE", 1, 99), ("QUOTE", -1, 100)]


def test_a_gap_fills_what_it_passes_at_the_open_nearest_first() -> None:
    """The market opens at 97.5: 99 and 98 are bought there; a gap to 102.5 sells both, then goes short at 101 and 102's side."""
    rows: list[Row] = [*flat(2), (97.5, 97.5, 97.5, 97.5), (102.5, 102.5, 102.5, 102.5), *flat(1, 102.5)]
    outcome = trade(rows, grid())
    assert fills(outcome) == [("QUOTE", 1, 97.5)] * 2 + [("QUOTE", -1, 102.5)] * 4
    assert [int(f["target"]) for f in outcome.fills] == [5, 3, 6, 8, 10, 12]


@pytest.mark.parametrize("price", [95.0, 96.0, 104.0, 110.0])
def test_a_gap_beyond_the_range_ends_the_set(price: float) -> None:
    """Holding one bought at 99 the market opens beyond an end: closed there, and no level fills any more."""
    rows: list[Row] = [*flat(1), (100, 100, 99, 99.5), (price, price, price, price), *flat(3)]
    outcome = trade(rows, grid())
    assert fills(outcome) == [("QUOTE", 1, 99), ("STOP" if price < 100 else "QUOTE", -1, price)]


def test_a_set_ends_when_its_time_is_over_or_a_column_says_so() -> None:
    """What it holds is closed at the open, at hour 4 and at hour 3."""
    rows: list[Row] = [*flat(1), (100, 100, 99, 99.5), *flat(5, 99.5)]
    late = trade(rows, grid(expires_ms=3 * HOUR))
    assert [(name, price) for name, _, price in fills(late)] == [("QUOTE", 99), ("QUOTE", 99.5)]
    assert int(late.fills[1]["time"]) == int(late.plans[0]["time"]) + 3 * HOUR
    told = trade(rows, grid(cancel_column=0), columns=[[0, 0, 1, 0, 0, 0, 0]])
    assert int(told.fills[1]["time"]) == int(told.plans[0]["time"]) + 2 * HOUR


def test_a_set_keeps_its_symbol_until_it_is_replaced() -> None:
    """A second one is refused; one that replaces closes what is held and begins around its own centre."""
    rows: list[Row] = [*flat(1), (100, 100, 99, 99), *flat(2, 99), (99, 99, 98, 98), *flat(1, 98)]
    assert answers(trade(rows, grid(), grid(3, entry_price=99.0)))[1] == ("REFUSED", "POSITION_OPEN")
    replaced = trade(rows, grid(), grid(3, entry_price=99.0, range_low=95, range_high=103, when_open=WhenOpen.REPLACE))
    assert fills(replaced) == [("QUOTE", 1, 99), ("REPLACE", -1, 99), ("QUOTE", 1, 98)]


def test_a_market_that_has_left_the_centre_starts_no_set() -> None:
    """An order would fill at once: the set is cancelled."""
    assert answers(trade([*flat(1), *flat(3, 98.9)], grid())) == [("CANCELLED", "NONE")]


@pytest.mark.parametrize(
    ("changes", "costs", "code"),
    [
        pytest.param({"range_low": 97.0}, FREE, "STOP_WRONG_SIDE", id="the range ends at a level"),
        pytest.param({"range_high": 102.5}, FREE, "STOP_WRONG_SIDE", id="above as below"),
        pytest.param({}, replace(FREE, maker_fee_bps=50.0), "QUOTES_TOO_TIGHT", id="two fees of half a percent are more than a level"),
        pytest.param({}, replace(FREE, leverage=50.0, isolated_margin=True), "STOP_BEYOND_LIQUIDATION", id="liquidated before its end"),
    ],
)
def test_a_set_that_cannot_be_kept_is_refused(changes: dict[str, Any], costs: Any, code: str) -> None:
    """Before any order is placed."""
    outcome = trade([*flat(1), (100, 103, 97, 100)], grid(**changes), costs=costs)
    assert answers(outcome) == [("REFUSED", code)]
    assert len(outcome.fills) == 0


def test_the_gate_counts_the_whole_set() -> None:
    """A floor at 9,400 leaves 600: a set that loses 6 a unit gets 100, and not a step more."""
    limited = book(floor(anchor=Anchor.INITIAL, amount=600.0))
    outcome = trade([*flat(1), (100, 100, 95, 95), *flat(1, 95)], grid(sizing_value=500.0), rules=limited)
    assert answers(outcome) == [("APPROVED", "MAX_LOSS")]
    assert float(outcome.decisions[0]["quantity"]) == 100.0
    assert outcome.balance == 9_400.0


def test_a_running_set_leaves_others_what_it_may_not_lose() -> None:
    """300 of 600 are the set's, whether it holds anything or not: another symbol's plan gets the other half."""
    limited = book(floor(anchor=Anchor.INITIAL, amount=600.0))
    first = stream([*flat(1), (100, 100, 99, 99), *flat(4, 99)], [grid(sizing_value=50.0)])
    for at in (1, 3):
        second = stream(replace_symbol(flat(6)), [plan(at, stop=90, sizing_value=1_000.0)])
        assert float(run(first, second, rules=limited).decisions[1]["quantity"]) == 30.0


def replace_symbol(rows: list[Row]) -> Any:
    """The rows as bars of BBB."""
    return bars(rows, "BBB")


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param(cap(Code.OPEN_ORDERS, count=5), "OPEN_ORDERS", id="six orders where five may rest"),
        pytest.param(cap(Code.ORDERS_PER_DAY, count=5), "ORDERS_PER_DAY", id="six orders where five may be sent"),
        pytest.param(cap(Code.DIRECTION, direction=1), "DIRECTION", id="it may go short where only long is allowed"),
        pytest.param(cap(Code.MIN_INTERVAL, duration_ms=HOUR), "MIN_INTERVAL", id="levels keep no distance in time"),
    ],
)
def test_rules_that_a_set_would_break_refuse_it(rule: Any, code: str) -> None:
    """Whatever its size."""
    assert answers(trade([*flat(1), (100, 103, 97, 100)], grid(), rules=book(rule))) == [("REFUSED", code)]


def test_levels_are_not_armed_anew_when_the_days_orders_are_used_up() -> None:
    """Six are placed, one more is allowed: after two fills the second level stays empty."""
    rows: list[Row] = [*flat(1), (100, 100, 98, 98), (98, 100, 98, 100), *flat(1)]
    outcome = trade(rows, grid(), rules=book(cap(Code.ORDERS_PER_DAY, count=7)))
    assert fills(outcome) == [("QUOTE", 1, 99), ("QUOTE", 1, 98), ("QUOTE", -1, 100)]


def test_stepping_and_running_book_the_same() -> None:
    """A market at random, fees and slippage on: the same bytes."""
    drawn = np.random.default_rng(5)
    closes = 100 * np.exp(np.cumsum(drawn.normal(0, 0.004, 400)))
    rows: list[Row] = [(o, max(o, c) * 1.002, min(o, c) * 0.998, c) for o, c in pairwise(closes)]
    plans = [grid(at, entry_price=float(closes[at]), range_low=closes[at] - 4, range_high=closes[at] + 4) for at in range(1, 390, 20)]
    costs = replace(FREE, taker_fee_bps=5.0, maker_fee_bps=2.0, slippage_bps=1.0)
    one, two = machine(stream(rows, plans), costs=costs), machine(stream(rows, plans), costs=costs)
    one.run()
    while two.step():
        pass
    assert one.state() == two.state()
    assert len(one.outcome().fills) > 50


def test_no_set_loses_more_than_it_was_approved_with() -> None:
    """Markets at random without gaps, with fees and slippage: every position of a set ends above its risk."""
    costs = replace(FREE, taker_fee_bps=5.0, maker_fee_bps=2.0, slippage_bps=1.0)
    worst = math.inf
    for seed in range(12):
        drawn = np.random.default_rng(seed)
        closes = 100 * np.exp(np.cumsum(drawn.normal(0, 0.006, 300)))
        rows: list[Row] = [(o, max(o, c) * 1.001, min(o, c) * 0.999, c) for o, c in pairwise(closes)]
        sets = [
            grid(at, entry_price=float(closes[at]), range_low=closes[at] - 4, range_high=closes[at] + 4, when_open=WhenOpen.REPLACE)
            for at in range(1, 290, 30)
        ]
        limited = book(floor(anchor=Anchor.INITIAL, amount=3_000.0))
        outcome = trade(rows, *sets, rules=limited, costs=costs, gate=GateSettings())
        worst = min(worst, *((t["profit"] + t["risk"]) for t in outcome.trades))
    assert worst >= -1e-6


def test_a_follower_rests_every_level_and_moves_with_its_fills() -> None:
    """Six orders rest; a fill at 99 takes its order away and arms 100; a late fill below is booked without moving back."""
    story = Story()
    story.turn()
    number = story.consider(grid())
    story.begin()
    resting = {order.step: (order.side, order.price) for order in story.follower.resting("AAA")}
    assert resting == {1: (1, 97), 3: (1, 98), 5: (1, 99), 10: (-1, 101), 12: (-1, 102), 14: (-1, 103)}
    story.fill(1.0, 99.0, role=Reason.QUOTE, plan=number, step=5, maker=1)
    position = story.follower.position("AAA")
    assert position is not None
    assert (position.side, position.quantity, position.stop) == (1, 1.0, 96.0)
    assert {order.step for order in story.follower.resting("AAA")} == {1, 3, 8, 10, 12, 14}
    story.fill(0.4, 100.0, role=Reason.QUOTE, plan=number, step=8, maker=1, done=0)
    left = story.follower.position("AAA")
    assert left is not None
    assert left.quantity == pytest.approx(0.6)
    story.fill(0.6, 100.0, role=Reason.QUOTE, plan=number, step=8, maker=1)
    assert story.follower.position("AAA") is None
    assert {order.step for order in story.follower.resting("AAA")} == {1, 3, 5, 10, 12, 14}


def test_fills_that_come_in_the_wrong_order_leave_the_set_in_order() -> None:
    """98 is told before 99: the level of 99 is armed for selling, and the fill that comes late is booked."""
    story = Story()
    story.turn()
    number = story.consider(grid())
    story.begin()
    story.fill(1.0, 98.0, role=Reason.QUOTE, plan=number, step=3, maker=1)
    story.fill(1.0, 99.0, role=Reason.QUOTE, plan=number, step=5, maker=1)
    position = story.follower.position("AAA")
    assert position is not None
    assert position.quantity == 2.0
    assert {order.step for order in story.follower.resting("AAA")} == {1, 6, 8, 10, 12, 14}


def test_a_quote_that_is_lost_is_placed_again_at_the_next_bar() -> None:
    """The venue has dropped 101; the candle brings it back."""
    story = Story()
    story.turn()
    number = story.consider(grid())
    story.begin()
    story.tell(Told.GONE, plan=number, role=int(Reason.QUOTE), step=10, bits=4)
    assert 10 not in {order.step for order in story.follower.resting("AAA")}
    story.turn()
    assert 10 in {order.step for order in story.follower.resting("AAA")}
