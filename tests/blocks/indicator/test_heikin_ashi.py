"""The indicator `heikin_ashi`."""

import warnings

import numpy as np
import pytest

from blocks.indicator.heikin_ashi import HeikinAshi
from runner.columns.heikin_ashi import WARM_BARS, heikin_ashi
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, shipped


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """Each candle from the one before it (D. Valcu, Using the Heikin-Ashi Technique, Stocks & Commodities 22:2, 2004)."""
    bars = shipped(symbol)
    expected: dict[str, list[float]] = {"open": [], "high": [], "low": [], "close": []}
    opened = (bars.open[0] + bars.close[0]) / 2
    for row in range(len(bars)):
        close = (bars.open[row] + bars.high[row] + bars.low[row] + bars.close[row]) / 4
        known = row >= 40
        expected["open"].append(opened if known else NAN)
        expected["high"].append(max(bars.high[row], opened, close) if known else NAN)
        expected["low"].append(min(bars.low[row], opened, close) if known else NAN)
        expected["close"].append(close)
        opened = (opened + close) / 2
    columns = HeikinAshi().columns(bars)
    for name, values in expected.items():
        agrees(columns[name], values)
    body = np.array(expected["close"]) - np.array(expected["open"])
    np.testing.assert_array_equal(columns["colour"], np.where(np.isnan(body), np.nan, np.sign(body)))


def test_the_start_is_forgotten_when_the_candles_are_known() -> None:
    """History that begins with an open ten times off gives the same first candle to within 1e-11."""
    rows = [(100 + n % 7, 109 + n % 5, 95 - n % 3, 101 + n % 4) for n in range(60)]
    plain = heikin_ashi(candles(rows)).open
    off = heikin_ashi(candles([(1000, 1000, 1000, 1000), *rows[1:]])).open
    assert np.isnan(plain[:WARM_BARS]).all()
    np.testing.assert_allclose(off[WARM_BARS:], plain[WARM_BARS:], rtol=1e-10)
    assert off[WARM_BARS] != plain[WARM_BARS]


@pytest.mark.parametrize("price", [1e-5, 0.1, 3.3, 97_531.7])
def test_a_dead_market_has_no_colour(price: float) -> None:
    """After a move that is forgotten, candles without a body are neither rising nor falling, whatever the last digits are."""
    columns = HeikinAshi().columns(candles([(price * 1.2, price * 1.2, price, price)] + [(price,) * 4] * 120))
    assert set(columns["colour"][WARM_BARS:]) == {0.0}


def test_too_few_bars_have_no_colour_and_no_warning() -> None:
    """One short of the warm-up; the close is known all the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        columns = HeikinAshi().columns(candles([(1, 3, 1, 3)] * WARM_BARS))
    assert np.isnan(columns["colour"]).all()
    assert columns["close"].tolist() == [2.0] * WARM_BARS
