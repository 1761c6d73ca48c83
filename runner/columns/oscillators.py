"""How far prices stand from where they were, against what is usual."""

from __future__ import annotations

from runner.columns.channels import donchian
from runner.columns.windows import from_mean, later, quotient
from runner.model.bars import Bars, Floats

LAMBERT = 0.015  # scales the index so that most values fall between -100 and 100


def typical(bars: Bars) -> Floats:
    """Mean of high, low and close of each bar, worked out once."""
    return bars.once(("typical",), lambda: middle_price(bars.high, bars.low, bars.close))


def middle_price(high: Floats, low: Floats, close: Floats) -> Floats:
    """Mean of the three, taken from the close, so that three equal prices have exactly that mean."""
    return close + ((high - close) + (low - close)) / 3


def cci(bars: Bars, length: int) -> Floats:
    """Commodity channel index: the typical price from its mean, in 0.015 mean deviations; NaN until warm or where nothing moved."""
    above, apart = from_mean(typical(bars), length)
    return quotient(above, LAMBERT * apart)


def williams_r(bars: Bars, length: int) -> Floats:
    """Where the close stands in the range of the last bars: 0 at its top, -100 at its bottom; NaN until warm or without a range."""
    channel = donchian(bars, length)
    return -100 * quotient(channel.upper - bars.close, channel.upper - channel.lower)


def roc(values: Floats, length: int) -> Floats:
    """Rate of change over `length` bars as a fraction of the earlier value, 0.05 = five percent; NaN for the first `length` bars."""
    return quotient(values, later(values, length)) - 1
