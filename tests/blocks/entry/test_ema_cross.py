"""The entry `ema_cross`."""

import re

import numpy as np
import pytest

from blocks.entry.ema_cross import EmaCross
from runner.model.plan import WhenOpen
from tests.samples import market


def test_speaks_on_the_bar_of_the_cross() -> None:
    """Down, up through, and down through again: a long and a short, nothing in between."""
    closes = [10.0, 9, 8, 7, 12, 13, 14, 5, 4]
    assert EmaCross(fast=1, slow=3).signals(market(closes)).direction.tolist() == [0, 0, 0, 0, 1, 0, 0, -1, 0]


def test_the_first_warm_bar_is_no_cross() -> None:
    """Being above from the start is not crossing."""
    assert not EmaCross(fast=1, slow=3).signals(market([1, 2, 3, 4, 5])).direction.any()


def test_leaving_equality_is_a_cross() -> None:
    """Averages that were equal and then differ have crossed."""
    assert EmaCross(fast=1, slow=2).signals(market([5, 5, 5, 6])).direction.tolist() == [0, 0, 0, 1]


def test_reverses_unless_told_otherwise() -> None:
    """What an opposite signal does is part of the plan."""
    assert EmaCross().signals(market([1])).plan["when_open"] == WhenOpen.REVERSE
    assert EmaCross(when_open="ignore").signals(market([1])).plan["when_open"] == WhenOpen.IGNORE


@pytest.mark.parametrize(("fast", "slow"), [(20, 20), (21, 20)])
def test_fast_must_be_the_shorter(fast: int, slow: int) -> None:
    """The same or reversed lengths contradict the names."""
    with pytest.raises(ValueError, match="fast must be shorter than slow"):
        EmaCross(fast=fast, slow=slow)


def test_the_close_that_would_have_crossed_would_have() -> None:
    """Silent bars name it; a little beyond there is a signal, a little before it none."""
    entry, closes = EmaCross(fast=3, slow=8), (100 + np.cumsum(np.random.default_rng(7).normal(0, 1, 120))).tolist()
    where, tested = market(closes), 0
    for row in np.flatnonzero(entry.signals(where).direction == 0)[10:].tolist():
        now = entry.explain(where, row)[-1]
        found = re.search(r"would have met at a close of ([\d.]+)", now.words)
        if found is None:
            continue
        needed, away = float(found[1]), 1 if now.relation == "above" else -1
        spoken = [entry.signals(market([*closes[:row], needed + step])).direction[-1] for step in (0.01 * away, -0.01 * away)]
        assert spoken == [away, 0]
        tested += 1
    assert tested > 50
