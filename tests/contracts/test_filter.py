"""What every filter promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.model.block import Filter
from tests.contracts.discovery import built, cases, names, real, short

ALL = pytest.mark.parametrize(("name", "changed"), cases("filter"))


def block(name: str, changed: dict[str, Any]) -> Filter:
    """The block, known to be a filter."""
    found = built("filter", name, **changed)
    assert isinstance(found, Filter)
    return found


def test_the_room_is_found() -> None:
    """Discovery sees the files that are there."""
    assert {"always", "higher_timeframe_trend", "volatility_floor", "volume_above_average", "news_window"} <= set(names("filter"))


@ALL
@pytest.mark.parametrize("count", [0, 1, 2, 1500])
@pytest.mark.parametrize("direction", [1, -1])
def test_an_answer_per_bar(name: str, changed: dict[str, Any], count: int, direction: int) -> None:
    """However many bars there are, every bar gets a yes or no for either direction."""
    passes = block(name, changed).passes(short(count), direction)
    assert passes.shape == (count,)
    assert passes.dtype == np.bool_


@ALL
def test_something_passes(name: str, changed: dict[str, Any]) -> None:
    """With its defaults a filter lets some bars through."""
    assert block(name, changed).passes(real(), 1).any()
