"""The text of a new strategy: the parts of one that is there, with every number of every part and what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from runner.compose.document import Document, Keys, read
from runner.menu import Menu

PART = re.compile(r"^/(?P<group>[\w/]+)@(?P<package>[\w.]+)$")
TOP = {
    "symbols": "what it trades",
    "timeframe": "the bars it is decided on",
    "detail_timeframe": "finer bars that say what was touched first inside a bar, such as 1h; null = none",
}
WIDEST = 46  # comments of a block begin below each other, where its lines are not longer than this
Pair = tuple[str, str]  # a line and its comment


def strategy(name: str, like: str, menu: Menu) -> str:
    """YAML of a strategy `name` made of the parts of `like`; a strategy that is built on another is kept as the base."""
    file = menu.find(f"strategy/{like}")
    document = read(file) if file is not None else Document(file=Path(), data={})
    parts = parts_of(document)
    head = f"# {name}: made from {like}; every number below may be changed"
    if parts is None:
        base = [f"  - {like}  # everything that is not said here is as in {like}", "  - _self_"]
        return "\n".join([head, "defaults:", *base, f"name: {name}", ""])
    entries = [(f"  - /{choice[0]}@{'.'.join(package)}: {choice[1]}", meaning(menu, *choice)) for package, choice in parts.items()]
    rest = [(f"name: {name}", "what reports call it"), *top(document.data), *values(parts, document.data, menu)]
    return "\n".join([head, "defaults:", *aligned(entries), "  - _self_", *aligned(rest), ""])


def parts_of(document: Document) -> dict[Keys, tuple[str, str]] | None:
    """Where each part stands → (group, choice); None when the file is built on anything else than parts."""
    parts: dict[Keys, tuple[str, str]] = {}
    entries = document.data.get("defaults", [])
    for entry in [each for each in entries if each != "_self_"] if isinstance(entries, list) else [None]:
        where, choice = next(iter(entry.items())) if isinstance(entry, Mapping) and len(entry) == 1 else ("", "")
        found = PART.match(str(where))
        if found is None:
            return None
        parts[tuple(found["package"].split("."))] = (found["group"], str(choice))
    return parts or None


def meaning(menu: Menu, group: str, choice: str) -> str:
    """What a part is for: the first comment of its file."""
    lines = source(menu, group, choice)
    return next((line[2:] for line in lines if line.startswith("# ") and "yaml-language-server" not in line), "")


def source(menu: Menu, group: str, choice: str) -> list[str]:
    """The lines of a part's file."""
    file = menu.find(f"{group}/{choice}")
    return file.read_text(encoding="utf-8").splitlines() if file is not None else []


def top(data: Mapping[str, Any]) -> list[Pair]:
    """What is traded, on which bars."""
    return [(f"{key}: {flow(data[key])}", comment) for key, comment in TOP.items() if key in data]


def values(parts: Mapping[Keys, tuple[str, str]], data: Mapping[str, Any], menu: Menu) -> Iterator[Pair]:
    """The numbers of each part under its place, sections in the order of the parts."""
    open_sections: Keys = ()
    for package in sorted(parts, key=lambda keys: [place(parts, keys[: n + 1]) for n in range(len(keys))]):
        inside = {other[len(package)] for other in parts if other[: len(package)] == package != other}
        fields = [*numbers(menu, *parts[package], said(data, package)), *named(menu, *parts[package], said(data, package), inside)]
        if not fields and not any(other[: len(package)] == package and other != package for other in parts):
            continue
        for depth in range(len(package)):
            if open_sections[: depth + 1] != package[: depth + 1]:
                yield f"{'  ' * depth}{package[depth]}:", ""
        open_sections = package
        for text, comment in fields:
            yield "  " * len(package) + text, comment


def place(parts: Mapping[Keys, tuple[str, str]], prefix: Keys) -> int:
    """When a section first appears among the parts."""
    return next(number for number, package in enumerate(parts) if package[: len(prefix)] == prefix)


def said(data: Mapping[str, Any], package: Keys) -> Mapping[str, Any]:
    """What the strategy itself says of a part."""
    value: Any = data
    for key in package:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def numbers(menu: Menu, group: str, choice: str, own: Mapping[str, Any]) -> list[Pair]:
    """(`key: value`, comment) of every plain parameter of a part, the strategy's own values in place of the part's."""
    file = menu.find(f"{group}/{choice}")
    given = read(file).data if file is not None else {}
    comments = remarks(source(menu, group, choice))
    merged = {key: own.get(key, value) for key, value in given.items() if key not in ("_target_", "defaults")}
    extra = {key: value for key, value in own.items() if key not in given}
    plain = {key: value for key, value in (merged | extra).items() if not isinstance(value, Mapping) and value != "???"}
    pairs: list[Pair] = []
    for key, value in plain.items():
        above, beside = comments.get(key, ([], ""))
        pairs += [*((f"# {line}", "") for line in above), (f"{key}: {flow(value)}", beside)]
    return pairs


def named(menu: Menu, group: str, choice: str, own: Mapping[str, Any], inside: set[str]) -> Iterator[Pair]:
    """What the strategy names itself inside a part, such as the targets of a ladder: a line each; not where further parts stand."""
    comments = remarks(source(menu, group, choice))
    for key, value in own.items():
        if isinstance(value, Mapping) and value and key not in inside:
            above, beside = comments.get(key, ([], ""))
            yield from ((f"# {line}", "") for line in above)
            yield f"{key}:", beside
            yield from ((f"  {name}: {flow(each)}", "") for name, each in value.items())


def remarks(lines: list[str]) -> dict[str, tuple[list[str], str]]:
    """(comments above, comment beside) of each key of a file; those above only where none stands beside."""
    found: dict[str, tuple[list[str], str]] = {}
    above: list[str] = []
    for line in lines:
        key, colon, rest = line.partition(":")
        if line.startswith("# "):
            above.append(line[2:])
        elif colon and re.fullmatch(r"\w+", key):
            beside = re.search(r"\s#\s*(.*)$", rest)
            found[key] = ([], beside[1]) if beside else (above, "")
            above = []
    return found


def flow(value: Any) -> str:
    """A plain value on one line of YAML."""
    return str(yaml.safe_dump(value, default_flow_style=True, width=1000)).removesuffix("\n").removesuffix("\n...")


def aligned(pairs: list[Pair]) -> list[str]:
    """Lines with their comments below each other."""
    width = max((len(text) for text, comment in pairs if comment and len(text) <= WIDEST), default=0)
    return [f"{text:<{width}}  # {comment}" if comment else text for text, comment in pairs]
