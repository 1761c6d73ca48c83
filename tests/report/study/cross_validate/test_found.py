"""The sentence of a cross-validation, and its distributions."""

from __future__ import annotations

import numpy as np
import pytest

from runner.report.study.cross_validate.found import sentence, spread
from tests.report.study.cross_validate.cases import study


def test_the_sentence_counts_the_paths_that_earned() -> None:
    """The middle one, the range, and hindsight beside it."""
    found = study()
    profits = found.profits
    said = sentence(found)
    assert 0 < found.lost < 5
    assert f"earned out of sample on {5 - found.lost} of 5 paths: " in said
    assert f"{np.median(profits):+,.0f}" in said or f"{np.median(profits):+,.2f}" in said
    assert "where the best of 8 tries in hindsight earned" in said


def test_all_earned_or_all_lost() -> None:
    """In so many words."""
    assert "settings earned out of sample on all 5 paths: +" in sentence(study(drift=1.0))
    lost = sentence(study(drift=-1.0))
    assert "settings lost out of sample on all 5 paths: -" in lost
    assert "in hindsight lost " in lost


def test_a_single_path_has_no_middle() -> None:
    """Plain purged cross-validation: each group held out once."""
    said = sentence(study(drift=1.0, held=1))
    assert said.startswith("Chosen on the other days, settings earned ")
    assert "middle" not in said


def test_five_numbers() -> None:
    """Of what was measured; of nothing no numbers."""
    made = spread(np.array([4.0, np.nan, 0.0, 2.0, 1.0, 3.0]))
    assert (made.least, made.lower, made.median, made.upper, made.most) == (0.0, 1.0, 2.0, 3.0, 4.0)
    assert np.isnan(spread(np.array([np.nan])).median)


def test_less_is_better_is_shown_as_on_the_page() -> None:
    """A score of -30 is a figure of 30."""
    found = study(by="-metrics.worst_drawdown")
    assert found.shown(-30.0) == 30.0
    assert study().shown(-30.0) == -30.0


def test_the_chosen_are_counted_over_all_splits() -> None:
    """Most often first."""
    picked = study().picked()
    assert sum(count for _, count in picked) == 15
    assert [count for _, count in picked] == sorted((count for _, count in picked), reverse=True)
    assert picked[0][1] == pytest.approx(np.bincount(study().crossed.chosen).max())
