"""Two payloads held against each other: the same keys, values of the same types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BY_DATA = frozenset({"cumFeeDetail"})  # objects whose keys are data
ROWS = frozenset({"list", "data", "coin"})


def kind(value: Any) -> str:
    """The JSON type of a value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    names: dict[type, str] = {str: "string", dict: "object", list: "array", type(None): "null"}
    return names[type(value)]


def differences(theirs: Any, ours: Any, path: str = "") -> Iterator[str]:
    """What the venue has and we have not, or not of that type; one line each. A null of theirs may be anything."""
    if theirs is None:
        return
    if kind(theirs) != kind(ours):
        yield f"{path or '(all)'}  {kind(theirs)} there, {kind(ours)} here"
    elif isinstance(theirs, dict):
        yield from in_object(theirs, ours, path)
    elif isinstance(theirs, list):
        yield from in_array(theirs, ours, path)


def in_object(theirs: dict[str, Any], ours: dict[str, Any], path: str) -> Iterator[str]:
    """Keys that are missing here, and differences below. A recorder may have written a name with another first letter."""
    for key, value in theirs.items():
        here = f"{path}.{key}" if path else key
        found = key if key in ours else key[:1].lower() + key[1:]
        if found not in ours:
            yield f"{here}  missing here"
        elif key not in BY_DATA:
            yield from differences(value, ours[found], here)


def in_array(theirs: list[Any], ours: list[Any], path: str) -> Iterator[str]:
    """Every row of theirs against our first; an empty array says nothing of its rows, ours only where rows are the matter."""
    if not theirs:
        return
    if not ours:
        if path.rpartition(".")[2] in ROWS:
            yield f"{path}  rows there, none here"
        return
    lines = [line for row in theirs for line in in_row(row, ours[0], f"{path}[]")]
    yield from dict.fromkeys(lines)


def in_row(theirs: Any, ours: Any, path: str) -> Iterator[str]:
    """One row against ours; a row that is an array itself must be as long."""
    yield from differences(theirs, ours, path)
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) != len(ours):
        yield f"{path}  {len(theirs)} values there, {len(ours)} here"
