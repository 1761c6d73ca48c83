"""`runner mode=download` from the command line, against an exchange on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Ran, command
from tests.feed.venue import COUNT, Venue, serving

HOME = "bars/bybit/linear/BTCUSDT-4h.parquet"


@pytest.fixture
def venue() -> Iterator[Venue]:
    """A well-behaved exchange; tests change its fields."""
    with serving(Venue()) as served:
        yield served


def download(venue: Venue, home: Path, *words: str) -> Ran:
    """The command a user types, at the venue's address and without waits."""
    quick = (f"endpoint={venue.address}", "spacing_ms=0", "retry_ms=0", "retries=1")
    return command("mode=download", "timeframe=4h", "start=2024-01-01", *quick, *words, home=home)


def test_a_download_says_what_came_and_what_to_type(venue: Venue, tmp_path: Path) -> None:
    """One line a file; the command it names runs on these bars."""
    ran = download(venue, tmp_path, "symbols=BTCUSDT,ETHUSDT")
    assert (ran.status, ran.err) == (0, "")
    first, second, following = ran.out.splitlines()
    assert first == f"bybit/linear BTCUSDT-4h  {COUNT} bars, {COUNT} new, 2024-01-01 00:00 UTC to 2024-03-24 08:00 UTC, no gaps"
    assert second.startswith("bybit/linear ETHUSDT-4h")
    assert following.startswith("next: runner +strategy=ema_cross +account=own_money source.root=bars source.market=bybit/linear")
    words = [word.strip("'") for word in following.removeprefix("next: runner ").split()]
    assert command(*words, "mode.quiet=true", home=tmp_path).status == 0


def test_both_markets_and_lists_are_typed_bare(venue: Venue, tmp_path: Path) -> None:
    """Brackets or commas, another exchange, a folder of one's own."""
    ran = download(venue, tmp_path, "symbols=[BTCUSDT]", "exchange=binance", "root=mine", "end=2024-01-31")
    assert (ran.status, ran.err) == (0, "")
    assert (tmp_path / "mine/binance/futures/BTCUSDT-4h.parquet").is_file()
    assert "186 bars, 186 new, 2024-01-01 00:00 UTC to 2024-02-01 00:00 UTC" in ran.out


def test_the_spot_market_has_a_folder_of_its_own(venue: Venue, tmp_path: Path) -> None:
    """The same symbol, and no funding."""
    ran = download(venue, tmp_path, "symbols=BTCUSDT", "market=spot", "funding=true")
    assert (ran.status, ran.err) == (0, "")
    assert (tmp_path / "bars/bybit/spot/BTCUSDT-4h.parquet").is_file()
    assert "bybit/spot BTCUSDT-funding  spot markets pay none" in ran.out
    assert {query["category"] for _, query in venue.asked if "category" in query} == {"spot"}


def test_an_exchange_without_such_markets_says_so(venue: Venue, tmp_path: Path) -> None:
    """Before any symbol is looked up."""
    venue.pairs = ()
    ran = download(venue, tmp_path, "symbols=BTCUSDT", "market=spot")
    assert (ran.status, "bybit lists no spot markets" in ran.err) == (2, True)


def test_a_folder_that_cannot_be_written_is_said_at_once(venue: Venue, tmp_path: Path) -> None:
    """Here a file stands in its place."""
    tmp_path.joinpath("bars").write_text("in the way")
    ran = download(venue, tmp_path, "symbols=BTCUSDT")
    assert (ran.status, venue.candle_calls()) == (2, [])
    assert "BTCUSDT-4h.parquet could not be written" in ran.err


def test_funding_comes_along_when_asked_for(venue: Venue, tmp_path: Path) -> None:
    """Beside the bars, under the name that the catalog reads."""
    ran = download(venue, tmp_path, "symbols=BTCUSDT", "funding=true")
    assert "bybit/linear BTCUSDT-funding  251 new payments" in ran.out
    assert (tmp_path / "bars/bybit/linear/BTCUSDT-funding.parquet").is_file()


def test_without_a_start_the_last_year_is_fetched(venue: Venue, tmp_path: Path) -> None:
    """And the next time what follows."""
    ran = command("mode=download", "timeframe=4h", "symbols=BTCUSDT", f"endpoint={venue.address}", "spacing_ms=0", home=tmp_path)
    assert f"{COUNT} new" in ran.out
    ran = command("mode=download", "timeframe=4h", "symbols=BTCUSDT", f"endpoint={venue.address}", "spacing_ms=0", home=tmp_path)
    assert " 0 new" in ran.out


REFUSED = {
    "no symbols": ([], "expected symbols=…"),
    "a symbol that leads elsewhere": (["symbols=../../evil"], "expected a symbol of letters"),
    "a symbol with a slash": (["symbols=BTC/USDT"], "such as BTCUSDT, was 'BTC/USDT'"),
    "an end before the start": (["symbols=BTCUSDT", "end=2023-01-01"], "expected a day on or after start, '2024-01-01', was '2023-01-01'"),
    "a start to come": (["symbols=BTCUSDT", "start=2999-01-01"], "start  expected a day that has begun, was '2999-01-01'"),
    "an unknown symbol": (["symbols=BTCUSD"], "bybit has no linear market 'BTCUSD'; nearest is BTCUSDT"),
    "an unknown exchange": (["symbols=BTCUSDT", "exchange=byibt"], "there is no exchange 'byibt'; nearest is bybit"),
    "a timeframe it lacks": (["symbols=BTCUSDT", "timeframe=10m"], "bybit has no 10m bars"),
    "no timeframe": (["symbols=BTCUSDT", "timeframe=4 hours"], "nearest is '4h'"),
    "a market there is not": (["symbols=BTCUSDT", "market=linaer"], "market"),
    "no bars in that time": (["symbols=BTCUSDT", "start=2024-03-30"], "bybit has no bars from 2024-03-30 to now"),
    "a misspelt option": (["symbols=BTCUSDT", "mode.spacing=5"], "spacing_ms"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_fetched_is_refused(case: str, venue: Venue, tmp_path: Path) -> None:
    """Exit status 2 and one line; no file."""
    words, message = REFUSED[case]
    ran = download(venue, tmp_path, *words)
    assert ran.status == 2
    assert message in ran.err
    assert not list(tmp_path.rglob("*.parquet"))


def test_an_exchange_that_breaks_off_is_told_and_resumed(venue: Venue, tmp_path: Path) -> None:
    """What came before is kept."""
    download(venue, tmp_path, "symbols=BTCUSDT", "end=2024-01-31")
    venue.faults = ["500", "500"]
    ran = download(venue, tmp_path, "symbols=BTCUSDT")
    assert ran.status == 2
    assert "bybit stopped answering" in ran.err
    assert f"{COUNT} bars, {COUNT - 186} new" in download(venue, tmp_path, "symbols=BTCUSDT").out


def test_an_exchange_out_of_reach_is_said_with_the_ways_on(tmp_path: Path) -> None:
    """It never answered; every repetition is a line."""
    words = ("endpoint=http://127.0.0.1:9", "spacing_ms=0", "retry_ms=0", "retries=1")
    ran = command("mode=download", "symbols=BTCUSDT", *words, home=tmp_path)
    assert ran.status == 2
    assert "again in 0 s, 1 of 1" in ran.err
    assert "bybit could not be reached" in ran.err
    assert "endpoint=… names a proxy or mirror; what came is kept, the same command goes on where it stopped" in ran.err


def test_ctrl_c_says_that_nothing_is_lost(venue: Venue, tmp_path: Path) -> None:
    """Exit status 130; the same command goes on."""
    download(venue, tmp_path, "symbols=BTCUSDT", "end=2024-01-31")
    venue.faults = ["ctrl-c"]
    ran = download(venue, tmp_path, "symbols=BTCUSDT")
    assert ran.status == 130
    assert f"what came of BTCUSDT-4h is kept in {tmp_path / HOME}; the same command goes on from there" in ran.out
    assert f"{COUNT} bars, {COUNT - 186} new" in download(venue, tmp_path, "symbols=BTCUSDT").out


def test_bars_that_disagree_are_told_and_replaced_when_asked(venue: Venue, tmp_path: Path) -> None:
    """The words to type are in the message."""
    download(venue, tmp_path, "symbols=BTCUSDT", "end=2024-01-31")
    venue.changed = {1_706_731_200_000: 42_600.0}
    ran = download(venue, tmp_path, "symbols=BTCUSDT")
    assert ran.status == 2
    assert "row 186 (2024-01-31 20:00 UTC): stored close" in ran.err
    assert "replace=true" in ran.err
    assert download(venue, tmp_path, "symbols=BTCUSDT", "replace=true").status == 0
