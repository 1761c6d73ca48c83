"""Missing bars: explained, noted, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.bars.catalog import Catalog
from runner.bars.gaps import gaps
from runner.model.errors import DataError
from tests.bars.making import HOUR, START, bars, columns, write

DAY = 24 * HOUR
FRIDAY = START + 4 * DAY + 21 * HOUR  # 2024-01-05 21:00 UTC


def without(symbol: str, first_missing: int, count: int, *, start: int = START) -> list[int]:
    """Hourly times around a hole of `count` bars."""
    return [start + HOUR * n for n in range(first_missing)] + [start + HOUR * (n + first_missing + count) for n in range(5)]


CASES = {
    "crypto misses one bar": ("BTCUSDT", without("BTCUSDT", 5, 1), False),
    "fx misses two quiet hours": ("EURUSD", without("EURUSD", 60, 2), True),
    "fx misses three hours on a Thursday": ("EURUSD", without("EURUSD", 60, 3), False),
    "an fx weekend": ("EURUSD", [FRIDAY, FRIDAY + 50 * HOUR], True),
    "a crypto weekend": ("BTCUSDT", [FRIDAY, FRIDAY + 47 * HOUR], False),
    "gold over Christmas": ("XAUUSD", [START - 8 * DAY + 18 * HOUR, START - 6 * DAY], True),
    "a coin in dollars trades on Saturday": ("BTCUSD", [FRIDAY + 12 * HOUR, FRIDAY + 16 * HOUR], False),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_market_explains(case: str) -> None:
    """Weekends, holidays and short breaks explain gaps only where markets close."""
    symbol, times, explained = CASES[case]
    [gap] = gaps(bars(symbol, [1.0] * len(times), times))
    assert gap.explained is explained
    assert gap.start_ms == times[gap.row - 1] + HOUR
    assert gap.end_ms == times[gap.row]


def test_whole_series_have_no_gaps() -> None:
    """Nor have one bar and none."""
    for count in (0, 1, 50):
        assert gaps(bars("BTCUSDT", [1.0] * count)) == []


def store(folder: Path, symbol: str, missing: int) -> Catalog:
    """A catalog with one hole after the tenth bar of a Monday."""
    times = without(symbol, 10, missing)
    write(folder / f"{symbol}-1h.parquet", columns(len(times)) | {"time": times})
    return Catalog(folder)


def test_a_small_hole_is_noted(tmp_path: Path) -> None:
    """How many bars, how many places, and where the longest is."""
    catalog = store(tmp_path, "BTCUSDT", 3)
    catalog.bars("BTCUSDT", "1h")
    line = "BTCUSDT-1h misses 3 bars (gaps: 1); the longest: row 11 (2024-01-01 13:00 UTC): no bars since 2024-01-01 10:00 UTC"
    assert catalog.notes() == (line,)


@pytest.mark.parametrize(
    ("symbol", "hours", "limit", "end"), [("BTCUSDT", 48, "2d", "2024-01-03 11:00 UTC"), ("EURUSD", 96, "4d", "2024-01-05 11:00 UTC")]
)
def test_the_edge_of_an_absurd_hole(symbol: str, hours: int, limit: str, end: str, tmp_path: Path) -> None:
    """Two days around the clock, four where markets close: exactly that passes, one hour more is refused with its row."""
    assert len(store(tmp_path / "edge", symbol, hours).bars(symbol, "1h")) == 15
    with pytest.raises(DataError) as caught:
        store(tmp_path / "beyond", symbol, hours + 1).bars(symbol, "1h")
    [problem] = caught.value.problems
    assert problem.path == str(tmp_path / "beyond" / f"{symbol}-1h.parquet")
    assert problem.message == f"row 11 ({end}): no bars since 2024-01-01 10:00 UTC, more than the {limit} this market explains"


def test_the_longest_gap_can_be_set(tmp_path: Path) -> None:
    """For those who know their hole."""
    store(tmp_path, "BTCUSDT", 100)
    assert len(Catalog(tmp_path, longest_gap_ms=100 * HOUR).bars("BTCUSDT", "1h")) == 15
    store(tmp_path / "b", "BTCUSDT", 4)
    with pytest.raises(DataError, match=r"more than the 3h source\.longest_gap allows"):
        Catalog(tmp_path / "b", longest_gap_ms=3 * HOUR).bars("BTCUSDT", "1h")


def test_one_missing_weekly_bar_is_not_absurd(tmp_path: Path) -> None:
    """The limit is never less than one bar."""
    week = 7 * DAY
    write(tmp_path / "BTCUSDT-1w.parquet", columns(4, step=week) | {"time": [START, START + week, START + 3 * week, START + 4 * week]})
    assert len(Catalog(tmp_path).bars("BTCUSDT", "1w")) == 4
