"""Hydra's sweep syntax as a space: what each way of writing means, what a point is as words, and what is refused."""

from __future__ import annotations

import math

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from runner.compose.overrides import parsed
from runner.model.errors import ConfigError
from runner.search.space import Dimension, Space, Value, space


def one(word: str) -> Dimension:
    """The dimension a word is."""
    (dimension,) = space(parsed([word])).dimensions
    return dimension


@pytest.mark.parametrize(
    ("word", "described", "count"),
    [
        ("a=range(5,30)", "whole(5..29 by 1)", 25),
        ("a=range(30,120,10)", "whole(30..110 by 10)", 9),
        ("a=range(30,5,-5)", "whole(10..30 by 5)", 5),
        ("a=range(0,1,0.1)", "real(0.0..0.9 by 0.1)", 10),
        ("a=float(range(1,4))", "real(1.0..3.0 by 1.0)", 3),
        ("a=shuffle(range(1,4))", "whole(1..3 by 1)", 3),
        ("a=interval(1,4)", "real(1.0..4.0)", math.inf),
        ("a=int(interval(1,4))", "whole(1..4 by 1)", 4),
        ("a=tag(log,interval(0.1,4))", "real(0.1..4.0 log)", math.inf),
        ("a=tag(log,range(1,5))", "whole(1..4 by 1 log)", 4),
        ("a=1,2,3,2", "choice(1,2,3)", 3),
        ("a=choice(x,[y,z],true)", "choice(x,[y,z],True)", 3),
        ("a=shuffle(c,a,b)", "choice(a,b,c)", 3),
    ],
)
def test_every_way_to_sweep_is_a_dimension(word: str, described: str, count: float) -> None:
    """A range runs up to but without its end, as everywhere in Hydra; an interval holds both of its ends."""
    dimension = one(word)
    assert (dimension.described(), dimension.count()) == (described, count)
    if count < math.inf:
        assert len(dimension.values()) == count


@pytest.mark.parametrize(
    ("word", "distribution"),
    [
        ("a=range(30,120,10)", IntDistribution(30, 110, step=10)),
        ("a=range(0,1,0.1)", FloatDistribution(0.0, 0.9, step=0.1)),
        ("a=interval(1,4)", FloatDistribution(1.0, 4.0)),
        ("a=tag(log,interval(0.1,4))", FloatDistribution(0.1, 4.0, log=True)),
        ("a=tag(log,int(interval(1,4)))", IntDistribution(1, 4, log=True)),
        ("a=x,y", CategoricalDistribution(("x", "y"))),
    ],
)
def test_a_dimension_is_a_distribution_of_optunas(word: str, distribution: object) -> None:
    """Bounds, steps and logarithm arrive as they were typed."""
    assert one(word).distribution() == distribution


@pytest.mark.parametrize(
    ("word", "value", "text"),
    [
        ("a=range(0,1,0.1)", 0.30000000000000004, "0.3"),
        ("a=range(0,1,0.1)", 0.7999999999999999, "0.8"),
        ("a=interval(1,4)", 2.123456789, "2.12346"),
        ("a=interval(1.00000001,4)", 1.00000001, "1.00000001"),
        ("a=range(5,30)", 7.0, "7"),
        ("a=x,y", "y", "y"),
    ],
)
def test_a_value_is_typed_as_people_would(word: str, value: float | str, text: str) -> None:
    """Steps are exact, other numbers have six digits and stay inside the interval."""
    assert one(word).text(value) == text


def test_a_point_is_the_words_of_a_job() -> None:
    """In the order typed, the standing words among them."""
    found = space(parsed(["+strategy=ema_cross", "++strategy.entry.fast=range(5,30)", "exit@strategy.exit.stop=atr_stop,swing_stop"]))
    point: dict[str, Value] = {"strategy.entry.fast": 9, "exit@strategy.exit.stop": "swing_stop"}
    assert found.typed(point) == ["+strategy=ema_cross", "++strategy.entry.fast=9", "exit@strategy.exit.stop=swing_stop"]
    assert found.settled(point) == {"strategy.entry.fast": "9", "exit@strategy.exit.stop": "swing_stop"}
    assert found.fixed == ("+strategy=ema_cross",)


def test_the_points_of_a_space() -> None:
    """As many as its size, each once."""
    found = space(parsed(["a=range(0,3)", "b=x,y"]))
    points = list(found.points())
    assert found.size() == len(points) == 6
    assert len({tuple(point.items()) for point in points}) == 6
    assert space(parsed(["a=range(0,3)", "b=interval(0,1)"])).size() == math.inf


def test_a_space_is_described_the_same_however_it_is_written() -> None:
    """Order and ways of writing are no difference; bounds are."""
    one_way = space(parsed(["a=range(0,3)", "b=x,y"])).described()
    assert one_way == space(parsed(["b=choice(x,y)", "a=range(2,-1,-1)"])).described()
    assert one_way != space(parsed(["a=range(0,4)", "b=x,y"])).described()


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("a=interval(4,1)", "a  expected interval(LOW,HIGH) with LOW below HIGH, was interval(4,1)"),
        ("a=interval(1,1)", "a  expected interval(LOW,HIGH) with LOW below HIGH, was interval(1,1)"),
        ("a=interval(1,inf)", "a  expected two finite bounds, was interval(1,inf)"),
        ("a=range(5,5)", "a  range(5,5,1) holds no value: it runs from START up to but without STOP"),
        ("a=range(1,5,0)", "a=range(1,5,0)  expected a step that is not 0, was range(1,5,0)"),
        ("a=range(0,1e9)", "a  range(0,1e+09,1) holds more than 1,000,000 values; type interval(LOW,HIGH)"),
        ("a=tag(log,interval(0,2))", "a  expected bounds above 0 under tag(log, …), was 0"),
        ("a=tag(log,range(1,9,2))", "a  expected whole numbers in steps of 1 under tag(log, …), was range(1,9,2)"),
        ("a=tag(log,choice(1,2))", "a  a choice has no logarithm"),
        ("a=tag(uniform,interval(1,2))", "a  expected no tag but 'log', was 'uniform'"),
        ("a=b", "hydra/sweeper=optuna  expected a setting to search over, such as 'strategy.entry.fast=range(5,30)'"),
    ],
)
def test_what_is_no_space_is_refused_in_a_line(word: str, message: str) -> None:
    """What was typed, what was expected, where it stands."""
    with pytest.raises(ConfigError) as refused:
        space(parsed([word]))
    (line,) = [problem.line() for problem in refused.value.problems]
    assert line.startswith(message)
    assert line.endswith("command line")


def test_all_problems_are_named_at_once() -> None:
    """Two bad words are two lines."""
    with pytest.raises(ConfigError, match="2 problems"):
        space(parsed(["a=interval(4,1)", "b=range(5,5)"]))


def test_the_corners_of_a_space() -> None:
    """A share of the way along every dimension, choices included."""
    found: Space = space(parsed(["a=range(0,11)", "b=interval(-1,1)", "c=x,y,z"]))
    assert found.corner(0.0) == {"a": 0, "b": -1.0, "c": "x"}
    assert found.corner(0.5) == {"a": 5, "b": 0.0, "c": "y"}
    assert found.corner(1.0) == {"a": 10, "b": 1.0, "c": "z"}
