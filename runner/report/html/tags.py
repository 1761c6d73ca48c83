"""HTML as text: every value escaped, every element closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

VOID = frozenset({"meta", "br"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object) -> Markup:
    """A value as HTML text; markup stays what it is."""
    if isinstance(value, Markup):
        return value
    said = str(value)
    return Markup(escape(said, quote=False) if any(mark in said for mark in "&<>") else said)


def tag(name: str, /, *content: object, **attributes: str | float | None) -> Markup:
    """An element. `class_` and `for_` lose their underscore, others turn it into a dash; None and False leave an attribute out."""
    words = "".join([attribute(key, value) for key, value in attributes.items() if value is not None and value is not False])
    if name in VOID:
        return Markup(f"<{name}{words}>")
    return Markup(f"<{name}{words}>{''.join([text(each) for each in content])}</{name}>")


@lru_cache(maxsize=2_048, typed=True)  # a table says the same thing in every row; True is not 1
def attribute(key: str, value: object) -> str:
    """` key="value"`; True needs no value."""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def join(parts: Iterable[object]) -> Markup:
    """Parts one after the other."""
    return Markup("".join(text(part) for part in parts))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, words: int = 1, caption: str = "", kind: str = "") -> Markup:
    """A table that scrolls sideways where it must; the first `words` columns are text, the others figures. A cell may be a `td` already."""
    top = tag("tr", *(tag("th", name, scope="col", class_="w" if place < words else None) for place, name in enumerate(head)))
    body = [tag("tr", *(cell(each, place < words) for place, each in enumerate(row))) for row in rows]
    said = tag("caption", caption) if caption else ""
    return tag("div", tag("table", said, tag("thead", top), tag("tbody", *body), class_=kind or None), class_="scroll")


def cell(content: object, wordy: bool) -> Markup:  # noqa: FBT001 - one of two looks of a cell
    """A cell, or the cell that was given."""
    ready = isinstance(content, Markup) and content.startswith(("<td", "<th"))
    return Markup(content) if ready else tag("td", content, class_="w" if wordy else None)
