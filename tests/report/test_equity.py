"""equity.parquet: one row per mark, floors by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from runner.model.rules import Code, Family, RuleRow
from runner.report.equity import equity, floors
from tests.report import cases


def test_marks_are_written_as_they_are() -> None:
    """Time in UTC, balance, the bar's extremes, the close, the phase by name, the floor by its rule's name."""
    table = pa.table(equity(cases.outcome())).to_pylist()
    assert len(table) == 3
    assert table[1]["time"].isoformat() == "2024-01-03T00:00:00+00:00"
    assert {name: value for name, value in table[1].items() if name != "time"} == {
        "balance": 10_188.0,
        "equity_high": 10_218.0,
        "equity_low": 10_148.0,
        "equity": 10_188.0,
        "open_positions": 0,
        "phase": "challenge",
        "floor_daily": 9_500.0,
    }


def test_rules_of_one_name_share_a_column_over_phases() -> None:
    """The daily floor of challenge and verification is one column."""
    later = cases.marks(10_100.0, phase=1, first=4)
    later["floor"][:, 0] = 9_600.0
    ran = cases.outcome(equity=np.concatenate([cases.outcome().equity, later]))
    assert {name: column.tolist() for name, column in floors(ran).items()} == {"floor_daily": [9_500.0, 9_500.0, 9_500.0, 9_600.0]}


def test_floors_of_one_name_in_one_phase_are_told_apart() -> None:
    """Two rules called daily in two sections keep their whole path; a house floor shows that it is ours."""
    twin = RuleRow(key="program.phases.challenge.rules.extra.daily", family=Family.FLOOR, code=Code.DAILY_LOSS)
    house = RuleRow(key="house.floor", family=Family.FLOOR, code=Code.MAX_LOSS, firm=0)
    marks = cases.marks(10_000.0)
    marks["floor"] = [9_500.0, 9_400.0, 9_300.0, np.nan]
    ran = cases.outcome(book=cases.book(twin, house), equity=marks, floor_rules=((0, 5, 6), (4,)))
    assert list(floors(ran)) == ["floor_daily", "floor_extra_daily", "floor_house_floor"]
    same = replace(ran, floor_rules=((0, 0), ()))
    assert list(floors(same)) == ["floor_program_phases_challenge_rules_daily"]


def test_no_marks_make_an_empty_table_with_all_columns() -> None:
    """Reading programs find the same columns."""
    empty = pa.table(equity(cases.nothing()))
    assert (empty.num_rows, empty.column_names) == (0, pa.table(equity(cases.outcome())).column_names)
