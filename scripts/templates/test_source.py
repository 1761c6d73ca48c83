"""The source `template`."""

import pytest

from blocks.source.template import Template


def test_the_bars_stand_still() -> None:
    """As many as asked for, one timeframe apart, at one price."""
    bars = Template(price=5.0, count=3).bars("BTCUSDT", "4h")
    assert bars.open_time.tolist() == [0, 14_400_000, 28_800_000]
    assert set(bars.high) | set(bars.low) == {5.0}


def test_every_symbol_has_a_specification() -> None:
    """Known or inferred, it names the symbol asked for."""
    assert Template().instrument("BTCUSDT").symbol == "BTCUSDT"


def test_a_price_of_nothing_is_refused() -> None:
    """Prices are positive."""
    with pytest.raises(ValueError, match="price"):
        Template(price=0.0)
