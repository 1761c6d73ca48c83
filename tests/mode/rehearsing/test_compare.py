"""Two lists of decisions or fills held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.mode.rehearsing.compare import MONEY, Item, compared, decisions, fills
from runner.model.plan import empty_plans
from runner.model.records import DECISION, FILL, Answer, Reason
from runner.model.rules import Code


def items(*said: str, money: float = 0.0) -> list[Item]:
    """Items of one word each."""
    return [Item(key=(word,), money=money) for word in said]


@pytest.mark.parametrize(
    ("expected", "found", "equal", "share"),
    [
        pytest.param("", "", 0, 1.0, id="nothing at all"),
        pytest.param("abc", "abc", 3, 1.0, id="the same"),
        pytest.param("abc", "acb", 3, 1.0, id="in another order"),
        pytest.param("abc", "ab", 2, 2 / 3, id="one is missing"),
        pytest.param("ab", "abc", 2, 2 / 3, id="one too many"),
        pytest.param("", "a", 0, 0.0, id="one out of nothing"),
        pytest.param("a", "", 0, 0.0, id="none of one"),
        pytest.param("aa", "a", 1, 0.5, id="one of two that are alike"),
        pytest.param("a", "aa", 1, 0.5, id="one that came twice"),
        pytest.param("ab", "ac", 1, 0.5, id="another one"),
    ],
)
def test_what_is_equal_is_counted(expected: Sequence[str], found: Sequence[str], equal: int, share: float) -> None:
    """Each found item answers for one expected item; the share is of the longer list. What differs first is told, or nothing is."""
    told = compared(items(*expected), items(*found), "fill")
    assert (told.equal, told.share, told.expected, told.found) == (equal, share, len(expected), len(found))
    assert (told.first == "") == (share == 1.0)


def test_the_first_difference_is_one_line() -> None:
    """Where it is, what the backtest has, what the rehearsal has."""
    assert compared(items("a", "b"), items("a", "c"), "fill").first == ("fill 1: the backtest has b, the rehearsal c")
    assert compared(items("a"), [], "decision").first == "decision 0: the backtest has a, the rehearsal nothing"


@pytest.mark.parametrize("reason", [Reason.TARGET, Reason.HOUSE])
def test_a_difference_tells_its_bar_as_people_read_it(reason: Reason) -> None:
    """Also of what the house has closed, whose bar is not compared."""
    bars = {"AAA": np.array([0, 1_767_225_600_000, 1_767_240_000_000], np.int64)}
    row = filled(time=1_767_240_000_001, reason=reason)
    assert compared(fills(row, ("AAA",), bars, 1_767_250_000_000), [], "fill").first == (
        f"fill 0: the backtest has 2026-01-01 04:00 UTC AAA 1 {reason.name} 2.0 100.5, fee 0.250000, the rehearsal nothing"
    )


@pytest.mark.parametrize(("off", "share"), [(0.9 * MONEY, 1.0), (1.1 * MONEY, 0.0)], ids=["within rounding", "beyond it"])
def test_money_may_differ_by_its_rounding(off: float, share: float) -> None:
    """Fees are rounded by a venue."""
    assert compared(items("a", money=1.0), items("a", money=1.0 + off), "fill").share == share


def filled(**changed: float) -> NDArray[Any]:
    """One fill in the second bar of AAA."""
    row = np.zeros(1, FILL)
    for name, value in ({"time": 150, "side": 1, "quantity": 2.0, "price": 100.5, "fee": 0.25, "reason": Reason.ENTRY} | changed).items():
        row[name] = value
    return row


BARS = {"AAA": np.array([0, 100, 200], np.int64)}


def told_fills(row: NDArray[Any]) -> list[Item]:
    """As they are compared, up to the end of the third bar."""
    return fills(row, ("AAA",), BARS, 300)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        pytest.param({"time": 199}, True, id="later in the bar"),
        pytest.param({"time": 200}, False, id="in the next bar"),
        pytest.param({"time": 99}, False, id="in the bar before"),
        pytest.param({"side": -1}, False, id="the other side"),
        pytest.param({"quantity": 2.0 + 1e-9}, True, id="a quantity within eight decimals"),
        pytest.param({"quantity": 2.001}, False, id="one step more"),
        pytest.param({"price": 100.6}, False, id="one tick more"),
        pytest.param({"reason": Reason.ADD}, False, id="another reason"),
        pytest.param({"fee": 0.26}, False, id="another fee"),
    ],
)
def test_what_of_a_fill_must_be_equal(changed: dict[str, float], same: bool) -> None:
    """Bar, symbol, side, quantity, price, reason and fee; not the instant within the bar."""
    assert (compared(told_fills(filled()), told_fills(filled(**changed)), "fill").share == 1.0) is same


def test_fills_of_the_house_are_compared_without_their_bar() -> None:
    """A backtest books them at the end of their bar, a venue at the beginning of the next one."""
    early, late = filled(reason=Reason.HOUSE), filled(reason=Reason.HOUSE, time=200)
    assert told_fills(early)[0].equals(told_fills(late)[0])


def test_fills_after_the_end_do_not_count() -> None:
    """The end itself is after it."""
    assert len(told_fills(filled(time=299))) == 1
    assert told_fills(filled(time=300)) == []


def test_decisions_are_compared_in_the_order_of_time_and_symbol() -> None:
    """Whatever order the plans were numbered in; a decision holds instant, names, side, answer, code and quantity."""
    plans, made = empty_plans(3), np.zeros(3, DECISION)
    plans["time"], plans["symbol"], plans["side"] = [200, 100, 300], [0, 1, 0], [1, -1, 1]
    made["answer"], made["code"], made["quantity"] = [Answer.APPROVED, Answer.REFUSED, Answer.APPROVED], Code.SIZING, [1.5, 0.0, 1.0]
    assert [item.key for item in decisions(plans, made, ("AAA", "BBB"), ("one",), 300)] == [
        (100, "BBB", "one", -1, "REFUSED", "SIZING", 0.0),
        (200, "AAA", "one", 1, "APPROVED", "SIZING", 1.5),
    ]
