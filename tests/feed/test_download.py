"""Downloads from an exchange that is busy, broken, repetitive or full of holes."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from runner.bars.catalog import Catalog
from runner.bars.funding import load as load_funding
from runner.bars.write import nothing_there
from runner.feed.download import Fetch, Received, download, download_funding, span_of, stored
from runner.feed.exchange import Exchange, Patience, StoppedError, exchange
from runner.model.errors import ConfigError, DataError
from tests.feed.venue import COUNT, START, STEP, Venue, real

NAME = "bybit/linear/BTCUSDT-4h.parquet"


def bybit(venue: Venue, retries: int = 2, page: int = 1_000) -> Exchange:
    """A client of the venue that never waits; `page` candles a call."""
    found = exchange("bybit", "linear", endpoint=venue.address, patience=Patience(spacing_ms=0, retries=retries, retry_ms=0))
    found.client.features["swap"]["linear"]["fetchOHLCV"] = {"limit": page}
    return found


def fetch(venue: Venue, *, start: int = 0, end: int = COUNT + 10, overwrite: bool = False, ask_again: bool = False) -> Fetch:
    """All bars from the `start`th to the `end`th."""
    return Fetch(
        symbol="BTCUSDT",
        timeframe="4h",
        start_ms=START + start * STEP,
        end_ms=START + end * STEP,
        now_ms=venue.now_ms,
        overwrite=overwrite,
        ask_again=ask_again,
    )


def get(venue: Venue, root: Path, *, retries: int = 2, page: int = 1_000, start: int = 0, end: int = COUNT + 10) -> Received:
    """Download into `root`."""
    return download(bybit(venue, retries, page), root / NAME, fetch(venue, start=start, end=end))


def times(root: Path) -> list[int]:
    """The numbers of the bars that are stored."""
    found = stored(root / NAME)
    return [] if found is None else [int(each) for each in (found.open_time - START) // STEP]


def test_bars_arrive_as_the_exchange_has_them(venue: Venue, tmp_path: Path) -> None:
    """Every value of every complete bar; the one still forming is not among them."""
    got = get(venue, tmp_path)
    assert (got.added, got.pages, times(tmp_path)) == (COUNT, 1, list(range(COUNT)))
    came, there = Catalog(tmp_path).bars("BTCUSDT", "4h"), real("BTCUSDT")
    for name in ("open_time", "open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(came, name), getattr(there, name)[:COUNT]), name


@pytest.mark.parametrize("minutes", [-1, 0, 1], ids=["just before its close", "at its close", "just after its close"])
def test_a_bar_is_taken_once_it_is_complete(minutes: int, venue: Venue, tmp_path: Path) -> None:
    """By the exchange's clock, at the very instant."""
    venue.now_ms = START + 10 * STEP + minutes * 60_000
    assert get(venue, tmp_path).added == (9 if minutes < 0 else 10)


def test_pages_follow_each_other(venue: Venue, tmp_path: Path) -> None:
    """Each asks for what the one before did not reach."""
    assert get(venue, tmp_path, page=200).pages == 3
    assert [int(call["start"]) for call in venue.candle_calls()] == [START + n * STEP for n in (0, 200, 400)]
    assert times(tmp_path) == list(range(COUNT))


def test_candles_repeated_at_page_borders_count_once(venue: Venue, tmp_path: Path) -> None:
    """Before a page and at its end."""
    venue.border = 3
    get(venue, tmp_path, page=100)
    assert times(tmp_path) == list(range(COUNT))


def test_only_what_is_missing_is_asked_for(venue: Venue, tmp_path: Path) -> None:
    """Nothing when all is there; else from the last stored bar on, which is compared on the way."""
    get(venue, tmp_path, end=100)
    venue.asked.clear()
    assert (get(venue, tmp_path, end=100).added, venue.candle_calls()) == (0, [])
    assert get(venue, tmp_path, end=150).added == 50
    assert [int(call["start"]) for call in venue.candle_calls()] == [START + 99 * STEP]


def test_an_earlier_start_fetches_what_lies_before(venue: Venue, tmp_path: Path) -> None:
    """And nothing that is there."""
    get(venue, tmp_path, start=100, end=200)
    assert get(venue, tmp_path, start=50, end=200).added == 50
    assert times(tmp_path) == list(range(50, 200))


def test_a_hole_between_two_downloads_is_closed(venue: Venue, tmp_path: Path) -> None:
    """A download broken off before it reached the stored bars leaves one."""
    get(venue, tmp_path, start=300, end=400)
    venue.faults = ["ok", "500", "500", "500"]
    with pytest.raises(StoppedError):
        get(venue, tmp_path, page=100, end=400)
    assert times(tmp_path) == [*range(100), *range(300, 400)]
    assert get(venue, tmp_path, end=400).added == 200
    assert times(tmp_path) == list(range(400))


BUSY = {
    "too many requests": "429",
    "too many visits": "10006",
    "a server error": "500",
    "a broken line": "hang up",
    "a page instead of data": "page",
}


@pytest.mark.parametrize("fault", BUSY.values(), ids=BUSY)
def test_a_busy_exchange_is_asked_again(fault: str, venue: Venue, tmp_path: Path) -> None:
    """Until it answers."""
    venue.faults = ["ok", fault, fault, "ok", fault]
    get(venue, tmp_path, page=200)
    assert times(tmp_path) == list(range(COUNT))
    assert len(venue.candle_calls()) == 6


@pytest.mark.parametrize("fault", BUSY.values(), ids=BUSY)
def test_an_exchange_that_stops_answering_costs_nothing_that_came(fault: str, venue: Venue, tmp_path: Path) -> None:
    """The error says what was asked; the next call goes on from there."""
    venue.faults = ["ok", "ok", *[fault] * 3]
    with pytest.raises(StoppedError, match="bybit stopped answering"):
        get(venue, tmp_path, page=100)
    assert times(tmp_path) == list(range(200))
    venue.asked.clear()
    assert get(venue, tmp_path, page=100).added == COUNT - 200
    assert int(venue.candle_calls()[0]["start"]) == START + 199 * STEP


def test_waits_grow_and_follow_the_spacing(venue: Venue, tmp_path: Path) -> None:
    """The spacing before every call but the first, twice as long a wait each time it is busy."""
    slept: list[float] = []
    patience = Patience(spacing_ms=7, retries=3, retry_ms=1_000, sleep=slept.append)
    found = exchange("bybit", "linear", endpoint=venue.address, patience=patience)
    found.markets()
    venue.faults = ["10006", "429", "ok"]
    found.candles("BTCUSDT", "4h", START, 10)
    assert slept == [0.007, 1.0, 0.007, 2.0, 0.007]


def test_an_empty_page_is_asked_for_twice(venue: Venue, tmp_path: Path) -> None:
    """One that is empty by accident leaves no hole."""
    venue.faults = ["ok", "empty"]
    get(venue, tmp_path, page=100)
    assert times(tmp_path) == list(range(COUNT))


def test_holes_of_the_exchange_are_remembered(venue: Venue, tmp_path: Path) -> None:
    """Longer than a page, or inside one; they are not asked for again, unless that is wanted."""
    venue.holes = {START + n * STEP for n in (*range(120, 290), 400)}
    got = get(venue, tmp_path, page=50)
    assert got.added == COUNT - 171
    assert nothing_there(tmp_path / NAME) == [(START + a * STEP, START + b * STEP) for a, b in ((120, 290), (400, 401))]
    venue.asked.clear()
    assert (get(venue, tmp_path).added, venue.candle_calls()) == (0, [])
    venue.holes = set()
    assert download(bybit(venue), tmp_path / NAME, fetch(venue, ask_again=True)).added == 171
    assert nothing_there(tmp_path / NAME) == []


def test_what_is_not_published_yet_is_no_hole(venue: Venue, tmp_path: Path) -> None:
    """A last bar that comes late is fetched the next time."""
    venue.holes = {START + (COUNT - 1) * STEP}
    assert get(venue, tmp_path).added == COUNT - 1
    assert nothing_there(tmp_path / NAME) == []
    venue.holes = set()
    assert get(venue, tmp_path).added == 1


def test_bars_that_disagree_change_nothing(venue: Venue, tmp_path: Path) -> None:
    """Row, time and both values are said; `overwrite` takes the new ones."""
    get(venue, tmp_path, end=100)
    before = (tmp_path / NAME).read_bytes()
    high = float(real("BTCUSDT").high[99])
    venue.changed = {START + 99 * STEP: high}
    with pytest.raises(DataError, match=r"disagree; nothing was changed") as refused:
        get(venue, tmp_path)
    assert f"row 100 (2024-01-17 12:00 UTC): stored close {real('BTCUSDT').close[99]:.15g}, new {high:.15g}" in str(refused.value)
    assert (tmp_path / NAME).read_bytes() == before
    download(bybit(venue), tmp_path / NAME, fetch(venue, overwrite=True))
    assert Catalog(tmp_path).bars("BTCUSDT", "4h").close[99] == high


def test_bars_that_contradict_themselves_are_refused(venue: Venue, tmp_path: Path) -> None:
    """A close above the high is not written."""
    venue.changed = {START + 5 * STEP: 1e9}
    with pytest.raises(DataError, match="the exchange sent bars that cannot be used"):
        get(venue, tmp_path)
    assert not (tmp_path / NAME).exists()


def test_an_answer_that_is_a_refusal_is_told(venue: Venue, tmp_path: Path) -> None:
    """Not repeated: it would be refused again."""
    venue.faults = ["nonsense"]
    with pytest.raises(StoppedError, match="bybit refused"):
        get(venue, tmp_path)
    assert len(venue.candle_calls()) == 1


def test_ctrl_c_keeps_what_came(venue: Venue, tmp_path: Path) -> None:
    """The file is whole, and the next call goes on."""
    venue.faults = ["ok", "ok", "ctrl-c"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            get(venue, tmp_path, page=100)
    finally:
        signal.signal(signal.SIGINT, before)
    assert times(tmp_path) == list(range(200))
    assert get(venue, tmp_path, page=100).added == COUNT - 200
    assert [path.name for path in (tmp_path / NAME).parent.iterdir()] == ["BTCUSDT-4h.parquet"]


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file may grow beyond `room` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_leaves_the_old_file(venue: Venue, tmp_path: Path) -> None:
    """And no half one beside it."""
    get(venue, tmp_path, end=100)
    before = (tmp_path / NAME).read_bytes()
    with full_disk(4_096), pytest.raises(DataError, match="could not be written"):
        get(venue, tmp_path)
    assert (tmp_path / NAME).read_bytes() == before
    assert [path.name for path in (tmp_path / NAME).parent.iterdir()] == ["BTCUSDT-4h.parquet"]


def test_a_folder_that_cannot_be_written_is_found_out_before_anything_is_fetched(venue: Venue, tmp_path: Path) -> None:
    """Here a file stands where the folder should be."""
    (tmp_path / "bybit").write_text("not a folder")
    with pytest.raises(DataError, match=r"could not be written"):
        get(venue, tmp_path)
    assert venue.candle_calls() == []


DAY = 6 * STEP
GRIDS = [
    pytest.param("4h", STEP, (0, 10 * STEP), (0, 10 * STEP), id="on the grid"),
    pytest.param("4h", STEP, (1, 10 * STEP - 1), (STEP, 9 * STEP), id="beside it"),
    pytest.param("1d", DAY, (STEP, 3 * DAY + STEP), (DAY, 3 * DAY), id="days begin at midnight"),
    pytest.param("1w", 7 * DAY, (0, 22 * DAY), (0, 21 * DAY), id="weeks begin on Monday"),
    pytest.param("1w", 7 * DAY, (3 * DAY, 20 * DAY), (7 * DAY, 14 * DAY), id="not on Thursday"),
]


@pytest.mark.parametrize(("timeframe", "step", "asked", "expected"), GRIDS)
def test_only_whole_bars_are_wanted(timeframe: str, step: int, asked: tuple[int, int], expected: tuple[int, int]) -> None:
    """Counted from Monday, 2024-01-01."""
    start, end = (START + each for each in asked)
    wanted = Fetch(symbol="BTCUSDT", timeframe=timeframe, start_ms=start, end_ms=end, now_ms=START + COUNT * STEP)
    assert span_of(wanted, step, None) == (START + expected[0], START + expected[1])
    assert span_of(wanted, step, START + 14 * DAY)[0] == START + 14 * DAY


def test_funding_is_fetched_page_by_page(venue: Venue, tmp_path: Path) -> None:
    """None is lost between two pages, and only new ones are fetched the next time."""
    path = tmp_path / "BTCUSDT-funding.parquet"
    assert download_funding(bybit(venue), path, fetch(venue, end=100)).added == 50
    assert download_funding(bybit(venue), path, fetch(venue)).added == 200 + 1
    paid, shipped = load_funding(path), Catalog(market="binance/futures").funding("BTCUSDT")
    assert shipped is not None
    there = (shipped.time >= START) & (shipped.time <= venue.now_ms)
    assert np.array_equal(paid.time, shipped.time[there])
    assert paid.rate == pytest.approx(shipped.rate[there], abs=1e-8)


def test_a_span_with_more_payments_than_a_page_is_asked_for_in_parts(venue: Venue, tmp_path: Path) -> None:
    """The exchange answers with the latest ones only, as Bybit does for contracts that used to pay more often."""
    venue.hourly = True
    path = tmp_path / "BTCUSDT-funding.parquet"
    assert download_funding(bybit(venue), path, fetch(venue, end=200)).added == 800


def test_a_timeframe_the_exchange_lacks_names_the_one_it_is_made_of(venue: Venue) -> None:
    """Bars are made of finer ones here as well."""
    with pytest.raises(ConfigError) as refused:
        bybit(venue).timeframe("10m")
    assert "bybit has no 10m bars" in str(refused.value)
    assert "10m bars are made of 5m ones" in str(refused.value)


def test_holes_travel_in_the_file_without_being_bars(venue: Venue, tmp_path: Path) -> None:
    """The columns are those of any file of bars."""
    venue.holes = {START + 5 * STEP}
    get(venue, tmp_path)
    assert pq.read_schema(tmp_path / NAME).names == ["time", "open", "high", "low", "close", "volume"]
