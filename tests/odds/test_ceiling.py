"""The most a fair game can pass, by the examples of the formulas."""

from __future__ import annotations

import math

import pytest

from runner.model.rules import Anchor, Code, RuleBook, RuleRow
from runner.odds.ceiling import ceiling
from runner.odds.published import published, table
from tests.machine.build import book, counter, floor

FOLLOWING = Anchor.EQUITY_HIGH


def phases(*pairs: tuple[float, list[RuleRow]]) -> RuleBook:
    """Phases with a target and floors each."""
    rows = []
    for phase, (target, floors) in enumerate(pairs):
        rows += [counter(Code.PROFIT_TARGET, limit=target, phase=phase), *floors]
    return book(*rows, following=[*range(1, len(pairs)), -1])


@pytest.mark.parametrize(
    ("rules", "share"),
    [
        pytest.param(phases((0.10, [floor(amount_fraction=0.10)])), 0.5, id="10 and 10"),
        pytest.param(phases((0.05, [floor(amount_fraction=0.10)])), 2 / 3, id="5 and 10"),
        pytest.param(phases((0.10, [floor(amount_fraction=0.06)])), 0.375, id="10 and 6"),
        pytest.param(
            phases((0.08, [floor(amount_fraction=0.10)]), (0.05, [floor(amount_fraction=0.10, phase=1)])), 0.37037, id="two phases multiply"
        ),
        pytest.param(phases((0.06, [floor(amount=400.0, anchor=FOLLOWING)])), math.exp(-1.5), id="a floor that follows, in money"),
        pytest.param(
            phases((0.10, [floor(amount_fraction=0.06, anchor=FOLLOWING, lock=10_000.0)])),
            math.exp(-1) * 0.06 / 0.10,
            id="it stops at the start",
        ),
        pytest.param(
            phases((0.04, [floor(amount_fraction=0.06, anchor=FOLLOWING, lock=10_000.0)])), math.exp(-4 / 6), id="a target before it stops"
        ),
        pytest.param(
            phases((0.10, [floor(amount_fraction=0.04, anchor=FOLLOWING, lock_trigger=0.05)])),
            math.exp(-1.25) * 0.5,
            id="it stands from a profit on",
        ),
        pytest.param(phases((0.06, [floor(amount_fraction=0.04, anchor=Anchor.EOD_EQUITY_HIGH)])), 0.4, id="day ends only: as if it stood"),
        pytest.param(phases((0.10, [floor(amount_fraction=0.10), floor(amount_fraction=0.06)])), 0.375, id="of two floors the harder one"),
        pytest.param(phases((0.10, [])), 1.0, id="no overall floor bounds nothing"),
    ],
)
def test_ceilings(rules: RuleBook, share: float) -> None:
    """L / (L + T) for floors that stand, exp(-T / D) for those that follow, joined where they stop."""
    assert ceiling(rules, len(rules.phases) - 1).share == pytest.approx(share, abs=1e-5)


def test_the_formula_is_shown_with_its_numbers() -> None:
    """One line for each phase."""
    assert ceiling(phases((0.10, [floor(amount_fraction=0.06)])), 0).how == ("0: 0.06 / (0.06 + 0.1)",)


def test_published_rates_begin_with_the_firms_own() -> None:
    """FTMO's and those of many firms with two phases; a firm nobody wrote of has only the latter."""
    assert published("ftmo", 2)[0].who == "FTMO"
    assert all(rate.who != "FTMO" for rate in published("hyrotrader", 2))
    assert any("two phases" in rate.what for rate in published("hyrotrader", 2))
    assert not any("one phase" in rate.what for rate in published("hyrotrader", 2))


def test_every_published_rate_has_a_source() -> None:
    """A share between nothing and all, a weight and where it was read."""
    for row in table():
        assert 0 < float(row["share"]) < 1
        assert row["weight"] in ("good", "medium", "weak")
        assert row["source"].startswith("https://")
