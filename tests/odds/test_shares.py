"""Counting: everything adds up, causes are named as people do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.model.rules import Anchor, Code
from runner.odds.results import ATTEMPT, Ending
from runner.odds.shares import levels, shares, spread
from tests.machine.build import book, counter, floor

TWO = book(
    counter(Code.PROFIT_TARGET, limit=0.10),
    floor(Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount_fraction=0.05),
    floor(Code.MAX_LOSS, amount=600.0),
    counter(Code.PROFIT_TARGET, amount=500.0, phase=1),
    following=[1, -1],
)
ONE = book(counter(Code.PROFIT_TARGET, limit=0.10), floor(Code.DAILY_LOSS, amount_fraction=0.05))


def rows(*endings: tuple[Ending, int, Code]) -> NDArray[Any]:
    """Attempts that ended so, in a phase, by a rule."""
    found = np.zeros(len(endings), ATTEMPT)
    for row, (outcome, phase, code) in zip(found, endings, strict=True):
        row["outcome"], row["phase"], row["code"], row["cause"] = outcome, phase, code, -1
    return found


def test_causes_are_counted_by_phase_and_rule_most_frequent_first() -> None:
    """Two daily floors of the first phase, one of the second, an overall floor; passed and unfinished beside them."""
    attempts = rows(
        (Ending.FAILED, 0, Code.MAX_LOSS),
        (Ending.FAILED, 0, Code.DAILY_LOSS),
        (Ending.FAILED, 1, Code.DAILY_LOSS),
        (Ending.FAILED, 0, Code.DAILY_LOSS),
        (Ending.PASSED, 1, Code.NONE),
        (Ending.UNFINISHED, 0, Code.NONE),
    )
    attempts["ambiguous"][1] = 1
    found = shares(TWO, attempts)
    named = [(cause.label, cause.count, cause.ambiguous) for cause in found.causes]
    assert named == [("daily floor in 0", 2, 1), ("overall floor in 0", 1, 0), ("daily floor in 1", 1, 0)]
    assert (found.passed, found.failed, found.unfinished, found.ambiguous) == (1, 4, 1, 1)
    assert attempts["cause"].tolist() == [1, 0, 2, 0, -1, -1]


@pytest.mark.parametrize("seed", range(5))
def test_shares_always_add_up(seed: int) -> None:
    """Whatever the endings: passed, causes and unfinished are all starts."""
    dice = np.random.default_rng(seed)
    attempts = rows(*((Ending(int(dice.integers(3))), int(dice.integers(2)), Code(int(dice.choice([1, 2, 45])))) for _ in range(200)))
    found = shares(TWO, attempts)
    assert found.passed + sum(cause.count for cause in found.causes) + found.unfinished == found.starts == 200
    whole = found.passed / 200 + sum(cause.share for cause in found.causes) + found.unfinished / 200
    assert whole == pytest.approx(1.0, abs=1e-12)


def test_the_phase_is_named_where_there_are_several_to_pass() -> None:
    """One phase needs no name."""
    assert [cause.label for cause in shares(ONE, rows((Ending.FAILED, 0, Code.DAILY_LOSS))).causes] == ["daily floor"]


def test_a_spent_allowance_is_a_cause_of_its_own() -> None:
    """Whatever ended the account afterwards; a breach of the floor itself is another."""
    found = rows((Ending.FAILED, 0, Code.MAX_LOSS), (Ending.FAILED, 0, Code.INACTIVITY), (Ending.FAILED, 0, Code.MAX_LOSS))
    found["spent"] = [1, 1, 0]
    causes = shares(book(counter(Code.PROFIT_TARGET, limit=0.1)), found).causes
    assert [(cause.label, cause.count) for cause in causes] == [("spent allowance", 2), ("overall floor", 1)]
    assert found["cause"].tolist() == [0, 0, 1]


def test_a_spread_has_quartiles() -> None:
    """Of one to five; of nothing, nothing."""
    found = spread(np.array([5.0, 1.0, 2.0, 4.0, 3.0]))
    assert (found.count, found.least, found.lower, found.median, found.upper, found.most) == (5, 1, 2, 3, 4, 5)
    assert np.isnan(spread(np.zeros(0)).median)


def test_levels_are_shares_of_the_balance() -> None:
    """Floors and targets of each phase, in fractions, whether written as such or as money."""
    found = [(one.phase, one.kind, round(one.level, 6)) for one in levels(TWO)]
    assert found == [(0, "target", 1.10), (0, "trailing", 0.95), (0, "floor", 0.94), (1, "target", 1.05)]
