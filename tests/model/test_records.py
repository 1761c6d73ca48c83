"""The equity record: rows are made from stretches and marks."""

from __future__ import annotations

import numpy as np

from runner.model.records import MARK, STRETCH, EquityRecord

TIME = np.arange(5, dtype=np.int64) * 60_000


def record() -> EquityRecord:
    """Flat for two instants, then a position for two, then flat again with less money and a lower floor."""
    stretches = np.zeros(3, STRETCH)
    stretches["row"], stretches["flat"] = [0, 2, 4], [1, 0, 1]
    stretches["balance"], stretches["open_positions"] = [100.0, 99.5, 98.0], [0, 1, 0]
    stretches["floor"][:, 0] = [95.0, 95.0, 94.0]
    marks = np.array([(101.0, 99.0, 100.5), (102.0, 97.0, 98.5)], MARK)
    return EquityRecord(time=TIME, stretches=stretches, marks=marks)


def test_rows_repeat_what_a_stretch_shares() -> None:
    """Balance, floors and open positions hold until the next stretch."""
    rows = record().rows
    assert rows["time"].tolist() == TIME.tolist()
    assert rows["balance"].tolist() == [100.0, 100.0, 99.5, 99.5, 98.0]
    assert rows["open_positions"].tolist() == [0, 0, 1, 1, 0]
    assert rows["floor"][:, 0].tolist() == [95.0, 95.0, 95.0, 95.0, 94.0]


def test_rows_of_a_flat_account_are_its_balance_and_the_others_their_marks() -> None:
    """High, low and close come from marks only where something was open."""
    rows = record().rows
    assert rows["high"].tolist() == [100.0, 100.0, 101.0, 102.0, 98.0]
    assert rows["low"].tolist() == [100.0, 100.0, 99.0, 97.0, 98.0]
    assert rows["close"].tolist() == [100.0, 100.0, 100.5, 98.5, 98.0]


def test_the_last_equity_needs_no_rows() -> None:
    """The last equity is known before any row is made."""
    whole = record()
    assert whole.last == 98.0
    assert EquityRecord(time=TIME[:4], stretches=whole.stretches[:2], marks=whole.marks).last == 98.5
    assert "rows" not in vars(whole)


def test_an_empty_record_has_no_rows() -> None:
    """A run that ended before its first bar closed."""
    empty = EquityRecord(time=TIME[:0], stretches=np.zeros(0, STRETCH), marks=np.zeros(0, MARK))
    assert (len(empty), len(empty.rows)) == (0, 0)
