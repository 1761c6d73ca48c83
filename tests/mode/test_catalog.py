"""`runner mode=catalog` from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.bars.making import HOUR, START, columns, write
from tests.command import command


def test_a_folder_is_listed(tmp_path: Path) -> None:
    """A line per file, gaps with the bars they lack, faults at the end."""
    gappy = columns(10)
    gappy["time"] = [START + (n if n < 5 else n + 3) * HOUR for n in range(10)]
    write(tmp_path / "bars/bybit/linear/BTCUSDT-1h.parquet", gappy)
    (tmp_path / "bars/ETHUSDT-1h.parquet").write_text("no bars")
    ran = command("mode=catalog", "gaps=true", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    header, row, gap, fault, total = ran.out.splitlines()
    assert header.split() == ["symbol", "timeframe", "bars", "from", "to", "gaps", "explained", "size", "where"]
    assert row.split()[:9] == ["BTCUSDT", "1h", "10", "2024-01-01", "00:00", "2024-01-01", "13:00", "1", "(3)"]
    assert row.endswith("bybit/linear")
    assert gap == "  bybit/linear BTCUSDT-1h  row 6 (2024-01-01 08:00 UTC): no bars since 2024-01-01 05:00 UTC"
    assert fault.startswith("  cannot be used  ETHUSDT-1h.parquet  expected a Parquet file, was text")
    assert total.startswith(f"2 files under {tmp_path}/bars")


def test_without_bars_of_ones_own_the_shipped_ones_are_listed(tmp_path: Path) -> None:
    """And it is said."""
    ran = command("mode=catalog", "symbols=SOLUSDT", home=tmp_path)
    assert ran.status == 0
    assert "is not there yet; these are the bars that ship" in ran.out
    assert "binance/futures" in ran.out
    assert "BTCUSDT" not in ran.out


def test_the_folder_of_the_source_is_listed(tmp_path: Path) -> None:
    """What a backtest would read."""
    write(tmp_path / "mine/BTCUSDT-1h.parquet", columns(3))
    assert "BTCUSDT" in command("mode=catalog", "source.root=mine", home=tmp_path).out


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the nearest one."""
    write(tmp_path / "mine/BTCUSDT-1h.parquet", columns(3))
    ran = command("mode=catalog", "root=mien", home=tmp_path)
    assert ran.status == 2
    assert "mine" in ran.err


def test_a_folder_without_bars_says_what_lies_there(tmp_path: Path) -> None:
    """Names that were nearly right."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/BTCUSDT_1h.csv").write_text("time,open")
    ran = command("mode=catalog", "root=mine", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "holds no bars; found BTCUSDT_1h.csv" in ran.out


def test_what_is_not_as_expected_is_said_plainly(tmp_path: Path) -> None:
    """A symbol there is not, only unusable files, a folder that is not there, a file in its place."""
    write(tmp_path / "mine/BTCUSDT-1h.parquet", columns(3))
    assert "holds no bars of BTCUSD; nearest is BTCUSDT" in command("mode=catalog", "root=mine", "symbols=BTCUSD", home=tmp_path).out
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/BTCUSDT-1h.parquet").write_text("no bars")
    assert command("mode=catalog", "root=bad", home=tmp_path).out.startswith("no file here can be used\n  cannot be used")
    gone = command("mode=catalog", "root=/nonexist", home=tmp_path)
    assert (gone.status, "source.root" in gone.err) == (2, False)
    (tmp_path / "bars").write_text("in the way")
    blocked = command("mode=catalog", home=tmp_path)
    assert (blocked.status, "bars is a file" in blocked.err) == (2, True)
