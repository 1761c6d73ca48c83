"""New bars beside stored ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runner.bars.merge import merge
from runner.model.errors import DataError
from tests.bars.making import HOUR, START, bars

PATH = Path("BTCUSDT-1h.parquet")


def test_new_bars_before_after_and_between_find_their_place() -> None:
    """Every time once, oldest first."""
    stored = bars("BTCUSDT", [1.0, 2.0, 3.0], [START + n * HOUR for n in (2, 3, 6)])
    fresh = bars("BTCUSDT", [9.0, 2.0, 8.0, 7.0], [START + n * HOUR for n in (0, 3, 4, 8)])
    merged = merge(PATH, stored, fresh)
    assert merged.bars.close.tolist() == [9.0, 1.0, 2.0, 8.0, 3.0, 7.0]
    assert (merged.added, merged.same, merged.replaced) == (3, 1, 0)


def test_the_first_bars_are_taken_as_they_are() -> None:
    """Nothing stored, or an empty file."""
    fresh = bars("BTCUSDT", [1.0, 2.0])
    assert merge(PATH, None, fresh).bars is fresh
    assert merge(PATH, bars("BTCUSDT", []), fresh).added == 2


def test_disagreement_names_rows_times_and_values() -> None:
    """Five of them, then how many more; nothing is joined."""
    stored, fresh = bars("BTCUSDT", [100.0] * 8), bars("BTCUSDT", [100.0, *[101.0] * 7])
    with pytest.raises(DataError, match="disagree; nothing was changed") as refused:
        merge(PATH, stored, fresh)
    lines = [problem.message for problem in refused.value.problems]
    assert lines[0].startswith("row 2 (2024-01-01 01:00 UTC): stored open 100, new 101; stored high 100, new 101")
    assert lines[-2:] == ["and 2 more bars", "replace=true takes the new bars instead of the stored ones"]


def test_the_new_ones_win_where_that_is_wanted() -> None:
    """And are counted."""
    merged = merge(PATH, bars("BTCUSDT", [1.0, 2.0]), bars("BTCUSDT", [1.0, 3.0]), overwrite=True)
    assert merged.bars.close.tolist() == [1.0, 3.0]
    assert (merged.same, merged.replaced) == (1, 1)


@pytest.mark.parametrize(("factor", "agree"), [(1 + 1e-10, True), (1 + 1e-8, False)], ids=["the last digit", "a real difference"])
def test_the_last_digit_of_a_number_is_no_difference(factor: float, agree: bool) -> None:
    """Text and binary do not round alike."""
    stored, fresh = bars("BTCUSDT", [100.0]), bars("BTCUSDT", [100.0 * factor])
    if agree:
        assert merge(PATH, stored, fresh).same == 1
    else:
        with pytest.raises(DataError):
            merge(PATH, stored, fresh)


def test_another_grid_is_refused() -> None:
    """Bars of half past do not fit between full hours."""
    fresh = bars("BTCUSDT", [1.0], [START + HOUR // 2])
    with pytest.raises(DataError, match="does not take the new bars; nothing was changed"):
        merge(PATH, bars("BTCUSDT", [1.0, 1.0]), fresh)


def test_further_columns_are_not_lost_silently() -> None:
    """Stored ones hold the new bars back, new ones are left out and it is said."""
    rich = replace(bars("BTCUSDT", [1.0, 1.0]), trades=np.array([3.0, 4.0]))
    with pytest.raises(DataError, match="holds trades and the new bars do not"):
        merge(PATH, rich, bars("BTCUSDT", [1.0, 1.0, 1.0]))
    merged = merge(PATH, bars("BTCUSDT", [1.0]), rich)
    assert merged.bars.trades is None
    assert merged.notes == ("trades left out: the stored bars have none",)
    whole = merge(PATH, rich, replace(bars("BTCUSDT", [1.0] * 3), trades=np.array([3.0, 4.0, 5.0])))
    assert whole.bars.trades is not None
    assert whole.bars.trades.tolist() == [3.0, 4.0, 5.0]
