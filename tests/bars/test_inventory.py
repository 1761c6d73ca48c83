"""What lies in a folder."""

from __future__ import annotations

from pathlib import Path

from runner.bars.inventory import inventory
from tests.bars.making import HOUR, START, columns, write


def test_every_file_is_listed_with_its_gaps(tmp_path: Path) -> None:
    """Bars by symbol and timeframe, funding last, what cannot be used with its reason."""
    gappy = columns(10)
    gappy["time"] = [START + (n if n < 5 else n + 3) * HOUR for n in range(10)]
    write(tmp_path / "bybit" / "linear" / "BTCUSDT-1h.parquet", gappy)
    write(tmp_path / "bybit" / "linear" / "BTCUSDT-4h.parquet", columns(0))
    write(tmp_path / "bybit" / "linear" / "BTCUSDT-funding.parquet", {"time": [START], "funding_rate": [0.0001]})
    (tmp_path / "AUSDT-1h.parquet").write_text("bars, honestly")
    found = {entry.file.name: entry for entry in inventory(tmp_path)}
    assert list(found) == ["AUSDT-1h", *(f"bybit/linear BTCUSDT-{kind}" for kind in ("1h", "4h", "funding"))]
    hourly = found["bybit/linear BTCUSDT-1h"]
    assert (hourly.rows, hourly.missing, len(hourly.unexplained), hourly.explained) == (10, 3, 1, 0)
    assert (hourly.first_ms, hourly.last_ms) == (START, START + 13 * HOUR)
    assert (found["bybit/linear BTCUSDT-4h"].rows, found["bybit/linear BTCUSDT-4h"].first_ms) == (0, None)
    assert found["bybit/linear BTCUSDT-funding"].rows == 1
    assert found["AUSDT-1h"].fault.startswith("expected a Parquet file, was text")


def test_symbols_narrow_the_list(tmp_path: Path) -> None:
    """Only those asked for."""
    for name in ("AUSDT-1h", "BUSDT-1h"):
        write(tmp_path / f"{name}.parquet", columns(3))
    assert [entry.file.symbol for entry in inventory(tmp_path, ("BUSDT",))] == ["BUSDT"]
