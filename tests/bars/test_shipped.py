"""The bars, calendar and facts that ship are whole, small and what the manifest says."""

from __future__ import annotations

import json

import numpy as np
import pytest

from runner.bars.catalog import Catalog, load
from runner.bars.fingerprint import fingerprint
from runner.bars.funding import load as load_funding
from runner.bars.gaps import gaps
from runner.bars.shelf import shelf
from runner.bars.shipped import BARS, DATA
from runner.bars.when import when
from runner.model.bars import resample
from runner.model.duration import HOUR_MS

MANIFEST = {entry["file"]: entry for entry in json.loads((DATA / "manifest.json").read_text(encoding="utf-8"))}
FILES = {file.path.relative_to(BARS).as_posix(): file for file in shelf(BARS)}


def test_the_manifest_lists_exactly_the_files() -> None:
    """No file without an entry, no entry without a file, and nothing else in the folder."""
    there = {path.relative_to(BARS).as_posix() for path in BARS.rglob("*") if path.is_file()}
    assert there == set(MANIFEST) == set(FILES)
    assert len(there) == 8


def test_the_shipped_data_stays_small() -> None:
    """All data together is under 5 MB."""
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 5_000_000


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_each_file_is_valid_and_as_recorded(name: str) -> None:
    """Rows, first and last time and content are those of the manifest; no bar is missing."""
    file, entry = FILES[name], MANIFEST[name]
    if file.kind == "funding":
        history = load_funding(file.path)
        time, content = history.time, fingerprint(history)
    else:
        bars = load(file)
        time, content = bars.open_time, fingerprint(bars)
        assert gaps(bars) == []
    assert (len(time), when(time[0]), when(time[-1])) == (entry["rows"], entry["first"], entry["last"])
    assert content == entry["fingerprint"]


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_the_readme_names_each_file(name: str) -> None:
    """The people's table has a row for every file, with its number of rows."""
    line = next(
        line for line in (DATA / "README.md").read_text(encoding="utf-8").splitlines() if f"`{name.removesuffix('.parquet')}`" in line
    )
    assert f"{MANIFEST[name]['rows']:,}" in line


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
def test_the_issue_symbols_have_4h_and_1h_bars(symbol: str) -> None:
    """4h bars from the start of 2023 to the end of 2025, 1h bars beside them."""
    catalog = Catalog()
    bars = catalog.bars(symbol, "4h")
    assert when(bars.open_time[0]) == "2023-01-01 00:00 UTC"
    assert when(bars.open_time[-1]) > "2025-11-15"
    assert len(catalog.bars(symbol, "1h")) > 9_000


def test_sol_4h_says_that_it_is_spot() -> None:
    """A summary can tell spot from perpetual by the origin."""
    catalog = Catalog()
    assert catalog.bars("SOLUSDT", "4h").origin == "binance/spot SOLUSDT-4h"
    assert catalog.bars("BTCUSDT", "4h").origin == "binance/futures BTCUSDT-4h"


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
def test_1h_bars_make_the_4h_bars(symbol: str) -> None:
    """Resampled 1h bars equal the stored 4h bars, but for the two the README names."""
    catalog = Catalog()
    stored = catalog.bars(symbol, "4h")
    made = resample(catalog.bars(symbol, "1h"), 4 * HOUR_MS).between(int(stored.open_time[0]), int(stored.close_time[-1]))
    assert np.array_equal(made.open_time, stored.open_time)
    unlike = np.zeros(len(stored), np.bool_)
    for name in ("open", "high", "low", "close"):
        unlike |= getattr(made, name) != getattr(stored, name)
    unlike |= ~np.isclose(made.volume, stored.volume, rtol=1e-9)
    assert [when(time) for time in stored.open_time[unlike]] == ["2023-11-10 12:00 UTC", "2024-10-28 20:00 UTC"]


def test_funding_is_there_for_btc_and_eth_only() -> None:
    """Every eight hours on the hour; SOL has none."""
    catalog = Catalog()
    for symbol in ("BTCUSDT", "ETHUSDT"):
        history = catalog.funding(symbol)
        assert history is not None
        assert not history.assumed
        assert set(np.diff(history.time).tolist()) == {8 * HOUR_MS}
        assert set((history.time % (8 * HOUR_MS)).tolist()) == {0}
    assert catalog.funding("SOLUSDT") is None
