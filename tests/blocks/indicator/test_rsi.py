"""The indicator `rsi`."""

from itertools import pairwise

import numpy as np
import pytest

from blocks.indicator.rsi import Rsi
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, shipped, wilder
from tests.samples import bars


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """100 - 100 / (1 + average rise / average fall) (J. W. Wilder, New Concepts in Technical Trading Systems, 1978, section VI)."""
    closes = shipped(symbol).close.tolist()
    changes = [NAN, *(now - before for before, now in pairwise(closes))]
    rises, falls = (wilder([max(sign * change, 0.0) if change == change else NAN for change in changes], 14) for sign in (1, -1))  # noqa: PLR0124
    agrees(Rsi(length=14).columns(shipped(symbol))["rsi"], [100 - 100 / (1 + up / down) for up, down in zip(rises, falls, strict=True)])


@pytest.mark.parametrize(("closes", "last"), [([1, 2, 3, 4], 100), ([4, 3, 2, 1], 0)])
def test_one_way_markets_reach_the_ends(closes: list[float], last: float) -> None:
    """Only rises make 100, only falls 0; the first `length` bars say nothing."""
    column = Rsi(length=2).columns(bars(closes))["rsi"]
    assert np.isnan(column[:2]).all()
    np.testing.assert_allclose(column[2:], last)


def test_the_first_value_weighs_the_first_changes_alike() -> None:
    """A rise of 3 and a fall of 1 in whichever order: three quarters."""
    assert [Rsi(length=2).columns(bars(closes))["rsi"][2] for closes in ([1, 4, 3], [4, 3, 6])] == [75, 75]


def test_a_dead_market_has_none() -> None:
    """Neither rise nor fall."""
    assert np.isnan(Rsi(length=2).columns(bars([0.1] * 9))["rsi"]).all()
