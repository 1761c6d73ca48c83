"""One value of a section or block as JSON Schema: what its type says, in YAML's words, with `${…}` and `???` allowed anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from runner.check.expect import describe
from runner.model.settings import IsoDate, Name, Symbols, Variable
from runner.model.terms import Duration

Schema = dict[str, Any]
REFERENCE = r"^(\?\?\?|\$\{.+\})$"  # filled elsewhere: another value, or still missing
OR_REFERENCE = r"|\?\?\?|.*\$\{.+\}.*"
FORMS: tuple[tuple[Any, str, str], ...] = (  # texts whose form a validator of ours checks
    (Duration, r"[1-9][0-9]*[smhdw]", "a duration such as '30s', '5m', '4h' or '1d'"),
    (Name, r"[A-Za-z0-9][A-Za-z0-9_.-]*", "a name of letters, digits, '_', '-' and '.'"),
    (IsoDate, r"(\d{4}-\d{2}-\d{2})?", "a quoted date such as '2026-10-01'"),
    (Variable, r"[A-Za-z_][A-Za-z0-9_]{0,39}", "the name of an environment variable such as HYRO_KEY"),
)

BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}  # as left behind a validator of ours


def leaf(field: FieldInfo) -> Schema:
    """The schema of a field that holds no block and no section."""
    found = value(field.annotation, tuple(field.metadata))
    expected = describe(field)
    return {"patternErrorMessage": f"expected {expected}", **found} if "pattern" in found and expected != "a value" else found


def value(annotation: Any, metadata: tuple[Any, ...] = ()) -> Schema:
    """The schema of a type with what its annotations add to it."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return value(args[0], (*metadata, *args[1:]))
    if origin in (Union, UnionType):
        return either([value(arg, metadata) for arg in args if arg is not NoneType], null=NoneType in args)
    if origin is Literal:
        return {"anyOf": [{"enum": list(args)}, {"type": "string", "pattern": REFERENCE}]}
    found = _read(annotation, metadata)
    if origin is list and args:
        found["items"] = value(args[0])
    if origin is dict and args:
        found["additionalProperties"] = value(args[1])
    return referable({**found, **_form(metadata)})


def either(schemas: list[Schema], *, null: bool) -> Schema:
    """One of several, or nothing."""
    one = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return nullable(one) if null else one


def nullable(schema: Schema) -> Schema:
    """The schema, or nothing; null beside plain types is one more type, which editors explain better than a choice of schemas."""
    if "type" not in schema:
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}
    types = schema["type"]
    return {**schema, "type": [*([types] if isinstance(types, str) else types), "null"]}


def referable(schema: Mapping[str, Any]) -> Schema:
    """The same, or a text that refers to another value; a text may be one already."""
    kind = schema.get("type")
    if kind is None or kind == "string":
        return dict(schema)
    return {**schema, "type": [kind, "string"], "pattern": REFERENCE}


def described(schema: Mapping[str, Any], field: FieldInfo) -> Schema:
    """The schema with what the field is for and what holds when nothing is written; beside a reference only `allOf` lets both stand."""
    whole = {"allOf": [dict(schema)]} if "$ref" in schema else dict(schema)
    if field.description:
        whole = {"description": field.description, **whole}
    default = field.default
    return {**whole, "default": default} if isinstance(default, str | int | float | bool) else whole


def _read(annotation: Any, metadata: tuple[Any, ...]) -> Schema:
    """What pydantic makes of a plain type and its bounds, without titles."""
    whole: Any = Annotated[(annotation, *metadata)] if metadata else annotation
    try:
        return deepcopy(_known(whole))
    except TypeError:  # a bound of a user's own that nothing can be kept by
        return _told(whole)


@lru_cache(maxsize=4096)
def _known(whole: Any) -> Schema:
    """The same; a few hundred types are asked for again and again."""
    return _told(whole)


def _told(whole: Any) -> Schema:
    found = TypeAdapter(whole).json_schema()
    return {BOUNDS.get(key, key): inner for key, inner in found.items() if key not in ("title", "$defs", "default", "description")}


def _form(metadata: tuple[Any, ...]) -> Schema:
    """The pattern of a text whose form one of our validators checks."""
    for form, pattern, meant in FORMS:
        if _checker(form) in metadata:
            return {"pattern": f"^({pattern}{OR_REFERENCE})$", "patternErrorMessage": f"expected {meant}"}
    return {"uniqueItems": True} if _checker(Symbols) in metadata else {}


def _checker(form: Any) -> Any:
    """The validator an annotated type ends with."""
    return get_args(form)[-1]
