"""Files that are written are the files that are read, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runner.bars.catalog import Catalog
from runner.bars.fingerprint import fingerprint
from runner.bars.funding import load as load_funding
from runner.bars.write import nothing_there, probe, write_bars, write_funding
from runner.model.errors import DataError
from runner.model.stream import Funding
from tests.bars.texts import coin


def test_bars_come_back_as_they_went(tmp_path: Path) -> None:
    """To the last bit, further columns included."""
    rich = replace(coin(), trades=np.arange(60, dtype=np.float64))
    write_bars(tmp_path / "a" / "b" / "BTCUSDT-4h.parquet", rich)
    found = Catalog(tmp_path).bars("BTCUSDT", "4h")
    assert fingerprint(found) == fingerprint(rich)


def test_funding_comes_back_as_it_went(tmp_path: Path) -> None:
    """Times and rates."""
    paid = Funding(time=np.array([0, 28_800_000], np.int64), rate=np.array([0.0001, -0.0003]))
    write_funding(tmp_path / "BTCUSDT-funding.parquet", paid)
    assert fingerprint(load_funding(tmp_path / "BTCUSDT-funding.parquet")) == fingerprint(paid)


def test_spans_without_bars_travel_in_the_file(tmp_path: Path) -> None:
    """A file that says nothing, or is none, remembers none."""
    path = tmp_path / "BTCUSDT-4h.parquet"
    write_bars(path, coin(), [(5, 9), (1, 2), (8, 12)])
    assert nothing_there(path) == [(1, 2), (5, 12)]
    write_bars(path, coin())
    assert nothing_there(path) == nothing_there(tmp_path / "none.parquet") == []


@pytest.mark.parametrize("attempt", [lambda path: write_bars(path, coin()), probe], ids=["write", "probe"])
def test_a_place_that_takes_no_file_is_told(attempt: object, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "bybit").write_text("in the way")
    with pytest.raises(DataError, match="could not be written"):
        attempt(tmp_path / "bybit" / "BTCUSDT-4h.parquet")  # type: ignore[operator]


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    """Neither by a probe nor by writing twice."""
    path = tmp_path / "BTCUSDT-4h.parquet"
    probe(path)
    write_bars(path, coin())
    write_bars(path, coin())
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
