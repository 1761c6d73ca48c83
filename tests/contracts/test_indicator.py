"""What every indicator promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.audit import warm_up
from runner.model.block import Indicator
from tests.contracts.discovery import ABSENT, built, cases, names, real, short

ALL = pytest.mark.parametrize(("name", "changed"), cases("indicator"))


def block(name: str, changed: dict[str, Any]) -> Indicator:
    """The block, known to be an indicator."""
    found = built("indicator", name, **changed)
    assert isinstance(found, Indicator)
    return found


def test_the_room_is_found() -> None:
    """Discovery sees the files that are there."""
    assert {"ema", "sma", "atr", "rsi", "volume_average"} <= set(names("indicator"))


@ALL
@pytest.mark.parametrize("count", [0, 1, 2, 1500])
def test_columns_are_aligned(name: str, changed: dict[str, Any], count: int) -> None:
    """However many bars there are, every column has a float64 value per bar."""
    bars = short(count).bars
    columns = block(name, changed).columns(bars)
    assert columns
    assert all(column.shape == (count,) and column.dtype == np.float64 for column in columns.values())


@ALL
def test_columns_become_warm_and_stay_so(name: str, changed: dict[str, Any]) -> None:
    """NaN stands only before the first value, but for columns that name something which is not always there."""
    columns = block(name, changed).columns(real().bars)
    assert ABSENT.get(name, set()) <= set(columns)
    for column in (columns[key] for key in columns.keys() - ABSENT.get(name, set())):
        assert np.isfinite(column[int(np.argmin(np.isnan(column))) :]).all()


@ALL
def test_columns_repeat(name: str, changed: dict[str, Any]) -> None:
    """The same bars give the same bytes."""
    one, two = (block(name, changed).columns(real().bars) for _ in range(2))
    assert {key: column.tobytes() for key, column in one.items()} == {key: column.tobytes() for key, column in two.items()}


@ALL
def test_warm_up_is_finite(name: str, changed: dict[str, Any]) -> None:
    """Where history starts no longer matters after a while."""
    assert warm_up(block(name, changed), real()) is not None
