"""Which file a settled value came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runner.compose.document import Document, Keys, Mark
from runner.compose.overrides import COMMAND
from runner.menu import Menu

UNFILLED = "???"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One file as Hydra merged it: its config path, the place it went to, its document."""

    name: str
    package: Keys
    document: Document

    def mark(self, path: Keys) -> Mark | None:
        """The mark of a settled path if this file speaks of it."""
        if path[: len(self.package)] != self.package:
            return None
        return self.document.marks.get(path[len(self.package) :])


@dataclass(frozen=True, kw_only=True)
class Trace:
    """The layers in merge order; the last wins.

    values: keys set on the command line. references: sections that only refer to others. holes: places that a file or an
    entry of a defaults list was to fill, had it been usable.
    """

    menu: Menu
    layers: Sequence[Layer] = ()
    values: Sequence[str] = field(default_factory=tuple)
    references: dict[Keys, Keys] = field(default_factory=dict)
    holes: set[Keys] = field(default_factory=set)

    def written(self, path: Keys) -> Keys:
        """Where the value at `path` is really written, when a section above it only refers to another."""
        for length in range(len(path) - 1, 0, -1):
            if path[:length] in self.references:
                return self.references[path[:length]] + path[length:]
        return path

    def hole(self, path: Keys) -> bool:
        """Whether what is missing at `path` would have come from something that is a problem already."""
        return any(path[: len(place)] == place for place in self.holes)

    def invented(self, path: Keys) -> list[str]:
        """The command line's keys below `path` when no file speaks of it; empty when one does."""
        below = [value for value in self.values if value.startswith(".".join(path) + ".")]
        return below if below and all(layer.mark(path) is None for layer in self.layers) else []

    def where(self, path: Keys) -> str:
        """File and line that last spoke of `path` or, failing that, of the nearest section above it."""
        for length in range(len(path), 0, -1):
            found = self._exactly(path[:length])
            if found:
                return found
        return COMMAND if any(value.startswith(".".join(path) + ".") for value in self.values) else ""

    def typed(self, path: Keys, fields: Iterable[str]) -> str:
        """The command line, where it set one of the fields of the section at `path`; else nothing."""
        return COMMAND if any(self._on_command_line((*path, name)) for name in fields) else ""

    def mark(self, path: Keys) -> Mark | None:
        """How the value at `path` was written; None when the command line set it."""
        if self._on_command_line(path):
            return None
        return next((mark for layer in reversed(self.layers) if (mark := layer.mark(path)) is not None), None)

    def meant_for(self, path: Keys) -> str:
        """The choice that the file which wrote `path` had made for its section, where another one stands there now; else nothing."""
        section = path[:-1]
        writer = next((layer for layer in reversed(self.layers) if layer.mark(path) is not None), None)
        now = next((layer.name for layer in reversed(self.layers) if layer.package == section and layer.name), "")
        if writer is None or writer.package == section or self._on_command_line(path):
            return ""
        chosen = _defaults(writer).get(section, "")
        return "" if chosen.rpartition("/")[2] == now.rpartition("/")[2] else chosen.removeprefix("shipped/")

    def file_of(self, name: str) -> str:
        """The file behind a config path, as people know it."""
        found = self.menu.find(name)
        return self.menu.display(found) if found is not None else ""

    def _exactly(self, path: Keys) -> str:
        if self._on_command_line(path):
            return COMMAND
        spoken = [(layer, mark) for layer in self.layers if (mark := layer.mark(path)) is not None]
        given = [one for one in spoken if one[1].text != UNFILLED] or spoken
        if not given:
            return ""
        layer, mark = given[-1]
        shown = self.menu.display(layer.document.file)
        return shown if shown.endswith("(shipped)") else f"{shown}:{mark.line}"

    def _on_command_line(self, path: Keys) -> bool:
        dotted = ".".join(path)
        return any(dotted == value or dotted.startswith(value + ".") for value in self.values)


def _defaults(layer: Layer) -> dict[Keys, str]:
    """What a file's defaults list chooses, by the place it goes to."""
    data = layer.document.data
    entries = data.get("defaults") if isinstance(data, Mapping) else None
    found: dict[Keys, str] = {}
    for entry in entries if isinstance(entries, list) else []:
        for key, choice in entry.items() if isinstance(entry, Mapping) else ():
            place = str(key).partition("@")[2]
            if place and isinstance(choice, str):
                found[(*layer.package, *place.split("."))] = choice
    return found
