"""How much of what may be lost was used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.model.records import RULE_STATE, Outcome
from runner.model.rules import AmountOf, Code, Family, RuleRow
from runner.report.headroom import allowance, used
from runner.report.summary import summary
from tests.report import cases


def floor(**limit: Any) -> RuleRow:
    """A floor of the challenge."""
    return RuleRow(key="a", family=Family.FLOOR, code=Code.MAX_LOSS, **limit)


@pytest.mark.parametrize(
    ("row", "level", "money"),
    [
        (floor(amount=300.0), 9_000.0, 300.0),
        (floor(amount_fraction=0.1), 9_000.0, 1_000.0),
        (floor(amount_fraction=0.1, amount_of=AmountOf.ANCHOR), 9_000.0, 1_000.0),
    ],
    ids=["money", "of the initial balance", "of the anchor"],
)
def test_the_allowance_is_what_lies_between_anchor_and_floor(row: RuleRow, level: float, money: float) -> None:
    """In money."""
    assert float(np.max(allowance(row, np.array([level]), 10_000.0))) == pytest.approx(money)


def ran(*left: float, rows: tuple[RuleRow, ...]) -> Outcome:
    """A run under floors that came as near as `left` to each."""
    states = np.zeros(len(rows), RULE_STATE)
    states["worst_headroom"] = left
    states["worst_limit"] = 9_000.0
    book = cases.book()
    return cases.outcome(book=type(book)(**{**vars(book), "rows": rows}), rule_states=states)


@pytest.mark.parametrize(
    ("rows", "left", "money"),
    [
        pytest.param((floor(amount=500.0),), (380.0,), 120.0, id="one floor: the allowance less what was left"),
        pytest.param((floor(amount=500.0),), (500.0,), 0.0, id="untouched"),
        pytest.param((floor(amount=500.0),), (900.0,), 0.0, id="a floor that stands below its anchor for good"),
        pytest.param((floor(amount=500.0),), (0.0,), 500.0, id="at the floor"),
        pytest.param((floor(amount=500.0),), (-50.0,), 550.0, id="beyond it"),
        pytest.param((floor(amount=500.0),), (np.inf,), 0.0, id="never measured"),
        pytest.param((floor(amount=400.0), floor(amount=1_000.0)), (100.0, 700.0), 300.0, id="the daily floor was nearer"),
        pytest.param((floor(amount=400.0), floor(amount=1_000.0)), (300.0, 600.0), 160.0, id="the overall floor was nearer"),
        pytest.param((floor(amount_fraction=0.1, amount_of=AmountOf.ANCHOR),), (250.0,), 750.0, id="of the anchor"),
    ],
)
def test_the_largest_share_of_a_floor_counts_in_money_of_the_smallest(
    rows: tuple[RuleRow, ...], left: tuple[float, ...], money: float
) -> None:
    """Near to any floor is near to the end, whatever its allowance."""
    assert used(ran(*left, rows=rows)) == pytest.approx(money)


def test_an_account_without_floors_uses_its_deepest_fall() -> None:
    """From the high inside the first bar, 10,320, to the low inside the second, 10,148."""
    assert used(ran(rows=())) == pytest.approx(172.0)


def test_the_summary_divides_profit_by_headroom(tmp_path: Path) -> None:
    """233.5 won while 148 of the 500 of the daily floor were used; nothing is divided by nothing."""
    page = summary(cases.bot(tmp_path), cases.outcome(), [cases.stream()], {})
    assert (page["headroom_used"], page["profit_per_headroom"]) == (pytest.approx(148.0), pytest.approx(233.5 / 148.0))
    idle = cases.nothing()
    idle.rule_states["worst_headroom"][0] = 500.0
    page = summary(cases.bot(tmp_path), idle, [cases.stream(silent=True)], {})
    assert (page["headroom_used"], page["profit_per_headroom"]) == (0.0, None)
    keys = list(page)
    assert keys[keys.index("net_profit") :][:3] == ["net_profit", "profit_per_headroom", "headroom_used"]
