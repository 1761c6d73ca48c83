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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ("exit@strategy.exit.stop=percent_stop",),
            [
                (
                    "PercentStop has no 'multiple'; it has fraction; it was meant for the atr_stop that stood here; "
                    "to drop it type ~strategy.exit.stop.multiple"
                )
            ],
            id="a value for the block that was there",
        ),
        pytest.param(("exit@strategy.exit.stop=percent_stop", "~strategy.exit.stop.multiple"), [], id="dropped"),
        pytest.param(("strategy.exit.stop.multipel=2",), ["AtrStop has no 'multipel'; nearest is 'multiple'"], id="a slip of one's own"),
        pytest.param(("exit@strategy.exit.stop=shipped/atr_stop",), [], id="the same block"),
    ],
)
def test_values_of_a_block_that_was_swapped_say_whose_they_are(words: tuple[str, ...], said: list[str], tmp_path: Path) -> None:
    """The file that wrote them chose another block; the message names it, and how to drop the value."""
    found = examine(compose(["strategy=zones", "account=own_money", *words], Menu(tmp_path)))
    assert [problem.message for problem in found.problems] == said
