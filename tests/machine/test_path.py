"""The path inside a bar: fixed at its open, the adverse extreme first with a position, the nearer order's side first without."""

from __future__ import annotations

import pytest

from runner.model.plan import EntryKind, WhenOpen
from tests.machine.build import Row, fills, flat, hours, plan, trade

LIMIT, STOP = EntryKind.LIMIT, EntryKind.STOP
WIDE: Row = (100, 110, 90, 100)


@pytest.mark.parametrize(
    ("side", "stop", "target", "reason", "price"),
    [
        pytest.param(1, 95, 105, "STOP", 95, id="a long meets its stop before its target"),
        pytest.param(-1, 105, 95, "STOP", 105, id="a short meets its stop before its target"),
        pytest.param(1, 89.99, 105, "TARGET", 105, id="a long whose stop is below the low reaches its target"),
        pytest.param(-1, 110.01, 95, "TARGET", 95, id="a short whose stop is above the high reaches its target"),
        pytest.param(1, 90, 105, "STOP", 90, id="a stop at the low is touched"),
        pytest.param(1, 89.99, 110, "TARGET", 110, id="a target at the high is touched"),
    ],
)
def test_a_position_walks_the_adverse_extreme_first(side: int, stop: float, target: float, reason: str, price: float) -> None:
    """Entry at the open of the bar already decides its path."""
    outcome = trade([*flat(1), WIDE, *flat(1)], plan(1, side, stop=stop, targets=[(target, 1.0)]))
    assert fills(outcome) == [("ENTRY", side, 100), (reason, -side, price)]


def test_a_target_beyond_the_high_stays_open() -> None:
    """One tick short of the target nothing fills."""
    assert fills(trade([*flat(1), WIDE, *flat(1)], plan(1, stop=89.99, targets=[(110.01, 1.0)]))) == [("ENTRY", 1, 100)]


@pytest.mark.parametrize(
    ("orders", "first"),
    [
        pytest.param([(LIMIT, 1, 96), (STOP, 1, 103)], "above", id="the nearer order is above: the high comes first"),
        pytest.param([(LIMIT, 1, 97), (STOP, 1, 104)], "below", id="the nearer order is below: the low comes first"),
        pytest.param([(STOP, 1, 103), (LIMIT, 1, 97)], "below", id="equally near: the low comes first, whatever the order of the plans"),
    ],
)
def test_flat_the_side_of_the_nearest_order_comes_first(orders: list[tuple[EntryKind, int, float]], first: str) -> None:
    """The order that fills first opens the position, the second adds to it."""
    plans = [plan(1, side, entry_kind=kind, entry_price=price, when_open=WhenOpen.ADD) for kind, side, price in orders]
    got = [price for _, _, price in fills(trade([*flat(1), WIDE, *flat(1)], *plans))]
    prices = [price for _, _, price in orders]
    assert got == (sorted(prices, reverse=True) if first == "above" else sorted(prices))


def test_the_path_is_not_chosen_again_after_a_fill() -> None:
    """A sell stop below is nearer: low first. The short then walks on to the high although that is its adverse side."""
    order = plan(1, -1, entry_kind=STOP, entry_price=98, stop=109, targets=[(91, 1.0)])
    assert fills(trade([*flat(1), WIDE, *flat(1)], order)) == [("ENTRY", -1, 98), ("TARGET", 1, 91)]


def test_after_the_first_extreme_the_market_goes_to_the_other() -> None:
    """A buy limit fills on the way down, its stop lies below the low, its target is met on the way up."""
    order = plan(1, entry_kind=LIMIT, entry_price=97, stop=89, targets=[(108, 1.0)])
    outcome = trade([*flat(1), WIDE, *flat(1)], order)
    assert fills(outcome) == [("ENTRY", 1, 97), ("TARGET", -1, 108)]
    assert [int(t) % 10 for t in outcome.fills["time"]] == [1, 2]


def test_entry_and_stop_in_the_same_bar() -> None:
    """A resting entry can be stopped in the bar it fills in."""
    order = plan(1, entry_kind=LIMIT, entry_price=97, stop=94, targets=[(108, 1.0)])
    outcome = trade([*flat(1), WIDE, *flat(1)], order)
    assert fills(outcome) == [("ENTRY", 1, 97), ("STOP", -1, 94)]
    assert hours(outcome.fills["time"]) == [1, 1]


def test_on_the_way_to_the_close_the_path_can_still_stop() -> None:
    """A trail that followed the high is met between the high and the close."""
    outcome = trade([*flat(1), (100, 110, 99, 104), *flat(1, 104)], plan(1, stop=90, trail_distance=4))
    assert fills(outcome) == [("ENTRY", 1, 100), ("TRAIL", -1, 106)]


@pytest.mark.parametrize(
    ("opening", "reason", "price"),
    [
        pytest.param(94.0, "STOP", 94, id="a gap through the stop fills at the open"),
        pytest.param(95.0, "STOP", 95, id="an open at the stop fills there"),
        pytest.param(107.0, "TARGET", 107, id="a gap through the target fills at the open"),
    ],
)
def test_gaps_fill_at_the_open(opening: float, reason: str, price: float) -> None:
    """The market jumps over a level: nobody gets the level itself."""
    outcome = trade([*flat(2), *flat(2, opening)], plan(1, stop=95, targets=[(105, 1.0)]))
    assert fills(outcome) == [("ENTRY", 1, 100), (reason, -1, price)]
    assert hours(outcome.fills["time"]) == [1, 2]


@pytest.mark.parametrize(
    ("kind", "level", "opening"),
    [
        pytest.param(LIMIT, 97, 96.0, id="a buy limit gets the better open"),
        pytest.param(STOP, 103, 104.0, id="a buy stop pays the worse open"),
    ],
)
def test_resting_entries_fill_at_the_open_they_gapped_through(kind: EntryKind, level: float, opening: float) -> None:
    """A resting entry the market jumps over fills at the open."""
    order = plan(1, entry_kind=kind, entry_price=level)
    assert fills(trade([*flat(2), *flat(2, opening)], order)) == [("ENTRY", 1, opening)]


def test_all_targets_behind_a_gap_fill_at_the_open() -> None:
    """Two rungs of a ladder are jumped over at once."""
    outcome = trade([*flat(2), *flat(2, 120)], plan(1, stop=90, sizing_value=2, targets=[(105, 0.5), (110, 0.5)]))
    assert fills(outcome) == [("ENTRY", 2, 100), ("TARGET", -1, 120), ("TARGET", -1, 120)]
