"""Numbers and times as they are written."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runner.report.figures import amounts, iso, minute, moments, money, number, numbers, text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(10_250.123456789, 10_250.12345679, id="money keeps eight decimals"),
        pytest.param(-1e-12, 0.0, id="a residue below the grain is nothing"),
        pytest.param(math.nan, None, id="not a number is None"),
        pytest.param(math.inf, None, id="infinity is None"),
    ],
)
def test_money_is_rounded_to_its_grain(value: float, written: float | None) -> None:
    """Money is compared and written with eight decimals."""
    assert money(value) == written
    assert str(money(-1e-12)) == "0.0"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(0.1 + 0.2, "0.3", id="last bits are dropped"),
        pytest.param(1e-5, "0.00001", id="small prices have no exponent"),
        pytest.param(61_250.10000000001, "61250.1", id="twelve significant digits"),
        pytest.param(1e15, "1000000000000000", id="large numbers have no exponent"),
        pytest.param(100.0, "100", id="whole numbers have no point"),
        pytest.param(-0.0, "0", id="no minus zero"),
        pytest.param(math.nan, "", id="nothing for what is not a number"),
    ],
)
def test_numbers_are_written_shortest_and_plain(value: float, written: str) -> None:
    """A price or quantity reads as a person would write it."""
    assert text(number(value)) == written


def test_times_are_iso_in_utc_with_milliseconds_only_where_needed() -> None:
    """Whole seconds stay short, a place inside a bar shows its milliseconds, zero means never."""
    assert iso(1_709_280_000_000) == "2024-03-01T08:00:00Z"
    assert iso(1_709_280_000_007) == "2024-03-01T08:00:00.007Z"
    assert iso(0) is None
    assert minute(1_709_280_000_000) == "2024-03-01 08:00"


@given(st.floats())
@example(-0.0)
@example(1e-8)
@example(4.9e-9)
@example(999_999.999_999_995)
@example(99_999_999_999.95)
@example(-1e6)
def test_a_column_is_written_as_its_values_are_one_by_one(value: float) -> None:
    """The quick ways for the commonest numbers change no digit."""
    assert amounts([value]) == [text(money(value))]
    assert numbers([value]) == [text(number(value))]


@given(st.lists(st.integers(0, 4_102_444_800_000), max_size=5))
def test_a_column_of_times_is_written_as_they_are_one_by_one(times: list[int]) -> None:
    """Never is empty, milliseconds only where needed."""
    assert moments(np.array(times, np.int64)) == [iso(time) or "" for time in times]
