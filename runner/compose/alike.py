"""Many accounts of one folder: those whose files differ in plain values alone share what Hydra made of the first of them.

Composing an account takes Hydra about a tenth of a second; a hundred accounts of one firm are mostly one file with other names and keys.
A composition made so equals Hydra's own; where that is not certain Hydra composes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from runner.compose import Composition, compose
from runner.compose.document import Document, Keys
from runner.compose.loader import Loader
from runner.compose.misnamed import misnamed
from runner.compose.trace import Layer, Trace
from runner.compose.varied import Pattern, led_to, placed, related
from runner.menu import ACCOUNT, Menu

LAST = "_self_"


@dataclass(frozen=True, kw_only=True)
class First:
    """The first account of its shape: its choice, what its own file says, and what Hydra made of it."""

    choice: str
    leaves: Mapping[Keys, Any]
    pattern: Pattern


class Accounts:
    """Composes accounts by their choices, each with the same further words. Files are read once."""

    def __init__(self, menu: Menu, loader: Loader | None = None) -> None:
        self.menu = menu
        self.loader = loader or Loader(menu)
        self.first: dict[tuple[Any, ...], First] = {}

    def compose(self, choice: str, words: tuple[str, ...] = ()) -> Composition:
        """The account with these words behind it, as `runner.compose.compose` gives it; its `config` is that of the first alike."""
        line = [f"+{ACCOUNT}={choice}", *words]
        document = self._read(choice)
        if document is None:
            return compose(line, self.menu, self.loader)
        leaves = dict(flat(document.data))
        key = (words, repr(document.data.get("defaults")), frozenset(map(shaped, leaves.items())))
        known = self.first.get(key)
        varied = None if known is None else self._varied(known, choice, document, leaves)
        if varied is not None:
            return varied
        composed = compose(line, self.menu, self.loader)
        self.first.setdefault(key, First(choice=choice, leaves=leaves, pattern=Pattern(composed=composed, led_to=led_to(composed))))
        return composed

    def _read(self, choice: str) -> Document | None:
        """An account's file, where what it says stands above all that it includes and nothing is wrong with it."""
        name = f"{ACCOUNT}/{choice}"
        if self.menu.find(name) is None or misnamed(name, self.menu) is not None:
            return None
        self.loader.source.load_config(name)
        document = self.loader.source.documents[name]
        defaults = document.data.get("defaults", [LAST])
        plain = not self.loader.source.faults[name] and isinstance(defaults, list) and defaults[-1:] == [LAST]
        return document if plain else None

    def _varied(self, known: First, choice: str, document: Document, leaves: Mapping[Keys, Any]) -> Composition | None:
        """The first one's composition with this one's values; None where only Hydra can tell what it would be."""
        composed, led = known.pattern.composed, known.pattern.led_to
        if led is None or composed.problems:
            return None
        other = {
            path: value for path, value in leaves.items() if value != known.leaves[path] or type(value) is not type(known.leaves[path])
        }
        section: Any = composed.data[ACCOUNT]
        for path, value in other.items():
            if any(related((ACCOUNT, *path), place) for place in led) or not stands(section, path, known.leaves[path]):
                return None
            section = placed(section, path, value)
        return replace(
            composed,
            data={**composed.data, ACCOUNT: section},
            choices={**composed.choices, ACCOUNT: choice},
            trace=traced(composed.trace, known.choice, choice, document),
            words=tuple(f"+{ACCOUNT}={choice}" if word == f"+{ACCOUNT}={known.choice}" else word for word in composed.words),
        )


def flat(data: Mapping[str, Any], above: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Every value of a file that is no mapping with something in it, by its path; without the defaults list."""
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, (*above, key))
        elif above or key != "defaults":
            yield (*above, key), value


def shaped(leaf: tuple[Keys, Any]) -> tuple[Any, ...]:
    """What two files must have in common: their keys, what is empty, and what refers to something else."""
    path, value = leaf
    plain = isinstance(value, str | int | float | list) and "${" not in repr(value) and value != "???"
    return (path,) if plain else (path, repr(value))


def stands(section: Any, path: Keys, value: Any) -> bool:
    """Whether the value of a file is what was settled at its place, nothing after it having changed it."""
    for name in path:
        if not isinstance(section, Mapping) or name not in section:
            return False
        section = section[name]
    return bool(section == value)


def traced(trace: Trace, old: str, new: str, document: Document) -> Trace:
    """The trace of another account's file in place of the first one's."""
    name = f"{ACCOUNT}/{old}"
    layers = [
        Layer(name=f"{ACCOUNT}/{new}", package=each.package, document=document) if each.name == name else each for each in trace.layers
    ]
    return replace(trace, layers=layers, references=dict(trace.references), holes=set(trace.holes))
