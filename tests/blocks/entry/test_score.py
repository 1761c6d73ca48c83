"""The entry `score`."""

import pytest

from blocks.entry.score import Score
from runner.model.block import Entry
from tests.blocks.speaking import Says
from tests.samples import market

FIVE = market([1, 2, 3, 4, 5])
UP = Says(directions=[1] * 5)


@pytest.mark.parametrize(("threshold", "direction"), [(1.49, [1, 1, 0, 0, 0]), (1.5, [1, 1, 0, 0, 0]), (1.51, [1, 0, 0, 0, 0])])
def test_weights_of_those_that_agree_add_up(threshold: float, direction: list[int]) -> None:
    """Both agree on the first bar (2.5), one on the second (1.5), the other on the third (1), none on the rest."""
    secondary: dict[str, Entry] = {"a": Says(directions=[1, 1, 0, 0, -1]), "b": Says(directions=[1, 0, 1, 0, -1])}
    block = Score(primary={"up": UP}, secondary=secondary, weights={"a": 1.5}, threshold=threshold)
    signals = block.signals(FIVE)
    assert signals.direction.tolist() == direction
    assert signals.strength.tolist() == [2.5, 1.5, 1.0, 0.0, 0.0]


def test_weight_does_not_replace_a_primary_part() -> None:
    """Without all primary parts no weight is enough."""
    block = Score(primary={"up": UP, "not": Says(directions=[0] * 5)}, secondary={"a": UP}, weights={"a": 9.0})
    assert not block.signals(FIVE).direction.any()


def test_weights_of_unknown_parts_are_refused() -> None:
    """A misspelt part would otherwise weigh 1 without a word."""
    with pytest.raises(ValueError, match="wrong: trnd"):
        Score(primary={"up": UP}, secondary={"trend": UP}, weights={"trnd": 2.0})
