"""Plans in the making: stops, targets, exit columns and withdrawals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.model.draft import NOT_KNOWN, Draft, joined
from runner.model.plan import NO_COLUMN
from tests.blocks.drafts import flat, pair


def two() -> Draft:
    """A long and a short at 100 with ticks of 0.1."""
    return pair()


@pytest.mark.parametrize(
    ("stops", "kept", "why"),
    [
        pytest.param((95, 105), [1, -1], "", id="on the losing side"),
        pytest.param((99.9, 100.1), [1, -1], "", id="a tick away"),
        pytest.param((99.91, 100.09), [0, 0], "its stop would lie at the entry or on the wrong side of it", id="less: towards the market"),
        pytest.param((105, 95), [0, 0], "its stop would lie at the entry or on the wrong side of it", id="on the winning side"),
        pytest.param((0.0, 105), [0, -1], "its stop would not be above zero", id="a long's at zero"),
        pytest.param((np.nan, np.nan), [0, 0], NOT_KNOWN, id="not known"),
        pytest.param((-np.inf, np.inf), [0, 0], NOT_KNOWN, id="without end"),
    ],
)
def test_a_stop_that_protects_nothing_withdraws_the_plan(stops: tuple[float, float], kept: list[int], why: str) -> None:
    """The plan's side becomes 0, and it says why."""
    draft = two()
    draft.protect(np.array(stops, np.float64))
    assert draft.plans["side"].tolist() == kept
    assert draft.why(0) == why


def test_of_two_stops_the_tighter_holds() -> None:
    """Whichever comes first."""
    for stops in ([(95.0, 105.0), (97.0, 108.0)], [(97.0, 108.0), (95.0, 105.0)]):
        draft = two()
        for each in stops:
            draft.protect(np.array(each))
        assert draft.plans["stop"].tolist() == [97, 105]


def test_the_first_reason_is_the_one_that_is_told() -> None:
    """A plan is withdrawn once; who withdraws it again says nothing."""
    draft = two()
    draft.withdraw(np.array([True, False]), "one")
    draft.withdraw(np.array([True, True]), "two")
    assert [draft.why(number) for number in (0, 1)] == ["one", "two"]


def test_a_plan_whose_side_a_block_took_itself_has_a_reason_too() -> None:
    """Without words of its own it is the usual one."""
    draft = two()
    draft.plans["side"][0] = 0
    assert [draft.why(number) for number in (0, 1)] == [NOT_KNOWN, ""]


def test_exit_columns_are_joined() -> None:
    """+1 and -1 at one bar are 2; nothing and NaN add nothing; what was joined once is not attached again."""
    draft = two()
    rows = len(draft.market.bars)
    first, second = np.zeros(rows), np.zeros(rows)
    first[:5], second[:5] = [1, 1, 0, 2, np.nan], [0, -1, -1, 1, 1]
    draft.leave(first)
    draft.leave(second)
    draft.leave(second)
    assert draft.plans["exit_column"].tolist() == [1, 1]
    assert draft.plans["cancel_column"].tolist() == [NO_COLUMN] * 2
    assert draft.columns[1][:6].tolist() == [1, 2, -1, 2, 1, 0]


def test_plans_that_leave_by_a_column_of_their_own_keep_it() -> None:
    """A block may give plans different columns; each is joined with what comes after."""
    draft = two()
    rows = len(draft.market.bars)
    draft.plans["exit_column"][0] = draft.attach(np.full(rows, 1.0))
    draft.leave(np.full(rows, -1.0))
    assert [float(draft.columns[number][0]) for number in draft.plans["exit_column"]] == [2, -1]


def test_entries_are_withdrawn_where_any_column_says_so() -> None:
    """Whatever the number, as long as it is not 0."""
    draft = two()
    rows = len(draft.market.bars)
    draft.cancel(np.r_[1.0, np.zeros(rows - 1)])
    draft.cancel(np.r_[0.0, 2.0, np.zeros(rows - 2)])
    assert np.flatnonzero(draft.columns[int(draft.plans["cancel_column"][0])]).tolist() == [0, 1]


def test_joining_keeps_what_one_says_alone() -> None:
    """Equal marks stay as they are."""
    assert joined(np.array([1.0, -1.0, 2.0, 0.0]), np.array([1.0, -1.0, 2.0, 0.0])).tolist() == [1, -1, 2, 0]


def test_no_plans_at_all() -> None:
    """A strategy without signals attaches nothing and refuses nothing."""
    draft = replace(two(), plans=two().plans[:0], rows=np.empty(0, np.int64))
    draft.protect(np.empty(0))
    draft.aim(np.empty((0, 2)), (0.5, 0.5))
    draft.leave(np.zeros(len(flat().bars)))
    assert draft.columns == []
    assert draft.given_up == []


def settled(**fields: object) -> tuple[list[int], str]:
    """What becomes of the two plans that a block has left like this, and why of the first."""
    draft = two()
    draft.plans["sizing_value"] = 1.0
    for name, value in fields.items():
        draft.plans[name] = value
    draft.settle()
    return draft.plans["side"].tolist(), draft.why(0)


ONE_TARGET = {"target_count": 1, "target_price": [[105.0] + [np.nan] * 9, [95.0] + [np.nan] * 9]}


@pytest.mark.parametrize(
    ("fields", "kept", "why"),
    [
        pytest.param({}, [1, -1], "", id="nothing but a size"),
        pytest.param({"stop": [95.0, 105.0], **ONE_TARGET}, [1, -1], "", id="stop and target in their places"),
        pytest.param({"stop": 105.0}, [0, -1], "its stop would lie at the entry or on the wrong side of it", id="a stop written by hand"),
        pytest.param({"stop": np.inf}, [0, 0], "its stop would lie at no price", id="a stop without end"),
        pytest.param({"stop": [-5.0, 105.0]}, [0, -1], "its stop would not be above zero", id="a stop below zero"),
        pytest.param({**ONE_TARGET, "target_price": 105.0}, [1, 0], "", id="a short's target above it"),
        pytest.param({**ONE_TARGET, "target_price": np.nan}, [0, 0], NOT_KNOWN, id="a target that is not known"),
        pytest.param({"entry_kind": 1, "entry_price": 0.0}, [0, 0], "its entry would lie at no price", id="a limit at zero"),
        pytest.param({"entry_kind": 2}, [0, 0], "its entry would lie at no price", id="a stop order without its price"),
        pytest.param(
            {"entry_kind": 1, "entry_price": [99.75, 100.25], "stop": [99.7, 100.33]},
            [1, 0],
            "",
            id="a short's stop on the tick that its limit is sent at",
        ),
        pytest.param({"sizing_value": 0.0}, [0, 0], "its sizing asks for nothing", id="a size of nothing"),
        pytest.param({"sizing_value": np.nan}, [0, 0], "its sizing asks for nothing", id="no size"),
    ],
)
def test_what_no_order_can_have_is_withdrawn_in_the_end(fields: dict[str, object], kept: list[int], why: str) -> None:
    """Whichever block wrote it, and however."""
    assert settled(**fields) == (kept, why)
