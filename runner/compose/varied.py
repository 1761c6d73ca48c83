"""Many compositions of one command: those that differ in plain values alone share what Hydra made of their choices.

Composing takes Hydra about a tenth of a second, setting a value in what it composed takes microseconds. A composition made so equals
Hydra's own; where that is not certain (a mapping is merged, a reference leads to the value, the place is not there) Hydra composes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hydra.core.override_parser.types import Override
from omegaconf import OmegaConf

from runner.compose import Composition, compose
from runner.compose.document import Keys
from runner.compose.loader import Loader
from runner.compose.overrides import is_choice, parsed
from runner.compose.trace import Trace
from runner.menu import Menu

PLAIN_KEY = re.compile(r"[A-Za-z_]\w*(\.\w+)+")
PLAIN_REFERENCE = re.compile(r"\$\{([A-Za-z_][\w.]*)\}")


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A composition Hydra made, and what its references lead to; None where one of them cannot be told."""

    composed: Composition
    led_to: frozenset[Keys] | None


class Composer:
    """Composes the jobs of one command. Files are read once; what changes on the disk meanwhile is not seen."""

    def __init__(self, menu: Menu, loader: Loader | None = None) -> None:
        self.menu = menu
        self.loader = loader or Loader(menu)
        self.patterns: dict[tuple[str, ...], Pattern] = {}
        self.chosen: dict[str, bool] = {}
        self.sections: dict[tuple[Any, ...], tuple[Any]] = {}

    def compose(self, words: Sequence[str]) -> Composition:
        """One job, as `runner.compose.compose` gives it; its `config` is that of the first job with the same choices."""
        read = [override(word) for word in words]
        key = tuple(word if self._chosen(word) else f"{each.key_or_group}=" for word, each in zip(words, read, strict=True))
        known = self.patterns.get(key)
        varied = None if known is None else self._varied(known, words, read)
        if varied is not None:
            return varied
        composed = compose(list(words), self.menu, self.loader)
        self.patterns.setdefault(key, Pattern(composed=composed, led_to=led_to(composed)))
        return composed

    def _chosen(self, word: str) -> bool:
        """Whether a word is anything but a value that is set."""
        if word not in self.chosen:
            read = override(word)
            self.chosen[word] = read.is_hydra_override() or read.is_delete() or is_choice(read, self.menu)
        return self.chosen[word]

    def _varied(self, known: Pattern, words: Sequence[str], read: Sequence[Override]) -> Composition | None:
        """The known composition with these values; None where only Hydra can tell what it would be."""
        set_ones = [each for word, each in zip(words, read, strict=True) if not self._chosen(word)]
        if known.led_to is None or known.composed.problems or not all(settable(each) for each in set_ones):
            return None
        values = [(tuple(each.key_or_group.split(".")), each.value()) for each in set_ones]
        if any(related(path, place) for path, _ in values for place in known.led_to):
            return None
        sections = {name: self._section(known, name, [each for each in values if each[0][0] == name]) for name in known.composed.data}
        if any(section is None for section in sections.values()) or {path[0] for path, _ in values} - set(sections):
            return None
        data = {name: section[0] for name, section in sections.items() if section is not None}
        trace = known.composed.trace
        ours = Trace(menu=trace.menu, layers=trace.layers, values=trace.values, references=trace.references, holes=set(trace.holes))
        return replace(known.composed, data=data, trace=ours, words=tuple(signed(words, known.composed.words)))

    def _section(self, known: Pattern, name: str, values: list[tuple[Keys, Any]]) -> tuple[Any] | None:
        """A section with these values, in a tuple: the same object whenever they are the same; None where a value has no place in it."""
        key = (id(known), name, tuple((path, repr(value)) for path, value in values))
        if key not in self.sections:
            section: Any = known.composed.data[name]
            for path, value in values:
                if not fits(section, path[1:]):
                    return None
                section = placed(section, path[1:], value)
            self.sections[key] = (section,)
        return self.sections[key]


@cache
def override(word: str) -> Override:
    """Hydra's reading of a word, read once."""
    return parsed([word])[0]


def signed(words: Sequence[str], settled: Sequence[str]) -> list[str]:
    """The words with the signs that settling gave others of the same keys, in the same order."""
    return [old[: len(old) - len(old.lstrip("+"))] + new.lstrip("+") for new, old in zip(words, settled, strict=True)]


def settable(word: Override) -> bool:
    """Whether setting its value is all that Hydra would do: a scalar, or a list of them, without a reference, at a plain key."""
    value = word.value()
    parts = value if isinstance(value, list) else [value]
    plain = all(part is None or isinstance(part, str | int | float) for part in parts)
    return (
        plain and not word.is_sweep_override() and bool(PLAIN_KEY.fullmatch(word.key_or_group)) and not any("${" in str(p) for p in parts)
    )


def fits(section: Any, path: Keys) -> bool:
    """Whether every mapping on the way to `path` is there, and what stands at its end is no mapping itself."""
    for name in path:
        if not isinstance(section, Mapping) or name not in section:
            return False
        section = section[name]
    return not isinstance(section, Mapping)


def placed(section: Mapping[str, Any], path: Keys, value: Any) -> dict[str, Any]:
    """A copy of `section` with `value` at `path`; everything beside the path is shared."""
    return {**section, path[0]: placed(section[path[0]], path[1:], value) if path[1:] else value}


def led_to(composed: Composition) -> frozenset[Keys] | None:
    """Every place a reference in the composed files leads to; None where one is more than a plain path."""
    found: set[Keys] = set()
    plain: Any = OmegaConf.to_container(composed.config, resolve=False)
    whole = all(_gathered(section, found) for name, section in plain.items() if name != "hydra")
    return frozenset(found) if whole else None


def _gathered(value: Any, found: set[Keys]) -> bool:
    """Put what the references in `value` lead to into `found`; False where one of them is no plain path."""
    if isinstance(value, Mapping):
        return all(_gathered(inner, found) for inner in value.values())
    if isinstance(value, list):
        return all(_gathered(inner, found) for inner in value)
    if not isinstance(value, str) or "${" not in value:
        return True
    paths = PLAIN_REFERENCE.findall(value)
    found.update(tuple(path.split(".")) for path in paths)
    return len(paths) == value.count("${")


def related(one: Keys, other: Keys) -> bool:
    """Whether one path is the other, or leads to it."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]
