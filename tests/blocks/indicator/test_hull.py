"""The indicator `hull`."""

import math

import pytest

from blocks.indicator.hull import Hull
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, Row, agrees, shipped, window
from tests.samples import bars


def weighted(values: Row, length: int) -> Row:
    """Weights 1 to n over their sum."""
    found = []
    for row in range(len(values)):
        last = window(values, row, length)
        found.append(sum(value * weight for weight, value in enumerate(last, 1)) / (length * (length + 1) / 2) if last else NAN)
    return found


@pytest.mark.parametrize("length", [9, 20])
@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str, length: int) -> None:
    """WMA(2 WMA(n / 2) - WMA(n), root of n), both rounded down (A. Hull, alanhull.com, Hull Moving Average)."""
    closes = shipped(symbol).close.tolist()
    ahead = [2 * half - whole for half, whole in zip(weighted(closes, length // 2), weighted(closes, length), strict=True)]
    agrees(Hull(length=length).columns(shipped(symbol))["hull"], weighted(ahead, math.isqrt(length)))


def test_a_straight_line_is_followed_with_little_lag() -> None:
    """Closes that rise by one a bar: the weighted averages of 4 and 2 lag 1 and 1/3, twice one less the other leads by 1/3."""
    assert Hull(length=4).columns(bars([float(n) for n in range(1, 20)]))["hull"][-1] == pytest.approx(19 + 1 / 3 - 1 / 3)


def test_half_of_one_bar_is_refused() -> None:
    """A length of 1 has no half."""
    with pytest.raises(ValueError, match="length"):
        Hull(length=1)
