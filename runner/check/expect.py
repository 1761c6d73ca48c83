"""Pydantic's errors in our words: what was expected, what was found, and what YAML made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Interval, Le, Lt
from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from runner.compose.document import Mark
from runner.compose.numerals import plain_number
from runner.words import closest, listed, shown

TYPES = {
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "none_required": "nothing (null)",
}
NUMBERS = {int: "a whole number", float: "a number"}
BOUNDS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
PERCENT = re.compile(r"^\s*([-+]?\d+(?:\.\d+)?)\s*%\s*$")
NUMBER = re.compile(r"^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$")
CLOCK = re.compile(r"^\d+(?::\d+)+(?:\.\d+)?$")
OCTAL = re.compile(r"^[-+]?0[0-7_]+$")


def explained(errors: Sequence[Mapping[str, Any]], value: Any, field: FieldInfo | None, mark: Mark | None) -> str:
    """One sentence for everything pydantic says of one value."""
    read = misread(value, mark)
    if read:
        return read
    own = next((str(e["msg"]).removeprefix("Value error, ") for e in errors if e["type"] in ("value_error", "assertion_error")), None)
    if own is not None:
        return own if "was" in own or "never" in own else f"{own} (found {shown(value)})"
    unquoted = kept_from(value, field) if any(error["type"] == "string_type" for error in errors) else ""
    if unquoted:
        return unquoted
    wanted = " or ".join(dict.fromkeys(_wanted(error, field) for error in errors))
    return f"expected {wanted}, was {shown(value)}{_hint(errors, value, mark)}"


def kept_from(value: Any, field: FieldInfo | None) -> str:
    """What a field that takes a text of one kind, such as a duration, says of a number; '' when the number in quotes would do."""
    if field is None or isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    for check in _validators(field.annotation, tuple(field.metadata)):
        try:
            check(str(value))
        except ValueError as error:
            return f"{str(error).partition(', was ')[0]}, was {shown(value)}"
        except TypeError:  # looks at other fields as well
            continue
    return ""


def _validators(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[Any]:
    """The functions that look at a field's text, those of a part of a union included."""
    yield from (each.func for each in metadata if isinstance(each, AfterValidator))
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _validators(args[0], args[1:])
    elif origin in (Union, UnionType):
        for each in args:
            yield from _validators(each, ())


def misread(value: Any, mark: Mark | None) -> str:
    """What YAML silently made of an unquoted text; empty when the value is what was written."""
    if mark is None or not mark.plain or isinstance(value, bool | str):
        return ""
    if CLOCK.match(mark.text) and isinstance(value, int | float):
        return f"expected a clock time in quotes, '{mark.text}', was {value} (YAML reads {mark.text} without quotes as a number)"
    if OCTAL.match(mark.text) and value not in (0, None):
        return f"expected a number without leading zeros, was {mark.text}, which YAML reads as {value}"
    return ""


def describe(field: FieldInfo) -> str:
    """What a field wants, in words: 'a fraction in (0, 1]', 'one of demo, live', 'text'."""
    return _described(field.annotation, tuple(field.metadata))


def _described(annotation: Any, metadata: tuple[Any, ...] = ()) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _described(args[0], (*metadata, *args[1:]))
    if origin in (Union, UnionType):
        return " or ".join(_described(arg, metadata) for arg in args if arg is not NoneType)
    if origin is Literal:
        return f"one of {listed(map(str, args))}"
    if annotation in NUMBERS:
        return _interval(NUMBERS[annotation], metadata)
    names: dict[Any, str] = {str: "text", bool: "true or false", list: "a list", dict: "a mapping"}
    return names.get(origin or annotation, "a mapping" if isinstance(annotation, type) and issubclass(annotation, BaseModel) else "a value")


def _interval(noun: str, metadata: tuple[Any, ...]) -> str:
    """A number with its bounds as an interval or a comparison."""
    low, high = _bound(metadata, ("ge", "gt")), _bound(metadata, ("le", "lt"))
    if low and high:
        opening, closing = ("[" if low[0] == "ge" else "("), ("]" if high[0] == "le" else ")")
        noun = "a fraction" if (low[1], high[1]) == (0, 1) and noun == "a number" else noun
        return f"{noun} in {opening}{low[1]:g}, {high[1]:g}{closing}"
    found = low or high
    words = {"ge": "of at least", "gt": "above", "le": "of at most", "lt": "below"}
    return f"{noun} {words[found[0]]} {found[1]:g}" if found else noun


def _bound(metadata: tuple[Any, ...], names: tuple[str, str]) -> tuple[str, float] | None:
    """The first bound of one of these kinds."""
    for part in metadata:
        inner = getattr(part, "metadata", ())  # a FieldInfo inside Annotated
        nested = _bound(tuple(inner), names) if inner else None
        if nested:
            return nested
        for name, kinds in zip(
            names, ((Ge, Interval), (Gt, Interval)) if names[0] == "ge" else ((Le, Interval), (Lt, Interval)), strict=True
        ):
            if isinstance(part, kinds) and getattr(part, name) is not None:
                return name, float(getattr(part, name))
    return None


def _wanted(error: Mapping[str, Any], field: FieldInfo | None) -> str:
    """What one of pydantic's errors asked for."""
    kind = error["type"]
    if field is not None and len(error["loc"]) == 1 and (kind in TYPES or kind in BOUNDS):
        described = describe(field)
        return TYPES.get(kind, described) if described == "a value" else described
    if kind in BOUNDS:
        name, words = BOUNDS[kind]
        return f"a number {words} {error['ctx'][name]:g}"
    return TYPES.get(kind) or _by_context(kind, error.get("ctx", {})) or str(error["msg"]).lower()


def _by_context(kind: str, context: Mapping[str, Any]) -> str:
    """What was asked for, where pydantic says it in the error's context; else nothing."""
    limit = context.get("min_length", context.get("max_length"))
    words = {
        "literal_error": f"one of {context.get('expected', '')}".replace("'", "").replace(" or ", ", "),
        "too_short": f"at least {limit} entr{'y' if limit == 1 else 'ies'}",
        "too_long": f"at most {limit} entries",
        "string_too_short": "text that is not empty" if limit == 1 else f"text of at least {limit} characters",
        "string_too_long": f"text of at most {limit} characters",
        "string_pattern_mismatch": f"text like {context.get('pattern')}",
    }
    return words.get(kind, "")


def _hint(errors: Sequence[Mapping[str, Any]], value: Any, mark: Mark | None) -> str:
    """What to write instead, where the slip is a common one."""
    kinds = {error["type"] for error in errors}
    if isinstance(value, str):
        return _text_hint(value, kinds, errors)
    if isinstance(value, bool):
        read = mark is not None and mark.plain and mark.text.lower() not in ("true", "false")
        return f" (YAML reads {mark.text} without quotes as {shown(value)}: write '{mark.text}')" if mark and read else ""
    if isinstance(value, int | float) and "string_type" in kinds:
        return f" (put quotes around it: '{mark.text if mark and mark.text else value}')"
    return ""


def _text_hint(value: str, kinds: set[str], errors: Sequence[Mapping[str, Any]]) -> str:
    """What to write instead of a text."""
    percent = PERCENT.match(value)
    if percent:
        return f" (write {float(percent[1]) / 100:g})"
    if NUMBER.match(value) and kinds & {"float_type", "int_type"}:
        return " (write it without quotes)"
    if kinds & {"float_type", "int_type"} and plain_number(value):
        return f" (write {plain_number(value)})"
    if "bool_type" in kinds and value.lower() in BOOLEANS:
        return f" (write {shown(BOOLEANS[value.lower()])} without quotes)"
    if "list_type" in kinds:
        return f" (write [{value}])"
    expected = [word.strip(" '") for e in errors if e["type"] == "literal_error" for word in re.split(r",| or ", e["ctx"]["expected"])]
    near = closest(value, expected) if expected else None
    return f"; nearest is {near!r}" if near else ""
