"""Runs give the values that golden.json holds, on every Python and machine; a change on purpose is written by `scripts/golden`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.golden import RUNS, taken, written


@pytest.mark.parametrize("name", RUNS)
def test_a_run_leaves_the_same_values_as_ever(name: str, tmp_path: Path) -> None:
    """Fills, equity, decisions, settings and summary (but for the time it took and our version) are those of golden.json."""
    assert taken(name, tmp_path) == written()[name]


def test_golden_holds_these_runs_and_no_others() -> None:
    """A run taken out of the list leaves nothing behind."""
    assert list(written()) == list(RUNS)
