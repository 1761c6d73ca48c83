"""What the defaults list of one file brings, before and after the file's own values: plain trees, as Hydra would merge them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from runner.compose.document import Keys, parse, read
from runner.menu import SHIPPED, Menu

Tree = dict[str, Any]
Overrides = dict[tuple[str, Keys], str]  # (group, place) → the choice that a later file puts there
DEEPEST = 12  # a chain of files that name each other


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a defaults list: the group and choice it names and the place they go to."""

    group: str
    choice: str
    place: Keys
    override: bool


def said(file: Path) -> Mapping[str, Any]:
    """What a file says. Each page asks for all that its files bring, a thousand times for a few hundred files: a text is parsed once."""
    try:
        return _parsed(file.read_text(encoding="utf-8"), file)
    except (OSError, UnicodeDecodeError):
        return dict(read(file).data)


@lru_cache(maxsize=1024)
def _parsed(text: str, file: Path) -> Mapping[str, Any]:
    """Read only."""
    return dict(parse(text, file).data)


def brought(menu: Menu, name: str) -> Tree:
    """What the other files of `name`'s defaults list give, without its own values. Whatever cannot be read gives nothing."""
    return _tree(menu, name, {}, (), own=False)


def settled(menu: Menu, name: str) -> Tree:
    """The whole of `name`: its defaults list and its own values."""
    return _tree(menu, name, {}, (), own=True)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tree:
    """Two trees; where both hold a mapping they are merged, else the second wins."""
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return both


def entries(name: str, written: Any) -> list[Entry | None]:
    """The entries of a defaults list; `None` stands for `_self_`. What is no entry is left out."""
    if not isinstance(written, list):
        return []
    found = [None if entry == "_self_" else _entry(name, entry) for entry in written]
    return [entry for entry in found if entry is None or entry.choice]


def _tree(menu: Menu, name: str, overrides: Overrides, base: Keys, *, own: bool, depth: int = 0) -> Tree:
    file = menu.find(name)
    if file is None or depth > DEEPEST:
        return {}
    data = dict(said(file))
    listed = entries(name, data.pop("defaults", None))
    mine = {(entry.group, (*base, *entry.place)): entry.choice for entry in listed if entry is not None and entry.override}
    known = {**mine, **overrides}
    tree: Tree = {}
    for entry in [*listed, None]:  # own values last, unless `_self_` stands earlier
        if entry is None:
            tree = merged(tree, data if own else {})
            data = {}
        elif not entry.override:
            place = (*base, *entry.place)
            choice = known.get((entry.group, place), entry.choice)
            inner = _tree(menu, _target(menu, name, entry.group, choice), known, place, own=True, depth=depth + 1)
            tree = merged(tree, _nested(entry.place, inner))
    return tree


def _entry(name: str, written: Any) -> Entry:
    """One entry as it is written in the file `name`; without a choice where it is none."""
    key, choice = (written, "") if isinstance(written, str) else _pair(written)
    *words, where = str(key).split(" ")
    where, _, package = where.partition("@")
    if isinstance(written, str):
        where, slash, choice = where.rpartition("/")
        where = where or slash
    group = where.strip("/") if where.startswith("/") else "/".join(part for part in (_group(name), where) if part)
    place = tuple(where.strip("/").split("/")) if where and not isinstance(written, str) else ()
    if package:
        place = () if package == "_here_" else tuple(package.split("."))
    return Entry(group=group, choice=str(choice or ""), place=place, override="override" in words)


def _pair(written: Any) -> tuple[str, Any]:
    return next(iter(written.items()), ("", "")) if isinstance(written, Mapping) else ("", "")


def _group(name: str) -> str:
    return "/".join(part for part in name.split("/")[:-1] if part != SHIPPED)


def _target(menu: Menu, name: str, group: str, choice: str) -> str:
    """The config path of a choice; a file that names itself means the shipped one."""
    target = f"{group}/{choice}"
    if menu.find(target) != menu.find(name):
        return target
    first, _, rest = target.partition("/")
    return f"{first}/{SHIPPED}/{rest}"


def _nested(place: Keys, tree: Tree) -> Tree:
    for key in reversed(place):
        tree = {key: tree}
    return tree
