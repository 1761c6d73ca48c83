"""A machine whose fills come from a venue: told what a backtest did it has its ledger; late fills, parts of fills, money from outside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.model.bot import GateSettings
from runner.model.following import Told
from runner.model.plan import EntryKind
from runner.model.records import Answer, Reason
from runner.model.rules import Anchor, Code, Family
from tests.machine.build import FREE, HOUR, START, Row, bars, book, counter, floor, plan, row, trade
from tests.machine.told import Story, retold

COSTLY = replace(FREE, taker_fee_bps=5.0, maker_fee_bps=2.0)
GATE = GateSettings(enabled=True)


@pytest.mark.parametrize("seed", range(12))
def test_told_a_backtest_it_has_the_backtests_ledger(seed: int) -> None:
    """Stops, targets, time stops and the fees of a random market: the same fills, the same balance after each of them."""
    dice = np.random.default_rng(seed)
    close = np.round(100 + np.cumsum(dice.normal(0, 1, 80)), 2)
    first = np.r_[100.0, close[:-1]]
    high = np.round(np.maximum(first, close) + dice.exponential(0.7, 80), 2)
    low = np.round(np.minimum(first, close) - dice.exponential(0.7, 80), 2)
    rows: list[Row] = list(zip(first.tolist(), high.tolist(), low.tolist(), close.tolist(), strict=True))
    plans = []
    for at in range(2, 78, 4):
        side, price = int(dice.choice([-1, 1])), float(first[at])
        targets = [(round(price + side * away, 2), 0.5) for away in (1.5, 3.0)]
        plans.append(plan(at, side, stop=round(price - side * 2.0, 2), targets=targets, time_stop_ms=9 * HOUR))
    series = bars(rows)
    expected = trade(series, *plans, costs=COSTLY)
    follower = retold(series, plans, expected, COSTLY)
    fills = follower.world.fills[: follower.world.ledger[0]["fills"]]
    ended = expected.fills["reason"] != Reason.END_OF_DATA
    for name in ("symbol", "side", "reason", "target", "plan", "position"):
        assert fills[name].tolist() == expected.fills[name][ended].tolist(), name
    for name in ("quantity", "price", "fee", "profit", "balance", "open_quantity"):
        np.testing.assert_allclose(fills[name], expected.fills[name][ended], atol=1e-7, err_msg=name)
    assert len(fills) > 20
    answers = [int(follower.decision(number)["answer"]) for number in range(follower.plan_count)]
    assert answers == expected.decisions["answer"].tolist()


@pytest.mark.parametrize("parts", [(0.4, 0.6), (0.1, 0.2, 0.7)])
def test_parts_of_an_entry_share_what_it_may_lose(parts: tuple[float, ...]) -> None:
    """A limit that fills bit by bit has, in the end, the quantity, price and budgets of one that fills at once."""
    limit = plan(1, entry_kind=EntryKind.LIMIT, entry_price=99.0, stop=97.0)
    rules = book(floor(amount_fraction=0.1))
    whole, split = (Story(rules, gate=GATE) for _ in range(2))
    numbers = []
    for story in (whole, split):
        story.turn()
        numbers.append(story.consider(limit))
        story.begin()
    whole.fill(1.0, 99.0, plan=numbers[0])
    for n, part in enumerate(parts):
        split.fill(part, 99.0, plan=numbers[1], done=int(n == len(parts) - 1))
    one, many = (story.follower.world.positions[0] for story in (whole, split))
    assert np.isfinite(one["loss_cap"])
    for name in ("quantity", "entry_price", "loss_cap", "give_back", "reserve", "risk"):
        assert many[name] == pytest.approx(one[name]), name
    assert [story.follower.resting("AAA") for story in (whole, split)] == [(), ()]


def test_what_is_left_of_an_entry_still_rests() -> None:
    """After a part has filled the venue is to hold the rest."""
    story = Story()
    story.turn()
    number = story.consider(plan(1, entry_kind=EntryKind.LIMIT, entry_price=99.0))
    story.begin()
    story.fill(0.25, 99.0, plan=number, done=0)
    (left,) = story.follower.resting("AAA")
    assert (left.plan, left.price) == (number, 99.0)
    assert left.quantity == pytest.approx(0.75)


def test_a_fill_that_comes_after_its_order_is_gone_counts() -> None:
    """The order was given up; what fills all the same is a position with the plan's stop."""
    story = Story()
    story.turn()
    number = story.consider(plan(1, entry_kind=EntryKind.LIMIT, entry_price=99.0, stop=97.0))
    story.begin()
    story.tell(Told.GONE, plan=number, role=int(Reason.ENTRY), bits=int(Answer.CANCELLED))
    assert story.follower.decision(number)["answer"] == Answer.CANCELLED
    assert story.follower.resting("AAA") == ()
    story.fill(1.0, 99.0, plan=number)
    position = story.follower.position("AAA")
    assert position is not None
    assert (position.side, position.quantity, position.entry_price, position.stop) == (1, 1.0, 99.0, 97.0)


def test_an_entry_against_the_position_closes_everything() -> None:
    """A short entry that should be gone fills while the account is long."""
    story = Story()
    story.turn()
    late = story.consider(plan(1, -1, entry_kind=EntryKind.LIMIT, entry_price=101.0))
    story.tell(Told.GONE, plan=late, role=int(Reason.ENTRY), bits=int(Answer.CANCELLED))
    story.begin()
    story.bought(plan(2))
    story.fill(0.5, 101.0, plan=late)
    position = story.follower.position("AAA")
    assert position is not None
    assert (position.leaving, position.leaving_reason) == (position.quantity, Reason.DEFENCE)


def test_funding_is_a_cost_of_the_position() -> None:
    """Paid out of the balance, and counted in the trade."""
    story = Story()
    story.bought(plan(1))
    story.tell(Told.FUNDING, amount=-3.0)
    assert story.follower.balance == 9_997.0
    assert story.follower.world.positions[0]["funding"] == 3.0


@pytest.mark.parametrize(("kind", "ends"), [(Told.CASH, False), (Told.FUNDING, True)], ids=["paid in", "earned"])
def test_money_paid_in_is_no_profit(kind: Told, ends: bool) -> None:
    """The target is 1,000: two thousand that were paid in do not reach it, two thousand that were earned do."""
    story = Story(book(counter(Code.PROFIT_TARGET, limit=0.1)))
    story.bought(plan(1))
    story.tell(kind, amount=2_000.0)
    story.fill(1.0, role=Reason.TIME_STOP, plan=0)
    story.turn()
    story.begin()
    assert story.follower.balance == 12_000.0
    assert story.follower.ended is ends


@pytest.mark.parametrize(("kind", "ends"), [(Told.CASH, False), (Told.FUNDING, True)], ids=["paid out", "lost"])
def test_money_paid_out_is_no_loss(kind: Told, ends: bool) -> None:
    """A day may lose 1,000 from its peak: the peak goes down with what is paid out, and not with what is lost."""
    story = Story(book(floor(Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount_fraction=0.1)))
    story.bought(plan(1))
    story.tell(kind, amount=-2_000.0)
    story.turn()
    story.begin()
    assert story.follower.ended is ends


def test_another_phase_begins_when_everything_is_flat() -> None:
    """A target is reached: the phase is over, the position leaves, and the next one begins with the initial balance."""
    story = Story(book(replace(counter(Code.PROFIT_TARGET, limit=0.1), phase=0), following=(1, -1)))
    story.bought(plan(1))
    story.tell(Told.FUNDING, amount=1_500.0)
    story.fill(1.0, role=Reason.TIME_STOP, plan=0)
    story.turn()
    assert (story.follower.ended, story.follower.following) == (True, 1)
    story.tell(Told.PHASE)
    story.begin()
    assert (story.follower.ended, story.follower.following, story.follower.balance) == (False, -1, 10_000.0)


def test_halted_it_takes_no_entry() -> None:
    """Until the halt is lifted."""
    story, answers = Story(gate=GATE), []
    for amount in (1.0, 0.0):
        story.tell(Told.HALT, amount=amount)
        story.turn()
        answers.append(int(story.follower.decision(story.consider(plan(story.at)))["answer"]))
        story.begin()
    assert answers == [Answer.REFUSED, Answer.APPROVED]


def test_more_plans_than_there_is_room_for() -> None:
    """The tables grow; what was decided stays."""
    story = Story(book(row(Family.CAP, Code.OPEN_POSITIONS, count=1)))
    story.bought(plan(1))
    for _ in range(600):
        story.turn()
        story.consider(plan(story.at))
        story.begin()
    assert story.follower.plan_count == 601
    assert story.follower.decision(0)["answer"] == Answer.APPROVED
    assert {int(story.follower.decision(n)["answer"]) for n in range(1, 601)} == {int(Answer.REFUSED)}
    assert story.follower.time_ms == START + 601 * HOUR
