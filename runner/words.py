"""Small helpers for messages: the nearest name, values as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

FEW = 8
HIDDEN = 3  # the fewest that are worth hiding


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like `word`, case ignored, or the only one it begins; None when none is near."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), list(by_lower), 1, 0.7)
    begun = [name for name in by_lower if len(word) > 2 and name.startswith(word.lower())]
    found = found or (begun if len(begun) == 1 else [])
    return by_lower[found[0]] if found else None


def nearest(word: str, known: Iterable[str], also: str = "") -> str:
    """`; nearest is 'x'`, or `; it has a, b` when nothing is near and `also` introduces the list; else nothing.

    The word itself is no advice to the one who typed it.
    """
    names = [name for name in known if name != word]
    found = closest(word, names)
    if found is not None:
        return f"; nearest is {found!r}"
    return f"; {also} {listed(names)}" if also and names else ""


def listed(names: Iterable[str]) -> str:
    """`a, b, c`, cut after a few where that hides more than one or two."""
    shown = list(names)
    few = FEW if len(shown) - FEW >= HIDDEN else len(shown)
    return ", ".join(shown[:few]) + (f" and {len(shown) - few} more" if len(shown) > few else "")


def counted(number: int, what: str = "problem") -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {what}{'s' if number != 1 else ''}"


def shown(value: Any) -> str:
    """A value as it would stand in YAML: true, null, 'text', 5."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping" + (f" of {listed(map(str, value))}" if value else " without keys")
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return repr(value)


def aligned(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Rows of cells as lines with their columns under each other; the columns numbered in `right` are aligned to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    turned = set(right)
    return [
        "  ".join(
            cell.rjust(width) if n in turned else cell.ljust(width) for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
