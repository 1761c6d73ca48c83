"""What every entry promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.model.block import Entry
from runner.model.plan import PLAN
from tests.contracts.discovery import built, cases, names, real, short

ALL = pytest.mark.parametrize(("name", "changed"), cases("entry"))


def block(name: str, changed: dict[str, Any]) -> Entry:
    """The block, known to be an entry."""
    found = built("entry", name, **changed)
    assert isinstance(found, Entry)
    return found


def test_the_room_is_found() -> None:
    """Discovery sees the files that are there."""
    assert {"votes", "confirmations", "heikin_ashi_flip", "band_reversion", "channel_breakout"} <= set(names("entry"))
    assert {"fair_value_gap", "ema_cross", "first_bar", "never", "all_of", "any_of", "score"} <= set(names("entry"))


@ALL
@pytest.mark.parametrize("count", [0, 1, 2, 3, 1500])
def test_signals_are_aligned(name: str, changed: dict[str, Any], count: int) -> None:
    """However many bars there are, direction, strength, levels and contributions have a value per bar."""
    signals = block(name, changed).signals(short(count))
    assert signals.direction.dtype == np.int8
    assert set(np.unique(signals.direction)) <= {-1, 0, 1}
    assert signals.direction.shape == signals.strength.shape == (count,)
    assert all(column.shape == (count,) for column in [*signals.levels.values(), *signals.contributions.values()])


@ALL
def test_plan_fields_exist(name: str, changed: dict[str, Any]) -> None:
    """What an entry decides about the plan are fields of the plan, one value or one per bar."""
    signals = block(name, changed).signals(real())
    assert set(signals.plan) <= set(PLAN.names or ())
    assert all(np.shape(value) in {(), (len(real().bars),)} for value in signals.plan.values())


@ALL
def test_levels_stand_where_the_entry_speaks(name: str, changed: dict[str, Any]) -> None:
    """A level that an entry on its own gives has a value at each of its signals."""
    if name in {"all_of", "any_of", "score"}:
        changed = changed | {"when": {}}
    signals = block(name, changed).signals(real())
    spoken = signals.direction != 0
    gaps = signals.contributions.get("gap", np.ones(len(spoken)))
    for column in signals.levels.values():
        assert np.isfinite(column[spoken & (gaps != 0)]).all() or name == "score"
