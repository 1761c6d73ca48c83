"""What an exchange is asked for, and how it is found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import runner
from runner.feed.exchange import Patience, canonical, exchange, symbols_of
from runner.model.errors import ConfigError
from tests.feed.venue import START, Venue

QUICK = Patience(spacing_ms=0, retries=0, retry_ms=0)


def test_an_unknown_exchange_is_answered_with_the_nearest() -> None:
    """No address is opened for that."""
    with pytest.raises(ConfigError, match="there is no exchange 'bybt'; nearest is bybit"):
        exchange("bybt", "linear")


def test_every_unknown_symbol_is_said_at_once(venue: Venue) -> None:
    """With the nearest market of the kind asked for."""
    found = exchange("bybit", "linear", endpoint=venue.address, patience=QUICK)
    with pytest.raises(ConfigError) as refused:
        symbols_of(found, ["BTCUSDT", "BTCUST", "ethusdt"])
    assert [problem.message for problem in refused.value.problems] == [
        "bybit has no linear market 'BTCUST'; nearest is BTCUSDT",
        "bybit has no linear market 'ethusdt'; nearest is ETHUSDT",
    ]


def test_only_the_wanted_kind_of_market_is_asked_for(venue: Venue) -> None:
    """Perpetuals, not spot, options or currencies."""
    exchange("bybit", "linear", endpoint=venue.address, patience=QUICK).markets()
    assert {query["category"] for _, query in venue.asked} == {"linear"}


def test_binance_is_asked_in_its_own_words(venue: Venue) -> None:
    """The same canonical symbol, another protocol, the folder that the shipped bars use."""
    found = exchange("binance", "linear", endpoint=venue.address, patience=QUICK)
    assert found.candles("BTCUSDT", "4h", START, 2)[0][0] == START
    assert [path for path, _ in venue.asked] == ["/fapi/v1/exchangeInfo", "/fapi/v1/klines"]
    assert found.place == "binance/futures"


@pytest.mark.parametrize("endpoint", ["127.0.0.1:80", "ftp://mirror", "http://"])
def test_an_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    """It needs a scheme and a host."""
    with pytest.raises(ConfigError, match="endpoint  expected an address"):
        exchange("bybit", "linear", endpoint=endpoint)


def test_symbols_are_canonical_on_both_kinds_of_market() -> None:
    """Settlement is no part of the name."""
    assert canonical({"base": "BTC", "quote": "USDT", "settle": "USDT"}) == canonical({"base": "BTC", "quote": "USDT"}) == "BTCUSDT"


def test_nothing_but_the_feed_knows_ccxt() -> None:
    """And it is only imported when an exchange is asked for."""
    package = Path(runner.__file__).parent
    named = [path.relative_to(package).as_posix() for path in package.rglob("*.py") if "import ccxt" in path.read_text(encoding="utf-8")]
    assert named == ["feed/exchange.py"]
    loaded = "import sys, runner.mode.download, runner.feed.exchange; sys.exit('ccxt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
