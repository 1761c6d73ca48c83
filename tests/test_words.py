"""Helpers of messages."""

from __future__ import annotations

import pytest

from runner.words import counted, listed


@pytest.mark.parametrize(
    ("count", "last"),
    [(3, "2"), (8, "7"), (9, "8"), (10, "9"), (11, "7 and 3 more"), (30, "7 and 22 more")],
    ids=str,
)
def test_a_list_is_cut_where_that_hides_several(count: int, last: str) -> None:
    """One or two more names are no longer than the words that would hide them."""
    assert listed(map(str, range(count))).endswith(f" {last}")


def test_things_are_counted_in_words_people_write() -> None:
    """One problem, several problems."""
    assert [counted(number) for number in (1, 2)] == ["1 problem", "2 problems"]
