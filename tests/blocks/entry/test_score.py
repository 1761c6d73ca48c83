"""The entry `score`."""

from typing import Any

import pytest

from blocks.entry.score import Score
from runner.model.block import Entry, Filter
from tests.blocks.speaking import Only, Says
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


@pytest.mark.parametrize(("threshold", "direction"), [(1.0, [1, 0, -1, 0, -1]), (3.0, [1, 0, 0, 0, -1]), (3.1, [0] * 5)])
def test_conditions_add_weight_to_the_side_they_let_pass(threshold: float, direction: list[int]) -> None:
    """A filter that passes longs adds two to a long part and nothing to a short one, another passes shorts only."""
    parts: dict[str, Entry] = {"a": Says(directions=[1, 0, -1, 0, -1]), "b": Says(directions=[0, 0, 0, 0, -1])}
    conditions: dict[str, Filter] = {"long": Only(direction=1), "short": Only(direction=-1)}
    block = Score(secondary=parts, conditions=conditions, weights={"long": 2.0, "short": 1.0}, threshold=threshold)
    signals = block.signals(FIVE)
    assert signals.direction.tolist() == direction
    assert signals.strength.tolist() == [3.0, 0.0, 2.0, 0.0, 3.0]
    assert signals.contributions["long"].tolist() == [1, 0, 0, 0, 0]
    assert signals.contributions["short"].tolist() == [0, 0, -1, 0, -1]


@pytest.mark.parametrize(("weight", "direction", "score"), [(0.9, 1, 1.0), (1.0, 0, 0.0), (1.1, -1, 1.1)])
def test_without_primary_parts_the_heavier_side_is_taken(weight: float, direction: int, score: float) -> None:
    """One part says long, another short; where they weigh the same nobody is right."""
    parts: dict[str, Entry] = {"up": UP, "down": Says(directions=[-1] * 5)}
    signals = Score(secondary=parts, weights={"down": weight}, threshold=0.0).signals(FIVE)
    assert set(signals.direction.tolist()) == {direction}
    assert set(signals.strength.tolist()) == {score}


def test_a_side_needs_a_part_that_speaks_for_it_now() -> None:
    """A heavy condition makes no short out of a long part, and an opinion that merely stands opens nothing."""
    conditions: dict[str, Filter] = {"short": Only(direction=-1)}
    parts: dict[str, Entry] = {"a": Says(directions=[0, 1, 0, 0, 0]), "b": Says(directions=[0, 0, 0, -1, 0])}
    block = Score(secondary=parts, conditions=conditions, weights={"short": 5.0}, within_bars=4, threshold=0.0)
    assert block.signals(FIVE).direction.tolist() == [0, 1, 0, -1, 0]


@pytest.mark.parametrize(("grade", "direction"), [(None, [1, 1, 1, 0, 1]), ("weak", [1, 0, 1, 0, 1]), ("strong", [1, 0, 0, 0, 0])])
def test_a_grade_stands_for_its_score(grade: str | None, direction: list[int]) -> None:
    """Scores of 7, 2, 3, 0 and 5 against 1 (the threshold), 3 and 7; how many grades are reached is told in either case."""
    parts: dict[str, Entry] = {
        "two": Says(directions=[1, 1, 0, 0, 1]),
        "three": Says(directions=[1, 0, 1, 0, 1]),
        "rest": Says(directions=[1] + [0] * 4),
    }
    grades = {"weak": 3.0, "normal": 5.0, "strong": 7.0}
    signals = Score(secondary=parts, weights={"two": 2.0, "three": 3.0, "rest": 2.0}, grades=grades, grade=grade).signals(FIVE)
    assert signals.direction.tolist() == direction
    assert signals.contributions["grade"].tolist() == [3, 0, 1, 0, 2]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"grade": "huge", "grades": {"weak": 3.0}}, r"expected one of the grades \(weak\), was 'huge'"),
        ({"grade": "weak"}, "expected one of the grades .there are none., was 'weak'"),
        ({"secondary": {}, "conditions": {"a": Only(direction=1)}}, "conditions alone never speak"),
        ({"conditions": {"up": Only(direction=1)}}, "wrong: up"),
        ({"primary": {"p": UP}, "weights": {"p": 1.0}}, "wrong: p"),
    ],
    ids=["no such grade", "no grades", "nobody speaks", "a name used twice", "a primary part has no weight"],
)
def test_contradictions_are_refused(changed: dict[str, Any], said: str) -> None:
    """Each with what is wrong."""
    with pytest.raises(ValueError, match=said):
        Score(**{"secondary": {"up": UP}, **changed})
