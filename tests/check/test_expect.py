"""What a field that takes a text of one kind says of a number."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.check import examine
from runner.compose import compose
from runner.menu import Menu


@pytest.mark.parametrize(
    ("word", "said"),
    [
        pytest.param("strategy.timeframe=12", "expected a duration such as '30s', '5m', '4h' or '1d', was 12", id="a timeframe"),
        pytest.param(
            "strategy.detail_timeframe=1", "expected a duration such as '30s', '5m', '4h' or '1d', was 1", id="one that may be null"
        ),
        pytest.param(
            "strategy.entry.when.trend.timeframe=4.5", "expected a duration such as '30s', '5m', '4h' or '1d', was 4.5", id="a block's"
        ),
        pytest.param("mode.start=2024", "expected a date such as '2024-01-31', was 2024", id="a date"),
        pytest.param("account.name=7", "expected text, was 7 (put quotes around it: '7')", id="a text that could be a number"),
    ],
)
def test_the_kind_of_text_is_named(word: str, said: str, tmp_path: Path) -> None:
    """Quotes are advised only where they would help."""
    found = examine(compose(["strategy=fvg", "account=own_money", word], Menu(tmp_path)))
    assert [problem.message for problem in found.problems] == [said]
