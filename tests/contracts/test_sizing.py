"""What every sizing promises."""

from __future__ import annotations

from typing import Any

import pytest

from runner.audit import probe
from runner.model.block import Sizing
from runner.model.plan import SizingMethod
from tests.contracts.discovery import built, cases, names, short

ALL = pytest.mark.parametrize(("name", "changed"), cases("sizing"))


def test_the_room_is_found() -> None:
    """Discovery sees the files that are there."""
    assert {"fixed_risk", "fixed_quantity", "notional_fraction"} <= set(names("sizing"))


@ALL
@pytest.mark.parametrize("count", [0, 1, 100])
def test_every_plan_gets_a_size(name: str, changed: dict[str, Any], count: int) -> None:
    """Each plan has a known method and a positive number."""
    block = built("sizing", name, **changed)
    assert isinstance(block, Sizing)
    draft = probe(short(count), 1)
    block.complete(draft)
    assert set(draft.plans["sizing_method"]) <= set(SizingMethod)
    assert (draft.plans["sizing_value"] > 0).all()
