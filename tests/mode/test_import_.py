"""`runner mode=import` from the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.bars.texts import binance, coin, euro, mt5, written
from tests.command import command


def test_an_import_says_what_was_read_and_what_to_type(tmp_path: Path) -> None:
    """Shape, span, gaps, where it lies; the command it names runs on these bars."""
    written(tmp_path / "EURUSD_H1.csv", mt5(euro()))
    ran = command("mode=import", "file=EURUSD_H1.csv", "clock=New York+7h", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    read, stored, following = ran.out.splitlines()
    assert read == (
        "EURUSD_H1.csv  mt5, EURUSD 1h, 718 bars, 2020-02-24 00:00 UTC to 2020-04-03 23:00 UTC, 5 gaps explained by closed markets"
    ) or read.startswith("EURUSD_H1.csv  mt5, EURUSD 1h, 718 bars, 2020-02-24 00:00 UTC to ")
    assert stored == f"{tmp_path}/bars/mt5/import/EURUSD-1h.parquet  718 bars, 718 new, 0 there already"
    words = [word.strip("'") for word in following.removeprefix("next: runner ").split()]
    assert command(*words, "mode.quiet=true", home=tmp_path).status == 0


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    """Nor does the file change."""
    written(tmp_path / "BTCUSDT-4h-2024-01.csv", binance(coin()))
    command("mode=import", "file=BTCUSDT-4h-2024-01.csv", home=tmp_path)
    path = tmp_path / "bars/binance/import/BTCUSDT-4h.parquet"
    before = path.stat().st_mtime_ns
    ran = command("mode=import", "file=BTCUSDT-4h-2024-01.csv", home=tmp_path)
    assert "60 bars, 0 new, 60 there already" in ran.out
    assert path.stat().st_mtime_ns == before


def test_a_pattern_takes_several_files(tmp_path: Path) -> None:
    """Into the place that was named."""
    written(tmp_path / "in/BTCUSDT-4h-2024-01.csv", binance(coin().rows(slice(0, 31))))
    written(tmp_path / "in/BTCUSDT-4h-2024-02.csv", binance(coin().rows(slice(30, 60))))
    ran = command("mode=import", "file=in/BTCUSDT-4h-*.csv", "place=binance/futures", "root=mine", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("2 files  binance, BTCUSDT 4h, 60 bars")
    assert (tmp_path / "mine/binance/futures/BTCUSDT-4h.parquet").is_file()


def test_bars_that_disagree_change_nothing_until_asked(tmp_path: Path) -> None:
    """Row, time and values are said."""
    written(tmp_path / "BTCUSDT-4h.csv", binance(coin()))
    command("mode=import", "file=BTCUSDT-4h.csv", home=tmp_path)
    lines = binance(coin()).splitlines()
    cells = lines[4].split(",")
    lines[4] = ",".join([*cells[:4], cells[2], *cells[5:]])
    written(tmp_path / "BTCUSDT-4h.csv", "\n".join(lines))
    ran = command("mode=import", "file=BTCUSDT-4h.csv", home=tmp_path)
    assert ran.status == 2
    assert "row 5 (2024-01-01 16:00 UTC): stored close" in ran.err
    ran = command("mode=import", "file=BTCUSDT-4h.csv", "replace=true", home=tmp_path)
    assert "0 new, 59 there already, 1 replaced" in ran.out


def test_a_long_hole_is_allowed_in_the_command_it_names(tmp_path: Path) -> None:
    """Else that command would be refused at once."""
    bars = coin(300)
    written(tmp_path / "BTCUSDT-4h.csv", binance(bars.rows(np.r_[0:100, 120:300])))
    ran = command("mode=import", "file=BTCUSDT-4h.csv", home=tmp_path)
    following = ran.out.splitlines()[-1]
    assert "source.longest_gap=4d" in following
    words = [word.strip("'") for word in following.removeprefix("next: runner ").split()]
    assert command(*words, "mode.quiet=true", home=tmp_path).status == 0


REFUSED = {
    "no file named": ([], "expected file=…"),
    "a file that is not there": (["file=EURUSD_H4.csv"], "there is no file 'EURUSD_H4.csv'; nearest is EURUSD_H1.csv"),
    "a folder": (["file=."], "is a folder; file='./*.csv' means all in it"),
    "no clock": (["file=EURUSD_H1.csv"], "its weekends fit clock='New York+7h'"),
    "a misspelt clock": (["file=EURUSD_H1.csv", "clock=Europe/Athen"], "nearest is 'Europe/Athens'"),
    "the wrong clock": (["file=EURUSD_H1.csv", "clock=UTC"], "the clock looks wrong"),
    "a misspelt shape": (["file=EURUSD_H1.csv", "shape=mt4"], "shape"),
    "a symbol that leads elsewhere": (["file=EURUSD_H1.csv", "symbol=../../evil"], "expected a symbol of letters"),
    "a symbol with a slash": (["file=EURUSD_H1.csv", "symbol=btc/usdt"], "such as BTCUSDT, was 'btc/usdt'"),
    "a symbol with a space": (["file=EURUSD_H1.csv", "symbol=A B"], "was 'A B'"),
    "a place outside the root": (["file=EURUSD_H1.csv", "place=../../../evil"], "expected one or two folders under root, such as mt5/fx"),
    "an absolute place": (["file=EURUSD_H1.csv", "place=/evil"], "was '/evil'"),
    "a timeframe finer than the rows": (
        ["file=EURUSD_H1.csv", "clock=New York+7h", "timeframe=15m"],
        "expected rows 15m apart as timeframe= says, most are 1h apart; type timeframe=1h",
    ),
    "a place too deep to be read": (["file=EURUSD_H1.csv", "place=a/b/c"], "was 'a/b/c'"),
    "a decimal point announced as comma": (["file=EURUSD_H1.csv", "clock=New York+7h", "decimal=;"], "decimal"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_imported_is_refused(case: str, tmp_path: Path) -> None:
    """Exit status 2 and one line; no file."""
    written(tmp_path / "EURUSD_H1.csv", mt5(euro()))
    words, message = REFUSED[case]
    ran = command("mode=import", *words, home=tmp_path)
    assert ran.status == 2
    assert message in ran.err
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_decimal_comma_is_told_and_read(tmp_path: Path) -> None:
    """The words of the message are the words to type."""
    written(tmp_path / "EURUSD_H1.csv", mt5(euro(), decimal=","))
    ran = command("mode=import", "file=EURUSD_H1.csv", "clock=New York+7h", home=tmp_path)
    assert "a decimal comma; type decimal=," in ran.err
    assert command("mode=import", "file=EURUSD_H1.csv", "clock=New York+7h", "decimal=,", home=tmp_path).status == 0
