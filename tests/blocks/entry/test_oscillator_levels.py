"""The voter `oscillator_levels`."""

from typing import Any

import pytest

from blocks.entry.oscillator_levels import OscillatorLevels
from blocks.indicator.bollinger import Bollinger
from blocks.indicator.rsi import Rsi
from tests.blocks.entry.loops import rsi, shipped, votes

WARM = 400  # bars after which it no longer matters how the first average was made


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_votes_are_those_of_a_loop(symbol: str) -> None:
    """Wilder's index written out, at or beyond 20, 30, 70 and 80."""
    bars = shipped(symbol)
    index = rsi(bars.close.tolist(), 14)
    expected = [2.0 if x <= 20 else 1.0 if x <= 30 else -2.0 if x >= 80 else -1.0 if x >= 70 else 0.0 for x in index]
    found = votes(OscillatorLevels(indicator=Rsi()), bars)
    assert found[WARM:] == expected[WARM:]
    assert set(found[WARM:]) == {-2.0, -1.0, 0.0, 1.0, 2.0}


def test_any_column_of_any_indicator_will_do() -> None:
    """At or below the lower Bollinger band +2, at or above the upper one −2."""
    bars = shipped("ETHUSDT")
    entry = OscillatorLevels(indicator=Bollinger(), column="percent", strong_buy=0.0, buy=0.2, sell=0.8, strong_sell=1.0)
    percent = Bollinger().columns(bars)["percent"].tolist()
    assert votes(entry, bars) == [2.0 if x <= 0 else 1.0 if x <= 0.2 else -2.0 if x >= 1 else -1.0 if x >= 0.8 else 0.0 for x in percent]


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    """A slip in YAML is one clear line."""
    with pytest.raises(ValueError, match="Bollinger gives percent, upper, middle, lower, width, was 'procent'; nearest is 'percent'"):
        OscillatorLevels(indicator=Bollinger(), column="procent")


@pytest.mark.parametrize("levels", [{"strong_buy": 31.0}, {"buy": 70.0}, {"sell": 81.0}, {"sell": 29.0}])
def test_levels_that_do_not_rise_are_refused(levels: dict[str, Any]) -> None:
    """A strong level lies further out than a plain one, and buys below sells."""
    with pytest.raises(ValueError, match="strong_buy, buy, sell, strong_sell must rise"):
        OscillatorLevels(indicator=Rsi(), **levels)
