"""What every exit promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.audit import probe
from runner.model.block import Exit
from tests.contracts.discovery import built, cases, names, real, short, still

ALL = pytest.mark.parametrize(("name", "changed"), cases("exit"))
NOT_ITS_OWN = (
    "time",
    "symbol",
    "strategy",
    "signal_index",
    "reference_price",
    "entry_price",
    "entry_kind",
    "sizing_method",
    "sizing_value",
)
PRICES = ("stop", "target_price", "trail_distance", "invalidation", "adverse_price", "add_price")


def block(name: str, changed: dict[str, Any]) -> Exit:
    """The block, known to be an exit."""
    found = built("exit", name, **changed)
    assert isinstance(found, Exit)
    return found


def test_the_room_is_found() -> None:
    """Discovery sees the files that are there."""
    wanted = {"atr_stop", "beyond_zone", "r_targets", "gap_ladder", "atr_trail", "bars", "back_through_zone", "before_news", "break_even"}
    assert wanted <= set(names("exit"))


@ALL
@pytest.mark.parametrize("count", [0, 1, 2, 1500])
@pytest.mark.parametrize("side", [1, -1])
def test_completes_any_number_of_plans(name: str, changed: dict[str, Any], count: int, side: int) -> None:
    """However many plans there are, columns stay aligned with the bars and numbers of columns exist."""
    draft = probe(short(count), side)
    block(name, changed).complete(draft)
    assert all(column.shape == (count,) and column.dtype == np.float64 for column in draft.columns)
    for field in ("trail_column", "exit_column", "cancel_column"):
        assert (draft.plans[field] < len(draft.columns)).all()


@ALL
@pytest.mark.parametrize("side", [1, -1])
def test_leaves_other_fields_alone(name: str, changed: dict[str, Any], side: int) -> None:
    """An exit neither moves the entry nor sizes it, and turns no plan round; it may withdraw one."""
    draft, untouched = probe(real(), side), probe(real(), side)
    block(name, changed).complete(draft)
    for field in NOT_ITS_OWN:
        assert np.array_equal(draft.plans[field], untouched.plans[field], equal_nan=draft.plans[field].dtype.kind == "f")
    assert set(np.unique(draft.plans["side"])) <= {0, side}


@ALL
@pytest.mark.parametrize("side", [1, -1])
def test_prices_stand_on_the_right_side(name: str, changed: dict[str, Any], side: int) -> None:
    """Stops of kept plans lie against the position and targets with it."""
    tested = block(name, changed)
    draft = probe(real(), side, stop=tested.part != "stop")
    tested.complete(draft)
    kept = draft.plans[draft.plans["side"] != 0]
    assert not np.isnan(kept["stop"]).any()
    assert (side * (kept["reference_price"] - kept["stop"]) >= 0).all()
    targets = side * (kept["target_price"] - kept["reference_price"][:, None])
    assert (np.isnan(targets) | (targets > 0)).all()


@ALL
@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("price", [30_000.0, 1e-5, 1e-8], ids=["dear", "cheap", "a single tick"])
def test_no_price_is_written_that_no_market_has(name: str, changed: dict[str, Any], side: int, price: float) -> None:
    """In a market that stands still and in one of the cheapest coins, every price of a plan that is kept is finite and above zero."""
    tested = block(name, changed)
    draft = probe(still(price), side, stop=tested.part != "stop")
    tested.complete(draft)
    kept = draft.plans[draft.plans["side"] != 0]
    for field in PRICES:
        assert not np.isinf(kept[field]).any()
        assert not (kept[field] <= 0).any()
    assert all(not np.isinf(column).any() for column in draft.columns)
