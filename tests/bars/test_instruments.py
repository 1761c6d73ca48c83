"""Specifications: from the facts, from the user, from prices; and what is said when there is nothing to go by."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from runner.bars.instruments import facts, instrument, known, specifications, venues
from runner.bars.specification import Specification
from runner.model.duration import HOUR_MS
from runner.model.errors import DataError
from tests.bars.making import bars

TABLE = {
    ("BTCUSDT", "bybit_linear"): (0.1, 0.001, 119.0, 5.0, 1.0, 5.5, 2.0, 100.0, 8),
    ("SOLUSDT", "bybit_linear"): (0.01, 0.1, math.inf, 5.0, 1.0, 5.5, 2.0, 25.0, 8),
    ("BTCUSDT", "binance_usdm"): (0.1, 0.001, 120.0, 100.0, 1.0, 5.0, 2.0, 125.0, 8),
    ("ETHUSDT", "binance"): (0.01, 0.001, 2000.0, 20.0, 1.0, 5.0, 2.0, 125.0, 8),
    ("EURUSD", "mt5"): (0.00001, 0.01, math.inf, 0.0, 100_000.0, 0.0, 0.0, 30.0, 0),
    ("XAUUSD", "FTMO_MT5"): (0.01, 0.01, 100.0, 0.0, 100.0, 0.0, 0.0, 30.0, 0),
}


@pytest.mark.parametrize(("symbol", "venue"), TABLE)
def test_facts_become_instruments(symbol: str, venue: str) -> None:
    """Tick, step, maximum, minimum notional, contract, fees, leverage and funding interval; nothing inferred."""
    found = instrument(symbol, venue)
    tick, step, most, notional, contract, taker, maker, leverage, hours = TABLE[symbol, venue]
    assert (found.tick, found.quantity_step, found.min_quantity, found.max_quantity) == (tick, step, step, most)
    assert (found.min_notional, found.contract_size, found.max_leverage) == (notional, contract, leverage)
    assert (found.taker_fee_bps, found.maker_fee_bps) == (taker, maker)
    assert found.funding_interval_ms == hours * HOUR_MS
    assert found.maintenance_margin_fraction == 0.005
    assert not found.inferred
    assert found.read_on


def test_what_was_assumed_is_said() -> None:
    """SOL on Bybit lacks cells; BTC lacks only what no source has."""
    sol = "bybit_linear LEAN+FEEBY; assumed: min_notional, max_leverage, funding_interval_h, maintenance margin"
    assert instrument("SOLUSDT", "bybit_linear").source == sol
    assert instrument("BTCUSDT", "bybit_linear").source == "bybit_linear LEAN+CCXTBY+FEEBY+BYDOC; assumed: maintenance margin"


QUOTES = {"BTCUSDT": "USDT", "EURUSD": "USD", "USDJPY": "JPY", "USDCAD": "CAD", "XAUUSD": "USD", "US100": "USD", "EURJPY": "JPY"}


@pytest.mark.parametrize("symbol", QUOTES)
def test_the_quote_currency_is_in_the_symbol(symbol: str) -> None:
    """Whatever the venue asked, the symbol is found where it is traded."""
    assert instrument(symbol, "bybit_linear").quote == QUOTES[symbol]


def test_every_row_makes_an_instrument_with_whole_steps() -> None:
    """Every complete row; minimum and maximum are multiples of the step."""
    found = [instrument(row["symbol"], row["venue"]) for row in facts()]
    assert len(found) == 29
    for each in found:
        assert min(each.tick, each.quantity_step, each.contract_size) > 0
        assert round(each.min_quantity / each.quantity_step, 9).is_integer()
        assert each.max_quantity > each.min_quantity
        assert each.max_leverage >= 1


def test_settings_win_field_by_field() -> None:
    """What the user says replaces the facts, the rest stays, and the source tells."""
    said = specifications({"BTCUSDT": {"tick": 0.5, "funding_interval": "4h"}})
    found = instrument("BTCUSDT", "bybit_linear", None, said["BTCUSDT"])
    assert (found.tick, found.funding_interval_ms, found.quantity_step) == (0.5, 4 * HOUR_MS, 0.001)
    assert found.source.endswith("; settings: tick, funding_interval_ms")


@pytest.mark.parametrize(
    "fields",
    [
        {"tikc": 0.1},
        {"tick": 0},
        {"tick": "0.1"},
        {"max_leverage": 0.5},
        {"funding_interval": "8"},
        {"maintenance_margin_fraction": 1.0},
        {"tick": math.inf},
    ],
    ids=str,
)
def test_wrong_settings_are_refused(fields: dict[str, object]) -> None:
    """Unknown keys, wrong types and values out of range."""
    with pytest.raises(ValidationError):
        Specification.model_validate(fields)


INFERRED = {
    "cents": ([101.25, 99.5, 100.0], 0.01, 0.01),
    "whole numbers": ([40000.0, 41000.0, 42000.0], 1.0, 1e-05),
    "tiny prices": ([1.013e-05, 1.02e-05, 1.0e-05], 1e-08, 10_000.0),
    "five digits": ([1.08432, 1.08001, 1.0], 1e-05, 0.1),
    "not decimal at all": ([100.0, 100 * math.pi, 100 * math.e], 1e-06, 0.001),
}


@pytest.mark.parametrize("case", INFERRED)
def test_an_unknown_symbol_is_inferred_from_prices(case: str) -> None:
    """Tick: the smallest decimal step seen. Step: worth at most one quote unit. Flagged."""
    closes, tick, step = INFERRED[case]
    found = instrument("NEWUSDT", "bybit_linear", bars("NEWUSDT", closes))
    assert found.inferred
    assert (found.quote, found.tick, found.quantity_step) == ("USDT", tick, step)
    assert found.source == "inferred from 3 bars"
    assert found.funding_interval_ms == 8 * HOUR_MS


def test_one_late_digit_is_seen() -> None:
    """A single finer price beyond the first thousand bars sets the tick."""
    found = instrument("NEWUSDT", "bybit_linear", bars("NEWUSDT", [100.5] * 1500 + [100.503]))
    assert found.tick == 0.001


def test_a_symbol_that_names_no_currency_is_in_dollars() -> None:
    """And pays no funding; settings can say otherwise."""
    found = instrument("ACME", "mt5", bars("ACME", [10.0, 11.0]))
    assert (found.quote, found.funding_interval_ms, found.inferred) == ("USD", 0, True)
    assert instrument("ACME", "mt5", bars("ACME", [10.0]), Specification(quote="EUR")).quote == "EUR"


@pytest.mark.parametrize("prices", [None, bars("BTCUSD", [])], ids=["no bars", "empty bars"])
def test_an_unknown_symbol_without_prices_is_refused(prices: object) -> None:
    """With the nearest known symbol."""
    with pytest.raises(DataError) as caught:
        instrument("BTCUSD", "bybit_linear", prices)  # type: ignore[arg-type]
    assert str(caught.value) == "BTCUSD is not known\n  instrument.BTCUSD  no specification; nearest is BTCUSDT"


def test_an_unknown_venue_is_refused() -> None:
    """With the nearest known venue."""
    with pytest.raises(DataError, match="no specifications of 'bybit_liner'; nearest is bybit_linear"):
        instrument("BTCUSDT", "bybit_liner")


def test_what_is_known_is_listed() -> None:
    """Symbols and venues, sorted, for those who check configurations."""
    assert {"BTCUSDT", "XAUUSD", "US100"} <= set(known())
    assert {"bybit", "bybit_linear", "binance_usdm", "mt5_generic"} <= set(venues())
    assert list(known()) == sorted(known())
