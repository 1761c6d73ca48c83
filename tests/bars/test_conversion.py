"""Quote currency into account currency: causal, turned round where needed, refused where unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.bars.catalog import Catalog
from runner.bars.conversion import conversion
from runner.model.errors import DataError
from tests.bars.making import HOUR, START, bars, columns, write


def rates(folder: Path, symbol: str, closes: list[float], *, start: int = START, step: int = HOUR, timeframe: str = "1h") -> None:
    """A file whose candles are single prices."""
    flat = dict.fromkeys(("open", "high", "low", "close"), closes)
    write(folder / f"{symbol}-{timeframe}.parquet", columns(len(closes), start=start, step=step) | flat)


@pytest.mark.parametrize(("quote", "account"), [("USDT", "USDT"), ("USDT", "USD"), ("USD", "USDC"), ("EUR", "EUR")])
def test_one_to_one_needs_no_column(quote: str, account: str, tmp_path: Path) -> None:
    """The same currency, and stable coins against the dollar."""
    assert conversion(Catalog(tmp_path), quote, account, bars("X", [1.0, 2.0])) is None


def test_a_pair_as_it_is(tmp_path: Path) -> None:
    """EUR into USD is EURUSD at each bar's close."""
    rates(tmp_path, "EURUSD", [1.1, 1.2, 1.3])
    found = conversion(Catalog(tmp_path), "EUR", "USDT", bars("GER40", [1.0, 1.0, 1.0]))
    assert found is not None
    assert found.tolist() == [1.1, 1.2, 1.3]


def test_a_pair_turned_round(tmp_path: Path) -> None:
    """JPY into USD is one over USDJPY."""
    rates(tmp_path, "USDJPY", [100.0, 200.0])
    found = conversion(Catalog(tmp_path), "JPY", "USD", bars("USDJPY", [1.0, 1.0]))
    assert found is not None
    assert found.tolist() == [0.01, 0.005]


def test_through_the_dollar(tmp_path: Path) -> None:
    """JPY into EUR needs USDJPY and EURUSD when there is no EURJPY."""
    rates(tmp_path, "USDJPY", [100.0, 100.0])
    rates(tmp_path, "EURUSD", [1.25, 2.0])
    found = conversion(Catalog(tmp_path), "JPY", "EUR", bars("USDJPY", [1.0, 1.0]))
    assert found is not None
    assert found.tolist() == pytest.approx([0.008, 0.005])


def test_only_complete_rate_bars_are_used(tmp_path: Path) -> None:
    """Hourly bars against 4h rates see the last 4h bar that has closed, never the open one."""
    rates(tmp_path, "EURUSD", [1.0, 2.0, 3.0], start=START - 4 * HOUR, step=4 * HOUR, timeframe="4h")
    found = conversion(Catalog(tmp_path), "EUR", "USD", bars("GER40", [1.0] * 8))
    assert found is not None
    assert found.tolist() == [1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 3.0]


def test_the_future_does_not_change_the_past(tmp_path: Path) -> None:
    """Rates cut at any hour give the same column up to there."""
    closes = [1.0 + n / 10 for n in range(12)]
    rates(tmp_path / "whole", "EURUSD", closes)
    whole = conversion(Catalog(tmp_path / "whole"), "EUR", "USD", bars("GER40", [1.0] * 12))
    assert whole is not None
    for count in range(1, 13):
        rates(tmp_path / str(count), "EURUSD", closes[:count])
        cut = conversion(Catalog(tmp_path / str(count)), "EUR", "USD", bars("GER40", [1.0] * count))
        assert cut is not None
        assert cut.tolist() == whole.tolist()[:count]


def test_an_unknown_pair_is_refused(tmp_path: Path) -> None:
    """Naming the pairs that would do."""
    with pytest.raises(DataError, match="expected bars of JPYUSD or USDJPY to turn JPY of EURJPY into USDT"):
        conversion(Catalog(tmp_path), "JPY", "USDT", bars("EURJPY", [1.0]))


@pytest.mark.parametrize(("offset", "when"), [(5, "2024-01-01 01:00 UTC"), (-24 * 8, "2024-01-01 01:00 UTC")], ids=["too late", "stale"])
def test_rates_that_do_not_cover_the_bars_are_refused(offset: int, when: str, tmp_path: Path) -> None:
    """Neither a rate from the future nor one a week old."""
    rates(tmp_path, "EURUSD", [1.1, 1.2], start=START + offset * HOUR)
    with pytest.raises(DataError, match=f"but GER40 needs a rate at {when}"):
        conversion(Catalog(tmp_path), "EUR", "USD", bars("GER40", [1.0] * 9))


def test_no_bars_need_no_rates(tmp_path: Path) -> None:
    """An empty market converts to nothing."""
    assert conversion(Catalog(tmp_path), "EUR", "USD", bars("GER40", [])) is None
