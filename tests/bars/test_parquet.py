"""Files as columns: what is accepted, what is refused, and with which words."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runner.bars.catalog import Catalog
from runner.bars.validate import faults
from runner.model.duration import milliseconds
from runner.model.errors import DataError
from tests.bars.making import HOUR, START, columns, write

NAN, INF = float("nan"), float("inf")


def refused(root: Path, timeframe: str = "1h") -> list[str]:
    """The lines with which the catalog refuses TESTUSDT."""
    with pytest.raises(DataError) as caught:
        Catalog(root).bars("TESTUSDT", timeframe)
    assert caught.value.title == f"TESTUSDT-{timeframe}.parquet cannot be used"
    assert {problem.path for problem in caught.value.problems} == {str(root / f"TESTUSDT-{timeframe}.parquet")}
    return [problem.message for problem in caught.value.problems]


BAD_ROWS: dict[str, tuple[dict[tuple[str, int], Any], list[str]]] = {
    "high below low": (
        {("high", 3): 90.0},
        [
            "row 4 (2024-01-01 03:00 UTC): high 90 is below low 98",
        ],
    ),
    "first row": ({("close", 0): NAN}, ["row 1 (2024-01-01 00:00 UTC): close is missing"]),
    "missing first time": ({("time", 0): None}, ["row 1: time is missing"]),
    "open above high": ({("open", 2): 103.0}, ["row 3 (2024-01-01 02:00 UTC): open 103 is outside 98 to 102"]),
    "open below low": ({("open", 2): 97.5}, ["row 3 (2024-01-01 02:00 UTC): open 97.5 is outside 98 to 102"]),
    "close above high": ({("close", 9): 102.5}, ["row 10 (2024-01-01 09:00 UTC): close 102.5 is outside 98 to 102"]),
    "close below low": ({("close", 0): 1.0}, ["row 1 (2024-01-01 00:00 UTC): close 1 is outside 98 to 102"]),
    "nan price": ({("close", 4): NAN}, ["row 5 (2024-01-01 04:00 UTC): close is missing"]),
    "null price": ({("low", 4): None}, ["row 5 (2024-01-01 04:00 UTC): low is missing"]),
    "null volume": ({("volume", 9): None}, ["row 10 (2024-01-01 09:00 UTC): volume is missing"]),
    "infinite volume": ({("volume", 1): INF}, ["row 2 (2024-01-01 01:00 UTC): volume is infinite"]),
    "negative volume": ({("volume", 1): -1.0}, ["row 2 (2024-01-01 01:00 UTC): volume is -1, expected zero or more"]),
    "zero price": ({("low", 5): 0.0}, ["row 6 (2024-01-01 05:00 UTC): low is 0, expected a positive price"]),
    "negative price": ({("low", 5): -2.5}, ["row 6 (2024-01-01 05:00 UTC): low is -2.5, expected a positive price"]),
    "missing time": ({("time", 6): None}, ["row 7 (after 2024-01-01 05:00 UTC): time is missing"]),
    "duplicate time": (
        {("time", 4): START + 3 * HOUR},
        ["row 5 (2024-01-01 03:00 UTC): time occurs twice"],
    ),
    "time goes back": (
        {("time", 4): START + HOUR},
        ["row 5 (2024-01-01 01:00 UTC): time goes back, the row before is 2024-01-01 03:00 UTC"],
    ),
    "off the grid": (
        {("time", 9): START + 9 * HOUR + 1000},
        ["row 10 (2024-01-01 09:00:01 UTC): opens at 09:00:01, expected a full hour: 09:00 or 10:00"],
    ),
    "several rows of a kind": (
        {("close", 4): NAN, ("close", 5): NAN, ("close", 7): NAN},
        ["row 5 (2024-01-01 04:00 UTC): close is missing (and 2 more rows)"],
    ),
    "several kinds": (
        {("volume", 8): -1.0, ("high", 3): 90.0, ("close", 4): NAN},
        [
            "row 5 (2024-01-01 04:00 UTC): close is missing",
            "row 9 (2024-01-01 08:00 UTC): volume is -1, expected zero or more",
            "row 4 (2024-01-01 03:00 UTC): high 90 is below low 98",
        ],
    ),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_named(case: str, tmp_path: Path) -> None:
    """Each fault gives one line with row, time and values."""
    changes, lines = BAD_ROWS[case]
    values = columns(10)
    for (name, row), value in changes.items():
        values[name][row] = value
    write(tmp_path / "TESTUSDT-1h.parquet", values)
    assert refused(tmp_path) == lines


OFF = {
    "a minute late": ("4h", HOUR // 60, "opens at 00:01, expected a full hour: 00:00 or 01:00"),
    "a part of a second": ("1h", 500, "opens at 00:00:00.500, expected a full hour: 00:00 or 01:00"),
    "five minutes": ("5m", HOUR // 30, "opens at 00:02, expected a multiple of 5m: 00:00 or 00:05"),
    "one minute": ("1m", 30_000, "opens at 00:00:30, expected a full minute: 00:00 or 00:01"),
    "time of the close": (
        "1h",
        HOUR - 1,
        "opens at 00:59:59.999, expected a full hour: 00:00 or 01:00; is this the time of the close?",
    ),
}


@pytest.mark.parametrize(("timeframe", "late", "said"), OFF.values(), ids=OFF)
def test_bars_that_open_between_are_told_where_bars_open(timeframe: str, late: int, said: str, tmp_path: Path) -> None:
    """What was found and what was expected, as times of the day."""
    write(tmp_path / f"TESTUSDT-{timeframe}.parquet", columns(3, step=milliseconds(timeframe), start=START + late))
    assert refused(tmp_path, timeframe)[0].partition("): ")[2] == f"{said} (and 2 more rows)"


def test_overlapping_bars_are_named(tmp_path: Path) -> None:
    """4h bars that open two hours after each other cannot both be right."""
    values = columns(4, step=4 * HOUR)
    values["time"][2] -= 2 * HOUR
    write(tmp_path / "TESTUSDT-4h.parquet", values)
    assert refused(tmp_path, "4h") == ["row 3 (2024-01-01 06:00 UTC): opens before the bar of 2024-01-01 04:00 UTC is complete"]


def test_brokers_4h_bars_may_start_at_any_hour(tmp_path: Path) -> None:
    """A broker's day does not begin at midnight UTC."""
    write(tmp_path / "TESTUSDT-4h.parquet", columns(4, step=4 * HOUR, start=START + HOUR))
    assert len(Catalog(tmp_path).bars("TESTUSDT", "4h")) == 4


BAD_KINDS: dict[str, tuple[dict[str, pa.DataType], str]] = {
    "text price": ({"close": pa.string()}, "close: expected float64, was text"),
    "float32 price": ({"open": pa.float32()}, "open: expected float64, was float32"),
    "time as number": ({"time": pa.int64()}, "time: expected timestamps, was whole numbers (int64)"),
    "time as text": ({"time": pa.string()}, "time: expected timestamps, was text"),
    "time as date": ({"time": pa.date32()}, "time: expected timestamps, was date32[day]"),
}


@pytest.mark.parametrize("case", BAD_KINDS)
def test_a_wrong_type_is_named(case: str, tmp_path: Path) -> None:
    """Column, expectation and the type found."""
    types, line = BAD_KINDS[case]
    values = columns(3)
    for name in types:
        values[name] = [str(value) for value in values[name]] if types[name] == pa.string() else values[name]
    if case == "time as date":
        values["time"] = [19_723, 19_724, 19_725]
    write(tmp_path / "TESTUSDT-1h.parquet", values, types)
    assert refused(tmp_path) == [line]


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    """What is lacking and what is there."""
    values = columns(3)
    del values["close"], values["volume"]
    write(tmp_path / "TESTUSDT-1h.parquet", values)
    assert refused(tmp_path) == ["lacks close, volume; it has time, open, high, low"]


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    """Text in a .parquet file is an error of the data, not of ours."""
    (tmp_path / "TESTUSDT-1h.parquet").write_text("time,open\n1,2\n")
    assert refused(tmp_path) == ["expected a Parquet file, was text; type runner mode=import file=… to bring it in"]


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    """A spreadsheet under the wrong name."""
    (tmp_path / "TESTUSDT-1h.parquet").write_bytes(b"PK\x03\x04" + bytes(range(200)))
    assert refused(tmp_path) == ["expected a Parquet file, was another kind of file"]


def test_a_folder_of_that_name_is_refused(tmp_path: Path) -> None:
    """Some programs write a folder of pieces."""
    (tmp_path / "TESTUSDT-1h.parquet").mkdir()
    assert refused(tmp_path) == ["expected a Parquet file, was a folder"]


def test_a_file_with_damaged_values_is_refused(tmp_path: Path) -> None:
    """Its frame is whole, so the library's words speak of compression; ours do not."""
    path = write(tmp_path / "TESTUSDT-1h.parquet", columns(500))
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes(byte ^ 255 for byte in whole[100:2000]) + whole[2000:])
    assert refused(tmp_path) == ["expected a Parquet file, was a damaged one; write or copy it again"]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """Zero bytes are not a table without rows."""
    (tmp_path / "TESTUSDT-1h.parquet").touch()
    assert refused(tmp_path) == ["expected a Parquet file, was an empty file"]


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    """A download that broke off."""
    path = write(tmp_path / "TESTUSDT-1h.parquet", columns(500))
    path.write_bytes(path.read_bytes()[:-300])
    assert refused(tmp_path) == ["expected a Parquet file, was the beginning of one, its end is missing; write or copy it again"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_every_kind_of_timestamp_is_the_same_instant(unit: str, zone: str | None, tmp_path: Path) -> None:
    """Without a zone it is UTC; with one the stored instant counts, not the zone it is shown in."""
    values = columns(3)
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    times = [time // 1000 * per_second for time in values["time"]]
    write(tmp_path / "TESTUSDT-1h.parquet", values | {"time": times}, {"time": pa.timestamp(unit, zone)})
    assert Catalog(tmp_path).bars("TESTUSDT", "1h").open_time.tolist() == [START, START + HOUR, START + 2 * HOUR]


def test_a_part_of_a_millisecond_is_refused(tmp_path: Path) -> None:
    """A time is never rounded in silence."""
    values = columns(3)
    values["time"] = [time * 1000 for time in values["time"]]
    values["time"][1] += 7
    write(tmp_path / "TESTUSDT-1h.parquet", values, {"time": pa.timestamp("us", "UTC")})
    assert refused(tmp_path) == ["row 2 (2024-01-01 01:00 UTC): time is not a whole millisecond"]


def test_optional_columns_are_kept_and_others_ignored(tmp_path: Path) -> None:
    """buy_volume, sell_volume and trades are read where they are; anything else is not our business."""
    values = columns(3) | {"buy_volume": [1.0, 2.0, 3.0], "trades": [7, 8, 9], "note": [0.0, 0.0, 0.0]}
    write(tmp_path / "TESTUSDT-1h.parquet", values, {"trades": pa.int64()})
    bars = Catalog(tmp_path).bars("TESTUSDT", "1h")
    assert bars.buy_volume is not None
    assert bars.trades is not None
    assert bars.sell_volume is None
    assert bars.trades.tolist() == [7.0, 8.0, 9.0]


@pytest.mark.parametrize(
    ("count", "price", "volume"),
    [(0, 100.0, 5.0), (1, 100.0, 5.0), (5, 100.0, 0.0), (5, 1e-5, 5.0)],
    ids=["none", "one", "zero volume", "1e-5"],
)
def test_unusual_but_right_bars_are_read(count: int, price: float, volume: float, tmp_path: Path) -> None:
    """No bar, one bar, no volume and tiny prices are all fine; arrays are ours and writable."""
    write(tmp_path / "TESTUSDT-1h.parquet", columns(count, price=price) | {"volume": [volume] * count})
    bars = Catalog(tmp_path).bars("TESTUSDT", "1h")
    assert len(bars) == count
    for name, kind in (("open_time", np.int64), ("open", np.float64), ("volume", np.float64)):
        column = getattr(bars, name)
        assert column.dtype == kind
        assert column.flags.writeable
        assert column.flags.c_contiguous


def test_no_bars_at_all_are_noted(tmp_path: Path) -> None:
    """A file without rows is not silently nothing."""
    write(tmp_path / "TESTUSDT-1h.parquet", columns(0))
    catalog = Catalog(tmp_path)
    catalog.bars("TESTUSDT", "1h")
    assert catalog.notes() == ("TESTUSDT-1h holds no bars",)
    assert len(catalog.bars("TESTUSDT", "4h")) == 0


def test_several_row_groups_are_one_series(tmp_path: Path) -> None:
    """Files written piece by piece read like any other; rows count through."""
    values = columns(100)
    values["high"][77] = 1.0
    table = pa.table({name: pa.array(column, pa.timestamp("ms") if name == "time" else pa.float64()) for name, column in values.items()})
    pq.write_table(table, tmp_path / "TESTUSDT-1h.parquet", row_group_size=9)
    assert refused(tmp_path)[0].startswith("row 78 (2024-01-04 05:00 UTC): high 1 is below low 98")


def test_a_damaged_file_is_refused_or_right(tmp_path: Path) -> None:
    """Whatever bytes are flipped, there are valid bars or a DataError, never anything else."""
    path = write(tmp_path / "TESTUSDT-1h.parquet", columns(60))
    whole, rng = path.read_bytes(), random.Random(5)
    refusals = 0
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[rng.randrange(len(whole))] = rng.randrange(256)
        path.write_bytes(damaged)
        try:
            assert faults(Catalog(tmp_path).bars("TESTUSDT", "1h")) == []
        except DataError:
            refusals += 1
    assert refusals > 50
