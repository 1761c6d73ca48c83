"""Ranges as exact as they are typed: up to, but without, their stop, forwards and backwards."""

from __future__ import annotations

import pytest

from runner.compose.overrides import parsed
from runner.model.errors import ConfigError


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("range(0.003,0.007,0.002)", ["0.003", "0.005"]),
        ("range(0.001,0.01,0.001)", [f"0.00{digit}" for digit in range(1, 10)]),
        ("range(0.007,0.003,-0.002)", ["0.007", "0.005"]),
        ("range(0,1,0.25)", ["0.0", "0.25", "0.5", "0.75"]),
        ("range(1,4)", ["1", "2", "3"]),
        ("range(3)", ["0", "1", "2"]),
        ("range(5,5)", []),
        ("float(range(1,3))", ["1.0", "2.0"]),
        ("sort(range(0.003,0.007,0.002),reverse=true)", ["0.005", "0.003"]),
        ("sort(range(1,10,2),reverse=true)", ["9", "7", "5", "3", "1"]),
        ("sort(range(9,0,-4))", ["1", "5", "9"]),
        ("sort(range(5,5),reverse=true)", []),
        ("sort(3,1,2)", ["1", "2", "3"]),
        ("sort(choice(b,a))", ["a", "b"]),
    ],
)
def test_the_values_of_a_range(typed: str, values: list[str]) -> None:
    """Hydra's own has 0.007 in the first, 0.009000000000000001 in the second and 0.001 in the ninth."""
    (word,) = parsed([f"a.b={typed}"])
    assert list(word.sweep_string_iterator()) == values
    assert list(word.sweep_string_iterator()) == values


def test_a_range_keeps_its_order_of_chance_and_its_tags() -> None:
    """Shuffled it has the same numbers, sorted it has its tags."""
    (word,) = parsed(["a.b=shuffle(range(0.1,0.4,0.1))"])
    assert sorted(word.sweep_string_iterator()) == ["0.1", "0.2", "0.3"]
    (word,) = parsed(["a.b=sort(tag(log,range(1,4)),reverse=true)"])
    assert word.value().tags == {"log"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("range(1,5,0)", "expected a step that is not 0, was range(1,5,0)"),
        ("range(0.1,0.5,0.0)", "expected a step that is not 0, was range(0.1,0.5,0.0)"),
        ("range(1,inf)", "expected finite numbers, was range(1,inf,1)"),
        ("sort(range(1,nan),reverse=true)", "expected finite numbers, was range("),
        ("range(0.003,0.007)", "is one value, 0.003, for its step is 1; the step is the third number, range(0.003,0.007,STEP)"),
    ],
)
def test_what_is_no_range(typed: str, said: str) -> None:
    """One line, before anything is composed."""
    with pytest.raises(ConfigError) as refused:
        parsed([f"a.b={typed}"])
    (problem,) = refused.value.problems
    assert (problem.path, problem.message[: len(said)]) == (f"a.b={typed}", said)
