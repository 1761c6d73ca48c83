"""Which file is used, what is made of it, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runner.bars.catalog import Catalog
from runner.model.errors import DataError
from tests.bars.making import HOUR, START, columns, write

DAY = 24 * HOUR


def test_both_layouts_are_read(tmp_path: Path) -> None:
    """Source and market folders, or everything in the root."""
    write(tmp_path / "deep" / "binance" / "spot" / "AUSDT-1h.parquet", columns(3))
    write(tmp_path / "flat" / "AUSDT-1h.parquet", columns(4))
    deep, flat = Catalog(tmp_path / "deep").bars("AUSDT", "1h"), Catalog(tmp_path / "flat").bars("AUSDT", "1h")
    assert (len(deep), deep.origin) == (3, "binance/spot AUSDT-1h")
    assert (len(flat), flat.origin) == (4, "AUSDT-1h")


def test_stored_timeframes_are_listed_finest_first(tmp_path: Path) -> None:
    """By length, not by name; other files and other symbols do not count."""
    for timeframe, step in (("4h", 4 * HOUR), ("15m", HOUR // 4), ("1h", HOUR), ("1d", DAY)):
        write(tmp_path / f"AUSDT-{timeframe}.parquet", columns(3, step=step))
    for other in ("BUSDT-5m", "AUSDT-trades", "AUSDT-funding", "readme"):
        write(tmp_path / f"{other}.parquet", columns(3))
    catalog = Catalog(tmp_path)
    assert catalog.finest("AUSDT") == ["15m", "1h", "4h", "1d"]
    assert catalog.finer("AUSDT", "4h") == ["15m", "1h"]
    assert catalog.finer("AUSDT", "90m") == ["15m"]
    assert catalog.symbols() == ["AUSDT", "BUSDT"]
    assert [catalog.has("AUSDT", each) for each in ("15m", "30m", "2d", "5m", "20m")] == [True, True, True, False, False]


def test_a_missing_timeframe_is_made_of_finer_bars(tmp_path: Path) -> None:
    """Bars whose beginning or end is missing are left out."""
    write(tmp_path / "AUSDT-1h.parquet", columns(13, start=START + 3 * HOUR))
    bars = Catalog(tmp_path).bars("AUSDT", "4h")
    assert bars.open_time.tolist() == [START + 4 * HOUR, START + 8 * HOUR, START + 12 * HOUR]
    assert bars.volume.tolist() == [20.0, 20.0, 20.0]
    assert bars.origin == "AUSDT-1h resampled to 4h"


def test_an_unfinished_last_bar_is_left_out(tmp_path: Path) -> None:
    """Three of four hours are no 4h bar."""
    write(tmp_path / "AUSDT-1h.parquet", columns(7))
    assert len(Catalog(tmp_path).bars("AUSDT", "4h")) == 1


def test_the_timeframe_itself_goes_before_resampling(tmp_path: Path) -> None:
    """Even when the finer file reaches further."""
    write(tmp_path / "AUSDT-1h.parquet", columns(400))
    write(tmp_path / "AUSDT-4h.parquet", columns(5, step=4 * HOUR))
    assert Catalog(tmp_path).bars("AUSDT", "4h").origin == "AUSDT-4h"


CHOICES: dict[str, tuple[dict[str, int], str]] = {
    "derivatives before spot": ({"binance/spot": 30, "binance/futures": 20}, "binance/futures"),
    "spot where the other is short": ({"binance/spot": 41, "bybit/linear": 20}, "binance/spot"),
    "the longest of a kind": ({"binance/futures": 30, "bybit/linear": 31}, "bybit/linear"),
    "the path decides the rest": ({"fxcm/fx-bid": 30, "fxcm/fx-ask": 30}, "fxcm/fx-ask"),
    "exactly half is long enough": ({"binance/spot": 40, "bybit/linear": 20}, "bybit/linear"),
    "empty files give way": ({"binance/spot": 5, "bybit/linear": 0}, "binance/spot"),
}


@pytest.mark.parametrize("case", CHOICES)
def test_the_choice_between_sources(case: str, tmp_path: Path) -> None:
    """Decided by the files alone, and said."""
    files, chosen = CHOICES[case]
    for place, count in files.items():
        write(tmp_path / place / "AUSDT-1h.parquet", columns(count))
    catalog = Catalog(tmp_path)
    assert catalog.bars("AUSDT", "1h").origin == f"{chosen} AUSDT-1h"
    [other] = set(files) - {chosen}
    assert catalog.notes()[0] == f"{chosen} AUSDT-1h ({files[chosen]} bars) was chosen over {other} AUSDT-1h ({files[other]} bars)"


@pytest.mark.parametrize(("market", "origin"), [("binance", "binance/spot"), ("linear", "bybit/linear"), ("bybit/linear", "bybit/linear")])
def test_a_market_can_be_asked_for(market: str, origin: str, tmp_path: Path) -> None:
    """By source, by market or by both."""
    for place, count in (("binance/spot", 90), ("bybit/linear", 20)):
        write(tmp_path / place / "AUSDT-1h.parquet", columns(count))
    assert Catalog(tmp_path, market=market).bars("AUSDT", "1h").origin == f"{origin} AUSDT-1h"


def test_nothing_is_read_twice(tmp_path: Path) -> None:
    """The second answer is the first, even when the file has gone."""
    path = write(tmp_path / "AUSDT-1h.parquet", columns(8))
    catalog = Catalog(tmp_path)
    first = catalog.bars("AUSDT", "1h")
    path.unlink()
    assert catalog.bars("AUSDT", "1h") is first
    assert len(catalog.bars("AUSDT", "4h")) == 2


MISSING = {
    "a near symbol": ("AUSDTT", "1h", "has no AUSDTT; nearest is AUSDT"),
    "small letters": ("ausdt", "1h", "has no ausdt; nearest is AUSDT"),
    "no near symbol": ("XYZ", "1h", "has no XYZ; it has AUSDT, BTCUSD"),
    "too fine": ("AUSDT", "5m", "of AUSDT there is 1h"),
    "no multiple": ("AUSDT", "90m", "of AUSDT there is 1h"),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_not_there_is_said(case: str, tmp_path: Path) -> None:
    """With the nearest symbol, or the timeframes there are."""
    symbol, timeframe, line = MISSING[case]
    write(tmp_path / "AUSDT-1h.parquet", columns(3))
    write(tmp_path / "BTCUSD-1h.parquet", columns(3))
    with pytest.raises(DataError) as caught:
        Catalog(tmp_path).bars(symbol, timeframe)
    assert str(caught.value) == f"no {timeframe} bars of {symbol}\n  {tmp_path}  {line}"


def test_an_empty_folder_and_a_missing_one(tmp_path: Path) -> None:
    """Both are clear messages."""
    with pytest.raises(DataError, match="has no AUSDT; it has no bars at all"):
        Catalog(tmp_path).bars("AUSDT", "1h")
    with pytest.raises(DataError, match="expected a folder of Parquet bars"):
        Catalog(tmp_path / "nowhere").has("AUSDT", "1h")


ROOTS = {
    "nothing there": ("else", "does not exist"),
    "a slip": ("my_bar", "does not exist; nearest is 'my_bars'"),
    "a file": ("notes.txt", "is a file"),
    "no folder above": ("far/away", "does not exist"),
}


@pytest.mark.parametrize(("root", "found"), ROOTS.values(), ids=ROOTS)
def test_a_folder_that_is_not_there_is_said_with_its_setting(
    root: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key to change, what was wanted, what was typed, where that leads, and the nearest folder."""
    (tmp_path / "my_bars").mkdir()
    (tmp_path / "notes.txt").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as caught:
        Catalog(Path(root)).bars("AUSDT", "1h")
    wanted = f"expected a folder of Parquet bars (SYMBOL-TIMEFRAME.parquet), was '{root}'; {tmp_path / root} {found}"
    assert str(caught.value) == f"there are no bars\n  source.root  {wanted}"


@pytest.mark.parametrize("name", ["AUSDT_1h.parquet", "AUSDT-1H.parquet", "AUSDT.csv"])
def test_files_whose_names_say_nothing_are_named(name: str, tmp_path: Path) -> None:
    """A folder full of bars under other names is not simply empty."""
    write(tmp_path / name, columns(3))
    with pytest.raises(DataError, match=f"has no bars at all; found {name}, expected a name such as BTCUSDT-4h.parquet"):
        Catalog(tmp_path).bars("AUSDT", "1h")


def test_files_in_small_letters_are_near(tmp_path: Path) -> None:
    """The symbol is the file's, letter by letter."""
    write(tmp_path / "ausdt-1h.parquet", columns(3))
    with pytest.raises(DataError, match="has no AUSDT; nearest is ausdt"):
        Catalog(tmp_path).bars("AUSDT", "1h")


def test_resampled_history_does_not_depend_on_the_future(tmp_path: Path) -> None:
    """What the catalog makes of a file cut at any hour is the beginning of what it makes of the whole file."""
    rng = np.random.default_rng(7)
    values = columns(60)
    values["close"] = list(100 + rng.uniform(-1.9, 1.9, 60))
    write(tmp_path / "whole" / "AUSDT-1h.parquet", values)
    whole = Catalog(tmp_path / "whole").bars("AUSDT", "4h")
    for count in range(61):
        folder = tmp_path / str(count)
        write(folder / "AUSDT-1h.parquet", {name: column[:count] for name, column in values.items()})
        cut = Catalog(folder).bars("AUSDT", "4h")
        assert cut.close.tolist() == whole.closed_by(START + count * HOUR).close.tolist()


def test_funding_is_read_and_recorders_delay_removed(tmp_path: Path) -> None:
    """Payments some milliseconds late belong to the full minute; later ones stay."""
    times = [START, START + 8 * HOUR + 5, START + 16 * HOUR - 28, START + 24 * HOUR + 1_500]
    write(tmp_path / "AUSDT-funding.parquet", {"time": times, "funding_rate": [0.0001, -0.0002, 0.0, 0.0003]})
    history = Catalog(tmp_path).funding("AUSDT")
    assert history is not None
    assert history.time.tolist() == [START, START + 8 * HOUR, START + 16 * HOUR, START + 24 * HOUR + 1_500]
    assert history.rate.tolist() == [0.0001, -0.0002, 0.0, 0.0003]
    assert Catalog(tmp_path).funding("BUSDT") is None


BAD_FUNDING: dict[str, tuple[list[int], list[float | None], str]] = {
    "twice": ([START, START], [0.0, 0.0], "row 2 (2024-01-01 00:00 UTC): time does not follow the row before"),
    "missing": ([START, START + HOUR], [0.0, None], "row 2 (2024-01-01 01:00 UTC): funding_rate is missing or beyond 0.1 per payment"),
    "percent": ([START, START + HOUR], [0.5, 0.0], "row 1 (2024-01-01 00:00 UTC): funding_rate is missing or beyond 0.1 per payment"),
}


@pytest.mark.parametrize("case", BAD_FUNDING)
def test_bad_funding_is_named(case: str, tmp_path: Path) -> None:
    """File, row and what was expected."""
    times, rates, line = BAD_FUNDING[case]
    write(tmp_path / "AUSDT-funding.parquet", {"time": times, "funding_rate": rates})
    with pytest.raises(DataError) as caught:
        Catalog(tmp_path).funding("AUSDT")
    assert [problem.message for problem in caught.value.problems] == [line]


def test_funding_without_its_column_is_refused(tmp_path: Path) -> None:
    """A file of bars under the name of funding."""
    write(tmp_path / "AUSDT-funding.parquet", columns(2))
    with pytest.raises(DataError, match="lacks funding_rate; it has time, open"):
        Catalog(tmp_path).funding("AUSDT")
