"""What a position wants, in the venue's steps: prices on the grid, quantities never rounded up, small exits put together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.live.wishes import _targets, exit_of, in_steps, in_ticks, on_tick, wishes_of
from runner.machine.follower import Exit, Position
from runner.model.following import Told
from runner.model.plan import EntryKind
from runner.model.records import Reason
from runner.model.trading import Contract, Lasts, OrderKind
from tests.machine.build import plan
from tests.machine.told import Story

CONTRACT = Contract(
    symbol="AAA",
    tick=Decimal("0.01"),
    step=Decimal("0.001"),
    min_quantity=Decimal("0.01"),
    max_quantity=Decimal(1_000),
    max_market_quantity=Decimal(1_000),
    min_notional=Decimal(5),
    max_leverage=Decimal(100),
    funding_interval_ms=28_800_000,
    trading=True,
)


@pytest.mark.parametrize(
    ("price", "told"), [(100.0, "100.00"), (0.1 + 0.2, "0.30"), (99.99999999999999, "100.00"), (1e-9, "0.00"), (61234.57, "61234.57")]
)
def test_prices_stand_on_the_grid(price: float, told: str) -> None:
    """Binary dust is taken away, nothing else."""
    assert str(on_tick(price, CONTRACT)) == told


@pytest.mark.parametrize(
    ("quantity", "told"),
    [(0.3, "0.300"), (0.1 + 0.2, "0.300"), (0.0019, "0.001"), (0.0009, "0.000"), (2.9999, "2.999")],
)
def test_quantities_are_never_rounded_up(quantity: float, told: str) -> None:
    """A step that is not whole is left out; what only dust keeps from being whole is whole."""
    assert str(in_steps(quantity, CONTRACT)) == told


@pytest.mark.parametrize(("distance", "told"), [(1.005, "1.00"), (1.0, "1.00"), (0.1 + 0.2, "0.30"), (0.009, "0.00")])
def test_a_trail_is_never_wider_than_asked(distance: float, told: str) -> None:
    """Between two ticks the shorter, as the machine's own trail stands at the tick nearer to the market."""
    assert str(in_ticks(distance, CONTRACT)) == told


@pytest.mark.parametrize(("side", "stop", "sent"), [(1, 98.001, "98.01"), (-1, 102.009, "102.00"), (1, 98.1 - 0.1, "98.00")])
def test_a_stop_is_sent_where_the_machine_has_it(side: int, stop: float, sent: str) -> None:
    """Between two ticks the nearer to the market, so that no more is lost than was reckoned with; dust moves nothing."""
    story = Story()
    story.turn()
    story.consider(plan(1, side, stop=stop))
    assert [str(wish.stop) for wish in wishes_of(story.follower, "AAA", CONTRACT)] == [sent]


def position(**changed: object) -> Position:
    """One unit long at 100."""
    fields: dict[str, object] = {
        "symbol": "AAA",
        "number": 1,
        "plan": 0,
        "side": 1,
        "quantity": 1.0,
        "entry_price": 100.0,
        "mark": 100.0,
        "stop": 98.0,
        "stop_reason": Reason.STOP,
        "best_price": 100.0,
        "goal": None,
        "exit": None,
        "leaving": 0.0,
        "leaving_reason": Reason.HOUSE,
        "targets": (),
        "tiers": (),
        "trailing": False,
        "trail_distance": None,
    }
    return Position(**(fields | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "role", "quantity"),
    [
        pytest.param({"exit": Reason.TIME_STOP}, Reason.TIME_STOP, "1.000", id="a time stop closes everything"),
        pytest.param({"leaving": 0.25, "leaving_reason": Reason.HOUSE}, Reason.HOUSE, "0.250", id="the house closes a part"),
        pytest.param({"leaving": 1.0, "leaving_reason": Reason.DEFENCE}, Reason.DEFENCE, "1.000", id="the gate closes everything"),
        pytest.param({"exit": Reason.REVERSE, "leaving": 0.25}, Reason.HOUSE, "1.000", id="an exit and a part: everything"),
    ],
)
def test_what_has_to_go_goes_at_the_market(changed: dict[str, object], role: Reason, quantity: str) -> None:
    """One order against the position that only reduces."""
    wish = exit_of(position(side=-1, **changed), CONTRACT)
    assert wish is not None
    assert (wish.kind, wish.side, wish.reduce_only, wish.lasts) == (OrderKind.MARKET, 1, True, Lasts.IOC)
    assert (wish.purpose.role, str(wish.quantity)) == (role, quantity)


def test_a_position_that_may_stay_asks_for_no_exit() -> None:
    """Nothing is sent at the market."""
    assert exit_of(position(), CONTRACT) is None


@pytest.mark.parametrize(
    ("kind", "price", "sent"),
    [
        (EntryKind.LIMIT, 99.0, OrderKind.LIMIT),
        (EntryKind.STOP, 101.0, OrderKind.STOP),
        (EntryKind.MARKET, None, OrderKind.MARKET),
    ],
)
def test_an_entry_takes_its_stop_along(kind: EntryKind, price: float | None, sent: OrderKind) -> None:
    """One request holds the order and the stop of all of it."""
    story = Story()
    story.turn()
    number = story.consider(plan(1, entry_kind=kind, stop=97.0, entry_price=float("nan") if price is None else price))
    (wish,) = wishes_of(story.follower, "AAA", CONTRACT)
    request = wish.request("id-1")
    assert (wish.purpose.plan, wish.purpose.role, request.kind, request.side) == (number, Reason.ENTRY, sent, 1)
    assert (request.stop, request.quantity, request.reduce_only) == (Decimal("97.00"), Decimal("1.000"), False)
    level = request.price if kind is EntryKind.LIMIT else request.trigger_price
    assert level == (None if price is None else Decimal(str(price)))


def test_targets_and_tiers_of_a_position() -> None:
    """Targets are limits, partial closes at a loss are stops; both only reduce, and the targets close all of it."""
    story = Story()
    story.bought(plan(1, stop=95.0, targets=[(102.0, 0.6), (104.0, 0.4)], adverse=[(98.0, 0.5)]))
    wishes = wishes_of(story.follower, "AAA", CONTRACT)
    assert all(wish.reduce_only and wish.side == -1 for wish in wishes)
    told = [(wish.purpose.role.name, wish.purpose.step, wish.kind.value, str(wish.price), str(wish.quantity)) for wish in wishes]
    assert told == [
        ("TARGET", 1, "limit", "102.00", "0.600"),
        ("TARGET", 2, "limit", "104.00", "0.400"),
        ("ADVERSE", 1, "stop", "98.00", "0.500"),
    ]
    assert not wishes[-1].rises


def test_a_target_that_was_hit_is_not_wanted_again() -> None:
    """What is left is the other one, whole."""
    story = Story()
    story.bought(plan(1, targets=[(102.0, 0.6), (104.0, 0.4)]))
    story.fill(0.6, 102.0, Reason.TARGET, plan=0, step=1, maker=1)
    assert [(wish.purpose.step, str(wish.quantity)) for wish in wishes_of(story.follower, "AAA", CONTRACT)] == [(2, "0.400")]


def test_a_position_that_leaves_wants_nothing_else() -> None:
    """Its targets are withdrawn before it is closed."""
    story = Story()
    story.bought(plan(1, targets=[(102.0, 1.0)]))
    story.tell(Told.EXIT, quantity=1.0, role=int(Reason.HOUSE))
    assert wishes_of(story.follower, "AAA", CONTRACT) == []


def test_profit_that_may_not_be_given_back_is_taken_before_later_targets() -> None:
    """With a goal nearer than a target the rest goes there, under the gate's name; targets before it stay."""
    told = []
    for goal in (103.0, 101.5):
        wishes = _targets(
            position(
                goal=goal, targets=tuple(Exit(number=n, price=100.0 + n, quantity=part) for n, part in ((1, 0.5), (2, 0.2), (3, 0.3)))
            ),
            CONTRACT,
        )
        told.append([(wish.purpose.role.name, str(wish.price), str(wish.quantity)) for wish in wishes])
    assert told[0] == [("TARGET", "101.00", "0.500"), ("TARGET", "102.00", "0.200"), ("TARGET", "103.00", "0.300")]
    assert told[1] == [("TARGET", "101.00", "0.500"), ("DEFENCE", "101.50", "0.500")]


def test_quotes_that_open_carry_their_stop_and_those_that_close_only_reduce() -> None:
    """Long one unit from 99: buys further down and sells above the centre open, each with its end of the range; the sell at 100 closes."""
    story = Story()
    story.turn()
    levels: dict[str, Any] = {
        "quote_below": 2,
        "quote_above": 2,
        "quote_most": 2,
        "quote_spacing": 1.0,
        "range_low": 97.0,
        "range_high": 103.0,
    }
    number = story.consider(plan(1, entry_kind=EntryKind.LIMIT, entry_price=100.0, **levels))
    story.begin()
    story.fill(1.0, 99.0, role=Reason.QUOTE, plan=number, step=3, maker=1)
    wishes = {str(wish.price): wish for wish in wishes_of(story.follower, "AAA", CONTRACT)}
    told = {price: (wish.side, wish.reduce_only, None if wish.stop is None else str(wish.stop)) for price, wish in wishes.items()}
    assert told == {
        "98.00": (1, False, "97.00"),
        "100.00": (-1, True, None),
        "101.00": (-1, False, "103.00"),
        "102.00": (-1, False, "103.00"),
    }
