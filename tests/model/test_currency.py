"""Which currencies a symbol is made of."""

from __future__ import annotations

import pytest

from runner.model.currency import moved_by


@pytest.mark.parametrize(
    ("symbol", "currencies"),
    [
        pytest.param("EURUSD", ("EUR", "USD"), id="a pair has two"),
        pytest.param("BTCUSDT", ("USD",), id="a stable coin is a dollar"),
        pytest.param("ETHUSDC", ("USD",), id="the other one too"),
        pytest.param("XAUUSD", ("USD",), id="gold has the dollar only"),
        pytest.param("US100", ("USD",), id="an index belongs to a country"),
        pytest.param("ETHBTC", (), id="two coins have none"),
        pytest.param("SUGAR", (), id="what does not tell has none"),
    ],
)
def test_moved_by(symbol: str, currencies: tuple[str, ...]) -> None:
    """Releases of these currencies move the symbol."""
    assert moved_by(symbol) == currencies
