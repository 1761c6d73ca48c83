"""Reasons: a comparison holds as it reads."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from runner.model.reason import Reason, above, at_least, at_most, below, beyond

Compare = Callable[[str, float, float], Reason]


@pytest.mark.parametrize(
    ("compare", "held"),
    [(at_least, (False, True, True)), (above, (False, False, True)), (at_most, (True, True, False)), (below, (True, False, False))],
    ids=["at least", "above", "at most", "below"],
)
def test_a_comparison_holds_as_it_reads(compare: Compare, held: tuple[bool, bool, bool]) -> None:
    """Under the bound, at it, over it."""
    assert tuple(compare("x", value, 2.0).holds for value in (1.0, 2.0, 3.0)) == held


@pytest.mark.parametrize("compare", [at_least, above, at_most, below])
def test_what_is_not_known_holds_nowhere(compare: Compare) -> None:
    """A column that is not warm."""
    assert not compare("x", math.nan, 2.0).holds
    assert not compare("x", 2.0, math.nan).holds


def test_beyond_is_above_for_a_long_and_below_for_a_short() -> None:
    """The direction decides."""
    assert (beyond("x", 3.0, 2.0, 1).relation, beyond("x", 1.0, 2.0, -1).relation) == ("above", "below")
    assert beyond("x", 3.0, 2.0, 1).holds
    assert beyond("x", 1.0, 2.0, -1).holds
