"""Files of other programs become the bars they were written from."""

from __future__ import annotations

import gzip
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from runner.bars.foreign import Wanted, finished, foreign, joined
from runner.model.bars import Bars
from runner.model.errors import DataError
from tests.bars.texts import HOUR, binance, bybit, coin, euro, generic, histdata, local, mt5, rows, tradingview, written


def same(found: Bars, origin: Bars) -> bool:
    """Whether time, prices and volume are equal."""
    return all(
        np.array_equal(getattr(found, name), getattr(origin, name)) for name in ("open_time", "open", "high", "low", "close", "volume")
    )


COINS: dict[str, tuple[str, Callable[[Bars], str], str]] = {
    "binance, milliseconds": ("BTCUSDT-4h-2024-01.csv", binance, "binance"),
    "binance, microseconds": ("BTCUSDT-4h-2025-01.csv", lambda bars: binance(bars, 1_000), "binance"),
    "binance with a header": ("BTCUSDT-4h-2024-01.csv", lambda bars: binance(bars, header=True), "binance"),
    "bybit": ("BTCUSDT_240_2024-01-01_2024-01-31.csv", bybit, "bybit"),
    "tradingview, seconds": ("BYBIT_BTCUSDT.P, 240.csv", tradingview, "tradingview"),
    "tradingview, UTC": ("BTCUSDT, 240.csv", lambda bars: tradingview(bars, iso="Z"), "tradingview"),
    "tradingview, an offset": ("BTCUSDT, 240.csv", lambda bars: tradingview(bars, iso="+01:00"), "tradingview"),
    "generic": ("BTCUSDT.csv", lambda bars: generic(bars, [f"{local(int(t), 'UTC'):%Y-%m-%d %H:%M}" for t in bars.open_time]), "generic"),
    "generic, the day first": (
        "BTCUSDT.csv",
        lambda bars: generic(
            bars, [f"{local(int(t), 'UTC'):%d.%m.%Y %H:%M:%S}.000" for t in bars.open_time], "Gmt time,Open,High,Low,Close,Volume"
        ),
        "generic",
    ),
    "generic without a header": ("BTCUSDT.csv", lambda bars: "\n".join(rows(bars, str, digits=2)), "generic"),
}


@pytest.mark.parametrize("case", COINS)
def test_every_shape_gives_back_the_bars(case: str, tmp_path: Path) -> None:
    """Recognised by the first line; symbol and timeframe from name and rows."""
    name, text, shape = COINS[case]
    found = foreign(written(tmp_path / name, text(coin())), Wanted())
    assert (found.shape, found.bars.symbol, found.bars.timeframe_ms) == (shape, "BTCUSDT", 4 * HOUR)
    assert same(found.bars, coin())


def test_plain_dates_are_generic_and_the_day_first_is_said(tmp_path: Path) -> None:
    """A header alone makes no export of TradingView; dots could mean either order to whoever reads the note."""
    header = "time,open,high,low,close,volume"
    text = generic(coin(), [f"{local(int(t), 'UTC'):%d.%m.%Y %H:%M}" for t in coin().open_time], header)
    found = foreign(written(tmp_path / "BTCUSDT.csv", text), Wanted())
    assert found.shape == "generic"
    assert "dates were read with the day first: 01.01.2024 is 2024-01-01" in found.notes


def test_takers_and_trades_are_kept(tmp_path: Path) -> None:
    """Binance tells how much of the volume bought."""
    bars = foreign(written(tmp_path / "BTCUSDT-4h.csv", binance(coin())), Wanted()).bars
    assert bars.buy_volume is not None
    assert bars.sell_volume is not None
    assert bars.trades is not None
    assert bars.buy_volume == pytest.approx(coin().volume / 4)
    assert bars.sell_volume == pytest.approx(coin().volume * 3 / 4)
    assert set(bars.trades) == {7.0}


CLOCKS = [
    pytest.param("America/New_York", 7, "New York+7h", id="New York and seven hours"),
    pytest.param("Europe/Athens", 0, "Europe/Athens", id="Athens"),
    pytest.param("Etc/GMT-2", 0, "UTC+2", id="two hours ahead all year"),
]


@pytest.mark.parametrize(("zone", "hours", "clock"), CLOCKS)
def test_a_server_clock_is_turned_into_utc(zone: str, hours: int, clock: str, tmp_path: Path) -> None:
    """Across both changes of the clocks."""
    path = written(tmp_path / "EURUSD_H1_202002240000_202004032300.csv", mt5(euro(), zone, hours))
    found = foreign(path, Wanted(clock=clock, force_clock=True))
    assert (found.shape, found.bars.symbol) == ("mt5", "EURUSD")
    assert same(found.bars, euro())


def test_histdata_has_no_summer_time(tmp_path: Path) -> None:
    """Its clock is known."""
    found = foreign(written(tmp_path / "DAT_ASCII_EURUSD_M1_2020.csv", histdata(euro())), Wanted(timeframe_ms=HOUR))
    assert found.shape == "histdata"
    assert same(found.bars, euro())
    assert found.notes == ("times were read as UTC-5, the clock of this shape (histdata); clock=… says otherwise",)


def test_metatrader_needs_a_clock(tmp_path: Path) -> None:
    """The one its weekends fit is named."""
    with pytest.raises(DataError) as refused:
        foreign(written(tmp_path / "EURUSD_H1.csv", mt5(euro())), Wanted())
    assert "expected clock=…" in str(refused.value)
    assert "its weekends fit clock='New York+7h'" in str(refused.value)


def test_a_clock_that_weekends_speak_against_is_refused(tmp_path: Path) -> None:
    """With the one that fits, and how to insist."""
    path = written(tmp_path / "EURUSD_H1.csv", mt5(euro()))
    with pytest.raises(DataError) as refused:
        foreign(path, Wanted(clock="UTC"))
    assert "with clock='UTC' 0 of 5 weekends begin and end when the market does" in str(refused.value)
    assert "type clock='New York+7h', or force_clock=true" in str(refused.value)
    kept = foreign(path, Wanted(clock="UTC", force_clock=True))
    assert kept.bars.open_time[0] == euro().open_time[0] + 2 * HOUR
    assert kept.notes[0].startswith("doubtful clock")


def test_a_clock_that_is_nearly_right_is_doubted(tmp_path: Path) -> None:
    """Athens changes three weeks after New York: its weekends in between are off."""
    text = mt5(euro(), "America/New_York", 7)
    with pytest.raises(DataError, match="2 of 5 weekends"):
        foreign(written(tmp_path / "EURUSD_H1.csv", text), Wanted(clock="Europe/Athens"))


def test_real_volume_goes_before_ticks(tmp_path: Path) -> None:
    """Where the broker knows it."""
    path = written(tmp_path / "EURUSD_H1.csv", mt5(euro()).replace("\t0\t3\r\n", "\t55\t3\r\n"))
    assert set(foreign(path, Wanted(clock="New York+7h")).bars.volume) == {55.0}


@pytest.mark.parametrize("text", [mt5(euro(), decimal=","), histdata(euro()).replace(".", ",")], ids=["mt5", "histdata"])
def test_decimal_commas_are_told(text: str, tmp_path: Path) -> None:
    """And read when they were announced."""
    path = written(tmp_path / "EURUSD_H1.csv", text)
    with pytest.raises(DataError, match=r"row 1: open is '1,\d+', a decimal comma; type decimal=,"):
        foreign(path, Wanted(clock="UTC", force_clock=True))
    assert np.array_equal(foreign(path, Wanted(clock="UTC", force_clock=True, decimal=",")).bars.open, euro().open)


def test_packed_and_marked_files_are_read(tmp_path: Path) -> None:
    """As archives hand them out, and as MetaTrader writes UTF-16."""
    text = binance(coin())
    packed = tmp_path / "BTCUSDT-4h-2024-01.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    archive = tmp_path / "BTCUSDT-4h-2024-01.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("BTCUSDT-4h-2024-01.csv", text)
        file.writestr("readme.txt", "about")
    for path in (packed, archive):
        assert same(foreign(path, Wanted()).bars, coin())
    wide = written(tmp_path / "EURUSD_H1.csv", "\ufeff" + mt5(euro()), "utf-16-le")
    assert same(foreign(wide, Wanted(clock="New York+7h")).bars, euro())


def test_rows_newest_first_are_turned_round(tmp_path: Path) -> None:
    """And it is said."""
    text = "\n".join(rows(coin(), str, digits=2)[::-1])
    found = foreign(written(tmp_path / "BTCUSDT.csv", text), Wanted())
    assert same(found.bars, coin())
    assert found.notes == ("rows came newest first and were turned round",)


def test_rows_that_occur_twice_word_for_word_count_once(tmp_path: Path) -> None:
    """Files glued together overlap."""
    lines = rows(coin(), str, digits=2)
    found = foreign(written(tmp_path / "BTCUSDT.csv", "\n".join([*lines[:30], *lines[29:]])), Wanted())
    assert same(found.bars, coin())
    assert found.notes == ("1 rows occurred twice, word for word, and count once",)


def changed(number: int, line: str) -> str:
    """The plain file with another line in it."""
    lines = rows(coin(), str, digits=2)
    lines[number] = line
    return "\n".join(lines)


FIRST = 1_704_067_200_000
BROKEN = {
    "a word for a price": (changed(3, f"{FIRST + 12 * HOUR},1,x,1,1,1"), r"row 4: high is 'x', expected a number"),
    "an empty cell": (changed(3, f"{FIRST + 12 * HOUR},1,,1,1,1"), r"row 4 \(2024-01-01 12:00 UTC\): high is missing"),
    "thousands": (changed(3, f'{FIRST + 12 * HOUR},1,"42,300.5",1,1,1'), "without marks between the thousands"),
    "too many cells": (changed(3, f"{FIRST + 12 * HOUR},1,1,1,1,1,1"), r"row 4: has 7 cells, the first line has 6"),
    "cut short": (changed(59, f"{FIRST + 59 * 4 * HOUR},1,1"), r"row 60: has 3 cells.*is the file cut short\?"),
    "no time": (changed(3, "soon,1,1,1,1,1"), r"row 4: expected a time such as .*was 'soon'"),
    "a time twice": (changed(3, f"{FIRST + 8 * HOUR},1,1,1,1,1"), r"row 4 \(2024-01-01 08:00 UTC\): time occurs twice"),
    "high below low": (changed(3, f"{FIRST + 12 * HOUR},2,1,3,2,1"), "high 1 is below low 3"),
    "no rows": ("", "was an empty file"),
    "a header and no rows": ("time,open,high,low,close\n", "was a header without any"),
    "one row": (f"{FIRST},1,1,1,1,1\n", "one row does not tell a timeframe; type timeframe=…"),
    "prose": ("Dear trader,\nthese are my bars", "expected a time and four prices"),
    "slashes": (generic(coin(), ["03/04/2024"] * 60), "with slashes day and month cannot be told apart"),
    "a header without close": ("time,open,high,low,volume\n1,2,3,4,5\n", "lacks close; its header has time, open, high, low, volume"),
    "an unknown shape": ("a,b,c,d,e\n1,2,3,4,5\n", "the first line is of no shape we know"),
    "a date that is none": (generic(coin(), ["2024-02-30 00:00"] * 60), "there is no such time"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_read_is_told_with_its_row(case: str, tmp_path: Path) -> None:
    """One line, no traceback."""
    text, message = BROKEN[case]
    with pytest.raises(DataError, match=message):
        foreign(written(tmp_path / "BTCUSDT.csv", text), Wanted())


def test_a_timeframe_that_is_not_the_rows_own_is_told(tmp_path: Path) -> None:
    """Resampling is the business of a run."""
    with pytest.raises(DataError, match="most rows are 4h apart, they were read as 8h"):
        foreign(written(tmp_path / "BTCUSDT.csv", binance(coin())), Wanted(timeframe_ms=8 * HOUR))


def test_remarks_above_the_header_are_skipped(tmp_path: Path) -> None:
    """And a file without volume says so."""
    lines = [
        line.rpartition(",")[0] for line in rows(coin(), lambda time: f"{time},{local(time, 'UTC'):%Y-%m-%d %H:%M:%S},BTCUSDT", digits=2)
    ]
    text = "\n".join(["https://www.example.org", "# bars", "unix,date,symbol,open,high,low,close", *lines])
    found = foreign(written(tmp_path / "BTCUSDT_4h.csv", text), Wanted())
    assert np.array_equal(found.bars.close, coin().close)
    assert "there is no volume in it; it counts as 0, and strategies that need volume (fvg) will not trade on it" in found.notes


def test_days_of_a_server_begin_when_its_midnight_is(tmp_path: Path) -> None:
    """Daily exports have no column of times."""
    text = "<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
    text += "".join(f"2020.03.0{day}\t1\t1\t1\t1\t5\t0\t1\n" for day in (4, 5, 6, 9))
    found = foreign(written(tmp_path / "EURUSD_D1.csv", text), Wanted(clock="New York+7h")).bars
    assert [str(np.datetime64(int(time), "ms"))[5:13] for time in found.open_time] == ["03-03T22", "03-04T22", "03-05T22", "03-08T21"]


def test_a_shape_that_is_insisted_on_has_to_fit(tmp_path: Path) -> None:
    """The first line says what it looks like."""
    path = written(tmp_path / "BTCUSDT-4h.csv", binance(coin()))
    with pytest.raises(DataError, match="expected the shape mt5, looks like binance"):
        foreign(path, Wanted(shape="mt5"))


def test_a_name_without_symbol_asks_for_one(tmp_path: Path) -> None:
    """And the words to type."""
    path = written(tmp_path / "export.csv", binance(coin()))
    with pytest.raises(DataError, match=r"its name tells no symbol; type symbol=…"):
        foreign(path, Wanted())
    assert foreign(path, Wanted(symbol="BTCUSDT")).bars.symbol == "BTCUSDT"


def test_files_of_one_series_are_joined(tmp_path: Path) -> None:
    """Overlapping where they agree; another timeframe is refused."""
    texts = {"BTCUSDT-4h-2024-01.csv": coin().rows(slice(0, 40)), "BTCUSDT-4h-2024-02.csv": coin().rows(slice(35, 60))}
    paths = [written(tmp_path / name, binance(bars)) for name, bars in texts.items()]
    assert same(joined([foreign(path, Wanted()) for path in paths], paths).bars, coin())
    other = written(tmp_path / "BTCUSDT-8h.csv", binance(coin().rows(slice(0, 60, 2))))
    with pytest.raises(DataError, match="holds BTCUSDT 8h, the files before it BTCUSDT 4h"):
        joined([foreign(path, Wanted()) for path in (*paths, other)], [*paths, other])


def spoilt(text: str, chance: random.Random) -> str:
    """The text with some of its characters changed, lost, repeated, or its end missing."""
    for _ in range(chance.choice([1, 1, 2, 5, 40])):
        at, kind = chance.randrange(max(1, len(text))), chance.random()
        strange = chance.choice(list('0123456789.,;:\t\n\r"-+ eEZTn<>/\\\x00é'))
        if kind < 0.5:
            text = text[:at] + strange + text[at + 1 :]
        elif kind < 0.7:
            text = text[:at] + text[at + chance.randrange(1, 30) :]
        elif kind < 0.9:
            text = text[:at] + strange * 3 + text[at:]
        else:
            text = text[: at + 1]
    return text


@pytest.mark.parametrize("seed", range(6))
def test_spoilt_files_are_read_or_refused(seed: int, tmp_path: Path) -> None:
    """Whatever a file holds: bars that pass every check, or lines that say what is wrong."""
    chance = random.Random(seed)
    texts = [binance(coin(20)), bybit(coin(20)), mt5(euro().rows(slice(0, 60))), histdata(euro().rows(slice(0, 60))), tradingview(coin(20))]
    for _ in range(50):
        path = written(tmp_path / "BTCUSDT.csv", spoilt(chance.choice(texts), chance))
        lines = refusal(path, Wanted(clock=chance.choice([None, "UTC", "New York+7h"]), decimal=chance.choice(".,")))
        assert all(line and "\n" not in line for line in lines)


def refusal(path: Path, wanted: Wanted) -> list[str]:
    """The lines a file is refused with; none when it gives bars."""
    try:
        foreign(path, wanted)
    except DataError as refused:
        return [problem.line() for problem in refused.problems]
    return []


def test_an_unfinished_last_bar_is_left_out() -> None:
    """At its close it is complete."""
    last = int(coin().close_time[-1])
    assert len(finished(coin(), last)[0]) == 60
    left, notes = finished(coin(), last - 1)
    assert (len(left), len(notes)) == (59, 1)
