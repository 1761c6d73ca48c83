"""Plain values as JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pytest
from annotated_types import Ge

from runner.model.settings import Symbols
from runner.model.terms import Count, Duration, Fraction
from runner.schema.fields import REFERENCE, either, nullable, referable, value


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        (str, {"type": "string"}),
        (bool, {"type": ["boolean", "string"], "pattern": REFERENCE}),
        (Count, {"minimum": 1, "type": ["integer", "string"], "pattern": REFERENCE}),
        (Fraction, {"exclusiveMinimum": 0, "maximum": 1, "type": ["number", "string"], "pattern": REFERENCE}),
        (Literal["a", "b"], {"anyOf": [{"enum": ["a", "b"]}, {"type": "string", "pattern": REFERENCE}]}),
        (float | None, {"type": ["number", "string", "null"], "pattern": REFERENCE}),
        (dict[str, float], {"additionalProperties": value(float), "type": ["object", "string"], "pattern": REFERENCE}),
    ],
    ids=["text", "boolean", "count", "fraction", "choice", "number or nothing", "numbers by name"],
)
def test_types_become_schemas(annotation: Any, wanted: dict[str, Any]) -> None:
    """Bounds stay; a reference may stand in for everything."""
    assert value(annotation) == wanted


def test_forms_that_validators_check_are_patterns() -> None:
    """Durations, and symbols that stand once each."""
    assert "[smhdw]" in value(Duration)["pattern"]
    assert value(Symbols)["uniqueItems"] is True


def test_nothing_is_one_more_type_or_one_more_schema() -> None:
    """Beside plain types null is a type, elsewhere a schema of its own."""
    assert nullable({"type": "string"}) == {"type": ["string", "null"]}
    assert either([{"$ref": "x"}], null=True) == {"anyOf": [{"$ref": "x"}, {"type": "null"}]}
    assert either([{"type": "string"}, {"$ref": "x"}], null=False) == {"anyOf": [{"type": "string"}, {"$ref": "x"}]}


def test_what_has_no_type_stays() -> None:
    """A schema that allows anything allows references, too."""
    assert referable({}) == {}


def test_a_bound_that_nothing_can_be_kept_by_is_no_obstacle() -> None:
    """What a type says is kept for the next field of that type, where its bounds can be looked up."""
    assert value(str, (Unkept(),)) == value(str)
    assert value(float, (Ge(2),))["minimum"] == value(float, (Ge(2),))["minimum"] == 2


@dataclass
class Unkept:
    """Metadata without a hash."""
