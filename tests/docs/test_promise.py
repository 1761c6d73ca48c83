"""The example in docs/promise.md is what the machine does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from runner.model.bot import GateSettings
from runner.model.plan import SizingMethod
from runner.model.records import Outcome
from runner.model.rules import Anchor, Code, RuleBook, State
from tests.machine.build import Row, bars, book, fills, flat, floor, machine, plan, stream, trade

PAGE = " ".join((Path(__file__).resolve().parents[2] / "docs" / "promise.md").read_text(encoding="utf-8").split())
UP = [*flat(2), (100.0, 110.0, 100.0, 110.0)]
DOWN = [(110.0, 110.0, 100.0, 100.0), *flat(2)]
HALF = [100 + half / 2 for half in range(20)]
STEPS = [*flat(2), *((at, at + 0.5, at, at + 0.5) for at in HALF), *((at, at, at - 0.5, at - 0.5) for at in (110.0, 109.5, 109.0))]


def rules() -> RuleBook:
    """500 a day from the highest equity, 1,000 in all, a twentieth of each as margin."""
    daily = floor(Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount_fraction=0.05, margin=0.05)
    return book(daily, floor(Code.MAX_LOSS, anchor=Anchor.INITIAL, amount_fraction=0.10, margin=0.05))


def asks(risk: float) -> NDArray[Any]:
    """A plan with its stop at 98 that risks a share of the account."""
    return plan(1, stop=98.0, sizing_method=SizingMethod.RISK_OF_INITIAL, sizing_value=risk)


def jumping(to: float) -> Outcome:
    """Up to 110, down to 108.01, then an open at `to`."""
    rows: list[Row] = [*UP, (110.0, 110.0, 108.01, 108.01), (to, to, to, to), (to, to, to, to)]
    return trade(rows, asks(0.10), rules=rules())


def said(*figures: str) -> bool:
    """Whether the page mentions all of these."""
    return all(figure in PAGE for figure in figures)


def test_one_plan_that_wants_too_much() -> None:
    """237.5 of 500 units, bound by the daily floor, closed by the defence stop at 108 with 25 to spare."""
    outcome = trade([*UP, *DOWN], asks(0.10), rules=rules())
    answer = outcome.decisions[0]
    assert (answer["wanted"], answer["quantity"], answer["code"], answer["limit"]) == (500.0, 237.5, Code.DAILY_LOSS, 9525.0)
    assert fills(outcome) == [("ENTRY", 237.5, 100.0), ("DEFENCE", -237.5, 108.0)]
    assert (outcome.equity["high"].max(), outcome.equity["floor"][:, 0].max(), outcome.balance) == (12_375.0, 11_875.0, 11_900.0)
    assert said("500 units", "237.5 units", "`DAILY_LOSS`", "9,525", "12,375", "11,875", "11,900", "108, 475 below")


def test_the_same_market_without_the_gate() -> None:
    """500 units, the floor at 14,500, and the account is closed one point below the top."""
    outcome = trade(STEPS, asks(0.10), rules=rules(), gate=GateSettings(enabled=False))
    ended = outcome.phases[0]
    assert (ended["state"], ended["value"], ended["floor"]) == (State.FAILED, 14_500.0, 14_500.0)
    assert ended["ambiguous"] == 0
    assert said("a floor of 14,500 at the top")


@pytest.mark.parametrize(
    ("to", "balance", "state", "figures"),
    [(107.9, 11_876.25, State.ACTIVE, ("107.90", "23.75", "11,876.25")), (107.89, 11_873.875, State.FAILED, ("107.89", "26.13"))],
    ids=["within the margin", "beyond the margin"],
)
def test_a_jump(to: float, balance: float, state: State, figures: tuple[str, ...]) -> None:
    """The margin pays for a small jump through the stop and not for a larger one."""
    outcome = jumping(to)
    assert (outcome.balance, outcome.phases[0]["state"]) == (balance, state)
    assert said(*figures)


def test_five_plans_at_once() -> None:
    """Three in full, a quarter of the fourth, nothing of the fifth."""
    five = [stream(bars(flat(6), f"S{number}"), [asks(0.01)]) for number in range(5)]
    built = machine(*five, rules=rules())
    built.step()
    built.step()
    answers = built.world.decisions
    assert answers["quantity"].tolist() == [50.0, 50.0, 50.0, 12.5, 0.0]
    assert set(answers["wanted"].tolist()) == {50.0}
    assert answers["code"][3:].tolist() == [Code.DAILY_LOSS, Code.DAILY_LOSS]
    assert built.world.positions["give_back"].tolist()[:4] == [150.0, 150.0, 150.0, 25.0]
    assert said("| 4 | 50 | 12.5 |", "| 5 | 50 | 0 |", "take 450 of 475")
