"""The indicator `macd`."""

import numpy as np
import pytest

from blocks.indicator.macd import Macd
from tests.contracts.discovery import source
from tests.samples import bars


def average(values: list[float], length: int) -> list[float]:
    """An exponential average bar by bar: the mean of the first values, then 2/(length + 1) of the distance to each next one."""
    known = [value for value in values if not np.isnan(value)]
    found = [float("nan")] * (len(values) - len(known) + length - 1) + [sum(known[:length]) / length]
    for value in known[length:]:
        found.append(found[-1] + (value - found[-1]) * 2 / (length + 1))
    return found


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_agrees_with_the_textbook(symbol: str) -> None:
    """G. Appel's averages of 12 and 26 closes and of 9 distances, written out."""
    market = source().bars(symbol, "4h")
    closes = market.close.tolist()
    line = [fast - slow for fast, slow in zip(average(closes, 12), average(closes, 26), strict=True)]
    signal = average(line, 9)
    columns = Macd().columns(market)
    scale = np.nanmax(np.abs(line))
    for name, expected in {"line": line, "signal": signal, "histogram": np.subtract(line, signal)}.items():
        np.testing.assert_allclose(columns[name], expected, rtol=1e-8, atol=1e-10 * scale)


@pytest.mark.parametrize("count", [0, 1, 3, 25, 26, 34])
def test_warm_up_is_the_one_declared(count: int) -> None:
    """The line needs 26 bars, its average nine of the line."""
    columns = Macd().columns(bars([100.0 + number for number in range(count)]))
    assert np.isfinite(columns["line"]).sum() == max(0, count - 25)
    assert np.isfinite(columns["signal"]).sum() == max(0, count - 33)


def test_fast_must_be_the_shorter() -> None:
    """Equal averages have no distance."""
    with pytest.raises(ValueError, match="fast must be shorter than slow"):
        Macd(fast=26)
