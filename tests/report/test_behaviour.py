"""What a reviewer would ask about: martingale, grid, all-in; at their edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.model.plan import empty_plans
from runner.model.records import DECISION, FILL, TRADE, Answer, Outcome, Reason
from runner.model.rules import Code, Family, RuleRow, Severity
from runner.report.behaviour import behaviour
from runner.report.warnings import warnings
from tests.report import cases

HOUR = 3_600_000
START = cases.MIDNIGHT


def detector(code: Code, **fields: Any) -> RuleRow:
    """A detector of the house, in the first phase."""
    return RuleRow(key="house.watch", family=Family.COUNTER, code=code, severity=Severity.WARN, firm=0, **fields)


MARTINGALE = detector(Code.MARTINGALE, limit=1.5, limit_2=0.0, count=2)
GRID = detector(Code.GRID, limit=0.25, count=4)
ALL_IN = detector(Code.ALL_IN, limit=0.5, limit_2=0.5)


def said(outcome: Outcome, rule: RuleRow, leverage: float | None = None) -> list[str]:
    """What the detector says of these trades."""
    return list(behaviour(replace(outcome, book=cases.book(rule)), [cases.stream()], leverage))


def traded(*rows: tuple[float, float], gap: float = 1.0) -> NDArray[Any]:
    """Trades one after the other, an hour each: (risk, profit); `gap` hours from one opening to the next."""
    trades = np.zeros(len(rows), TRADE)
    for n, (risk, profit) in enumerate(rows):
        trades[n]["position"], trades[n]["risk"], trades[n]["profit"] = n + 1, risk, profit
        trades[n]["opened"] = START + int(n * gap * HOUR)
        trades[n]["closed"] = trades[n]["opened"] + HOUR
        trades[n]["quantity"], trades[n]["entry_price"], trades[n]["side"] = risk / 10, 100.0, 1
    return trades


@pytest.mark.parametrize(
    ("rows", "gap", "found"),
    [
        pytest.param([(100, -1), (150, -1), (225, 1)], 1.0, True, id="half as much again after each of two losses"),
        pytest.param([(100, -1), (150, -1), (224.9, 1)], 1.0, False, id="the second raise a little less"),
        pytest.param([(100, -1), (150, 1), (225, 1)], 1.0, False, id="a winner between"),
        pytest.param([(100, -1), (150, -1), (150, -1), (225, 1)], 1.0, False, id="not after each loss"),
        pytest.param([(100, -1), (150, -1), (225, 1)], 0.5, False, id="opened before the loss was known"),
        pytest.param([(100, -1), (150, -1)], 1.0, False, id="one raise"),
    ],
)
def test_martingale(rows: Sequence[tuple[float, float]], gap: float, found: bool) -> None:
    """The trades by number, when the last of them was opened, and their sizes."""
    line = "house.watch: trade 1, 2, 3, 2024-01-01T02:00:00Z: size raised after each of 2 losses in a row (100.00 → 150.00 → 225.00)"
    assert said(cases.outcome(trades=traded(*rows, gap=gap)), MARTINGALE) == ([f"{line}; a reviewer would ask why"] if found else [])


def test_martingale_by_notional() -> None:
    """Ten units, then twenty, then forty at 100; the risk stays what it is."""
    trades = traded((100, -1), (200, -1), (400, 1))
    trades["risk"] = 50.0
    assert said(cases.outcome(trades=trades), MARTINGALE) == []
    assert "(1,000.00 → 2,000.00 → 4,000.00)" in said(cases.outcome(trades=trades), replace(MARTINGALE, limit_2=1.0))[0]


def entered(*prices: float, position: int = 1) -> NDArray[Any]:
    """Entries of one position, an hour apart."""
    fills = np.zeros(len(prices), FILL)
    fills["price"], fills["position"], fills["side"], fills["quantity"] = prices, position, 1, 1.0
    fills["time"] = START + HOUR * np.arange(len(prices))
    fills["reason"] = [Reason.ENTRY, *[Reason.ADD] * (len(prices) - 1)]
    return fills


@pytest.mark.parametrize(
    ("prices", "found"),
    [
        pytest.param((100, 99, 98, 97), True, id="even steps down"),
        pytest.param((100, 99, 98), False, id="one entry fewer"),
        pytest.param((100, 99.25, 98, 97), True, id="a step of 0.75 of the mean and one of 1.25"),
        pytest.param((100, 99.26, 98, 97), False, id="a little less even"),
        pytest.param((100, 90, 89, 88, 87), True, id="the last four"),
        pytest.param((100, 100, 100, 100), False, id="all at one price"),
    ],
)
def test_grid_of_an_open_position(prices: tuple[float, ...], found: bool) -> None:
    """Four entries at even distances within a quarter."""
    lines = said(cases.outcome(fills=entered(*prices), decisions=np.zeros(0, DECISION)), GRID)
    assert len(lines) == found
    if found:
        assert "4 entries of BTCUSDT about" in lines[0]


@pytest.mark.parametrize(("count", "apart", "found"), [(4, 1, True), (3, 1, False), (4, 2, False)])
def test_grid_of_resting_orders(count: int, apart: int, found: bool) -> None:
    """Orders of one side that live five hours each: four at once, or never."""
    plans, decisions = empty_plans(count), np.zeros(count, DECISION)
    plans["side"], plans["expires_ms"] = -1, 5 * HOUR
    plans["time"] = decisions["time"] = START + apart * HOUR * np.arange(count)
    decisions["answer"] = Answer.EXPIRED
    lines = said(cases.outcome(fills=np.zeros(0, FILL), plans=plans, decisions=decisions), GRID)
    assert ["4 sell entries of BTCUSDT resting at once" in line for line in lines] == [True] * found


@pytest.mark.parametrize(
    ("risk", "price", "leverage", "what"),
    [
        pytest.param(250.0, 100.0, None, "", id="half of the firm's daily allowance of 500"),
        pytest.param(250.1, 100.0, None, "50% of the allowance at risk", id="more than half"),
        pytest.param(10.0, 5_000.0, 1.0, "", id="half of the balance as margin"),
        pytest.param(10.0, 5_001.0, 1.0, "50% of the balance as margin", id="more than half as margin"),
        pytest.param(10.0, 5_001.0, 10.0, "", id="a tenth of it with leverage"),
    ],
)
def test_all_in(risk: float, price: float, leverage: float | None, what: str) -> None:
    """One position of one unit on 10,000."""
    trades = traded((risk, 1.0))
    trades["quantity"], trades["entry_price"] = 1.0, price
    fills = entered(price)
    fills["balance"] = 10_000.0
    lines = said(cases.outcome(trades=trades, fills=fills), ALL_IN, leverage)
    assert lines == ([f"house.watch: trade 1, 2024-01-01T00:00:00Z: {what} in one position; a reviewer would ask why"] if what else [])


def test_a_run_s_warnings_say_it_once_with_how_often(tmp_path: Path) -> None:
    """Two chains of raises, the first one named; a phase that was never entered says nothing."""
    rows = [(100, -1), (150, -1), (225, 1)] * 2
    outcome = cases.outcome(
        rule_states=cases.rule_states(7), trades=traded(*rows), book=cases.book(MARTINGALE, replace(MARTINGALE, key="later", phase=1))
    )
    found = [line for line in warnings(cases.bot(tmp_path), outcome, [cases.stream()]) if "reviewer would ask" in line]
    assert len(found) == 1
    assert found[0].startswith("house.watch: trade 1, 2, 3,")
    assert "; 2 times in all; a reviewer would ask why" in found[0]
