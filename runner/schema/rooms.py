"""The blocks of a room as JSON Schema: each by its name, and any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from runner.check.assemble import TARGET, slot_of
from runner.menu import Menu
from runner.model.block import Block, Entry, Exit, Filter, Indicator, Rule, Sizing, Source, Venue
from runner.schema.fields import REFERENCE, Schema, described, leaf, nullable
from runner.trust import UntrustedError, known_targets, locate, open_home, trusted

ROOMS: Mapping[str, type[Block]] = {cls.room: cls for cls in (Source, Indicator, Filter, Entry, Exit, Sizing, Rule, Venue)}
MAPPING = {"type": ["object", "string"], "pattern": REFERENCE, "patternErrorMessage": "expected a mapping"}


@dataclass(frozen=True)
class Blocks:
    """Every block there is for a user's folder; files that cannot be imported are left out."""

    menu: Menu

    @cached_property
    def by_target(self) -> dict[str, type[Block]]:
        """Each block under its `_target_`, sorted."""
        open_home(self.menu.home)
        found = {target: self._located(target) for target in known_targets()}
        return {target: cls for target, cls in found.items() if cls is not None}

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """Trusted packages."""
        return trusted(self.menu.home)

    def of(self, room: str) -> dict[str, type[Block]]:
        """The blocks of one room by `_target_`."""
        return {target: cls for target, cls in self.by_target.items() if issubclass(cls, ROOMS[room])}

    def target(self, value: Any) -> type[Block] | None:
        """The class a tree's node names; None when it names none."""
        found = value.get(TARGET) if isinstance(value, Mapping) else None
        return self.by_target.get(found) if isinstance(found, str) else None

    def _located(self, target: str) -> type[Block] | None:
        try:
            return locate(target, self.packages)
        except UntrustedError:
            return None


def definitions(blocks: Blocks, room: str) -> Schema:
    """What other pages refer to: each block under its file's name, `whole` (it names its class) and `any` (a part or a whole)."""
    classes = blocks.of(room)
    named = {stem(target): mapping(cls, target) for target, cls in classes.items()}
    foreign = [package for package in blocks.packages if package != "blocks"]
    target = _targets(room, list(classes), foreign)
    single = {**MAPPING, "required": [TARGET], "properties": {TARGET: target}, "allOf": _by_target(classes)}
    loose = {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in named]}
    either = {"if": {"required": [TARGET]}, "then": {"$ref": "#/$defs/named"}, "else": loose}
    return {**named, "named": single, "whole": {"allOf": [{"$ref": "#/$defs/named"}, *_complete(classes)]}, "any": either}


def stem(target: str) -> str:
    """The file's name behind a `_target_`: blocks.exit.atr_stop.AtrStop is atr_stop."""
    return target.split(".")[-2]


def mapping(cls: type[BaseModel], target: str = "", blocks: str = "any") -> Schema:
    """A section or block of which any part may be given; unknown keys are refused. `blocks`: which definition holds for blocks inside."""
    own: Schema = {TARGET: {"const": target, "description": "the class that is built"}} if target else {}
    fields = {name: slot(cls, name, blocks) for name in cls.model_fields}
    return {"title": cls.__name__, "description": sentence(cls), **MAPPING, "properties": {**own, **fields}, "additionalProperties": False}


def slot(cls: type[BaseModel], name: str, blocks: str = "any") -> Schema:
    """One field: a plain value, a block or section, or several by name."""
    held, field = slot_of(cls, name), cls.model_fields[name]
    if held.cls is None:
        return described(leaf(field), field)
    inner = node(held.cls, blocks)
    if held.kind == "many":
        inner = {**MAPPING, "additionalProperties": inner}
    elif held.kind == "list":
        inner = {"type": ["array", "string"], "pattern": REFERENCE, "items": inner}
    return described(nullable(inner) if held.optional else inner, field)


def node(cls: type[BaseModel], blocks: str = "any") -> Schema:
    """A block by reference to its room's page, a section written out."""
    return {"$ref": f"{cls.room}.json#/$defs/{blocks}"} if issubclass(cls, Block) else mapping(cls, blocks=blocks)


def sentence(cls: type[BaseModel]) -> str:
    """The first sentence of a docstring."""
    return (cls.__doc__ or "").strip().partition("\n")[0]


def _targets(room: str, targets: Sequence[str], foreign: Sequence[str]) -> Schema:
    """The classes that may stand here; those of packages the user trusts are not looked into."""
    known: Schema = {"enum": list(targets), "description": f"the class of the {room} block"}
    theirs = "|".join(package.replace(".", r"\.") for package in foreign)
    return {"anyOf": [known, {"type": "string", "pattern": rf"^({theirs})\."}]} if theirs else known


def _by_target(classes: Mapping[str, type[Block]]) -> list[Schema]:
    """For each class: where it is named, its block's schema holds."""
    return [{"if": names(target), "then": {"$ref": f"#/$defs/{stem(target)}"}} for target in classes]


def _complete(classes: Mapping[str, type[Block]]) -> list[Schema]:
    """For each class with required parameters: where it is named, they stand there."""
    needed = {target: [key for key, field in cls.model_fields.items() if field.is_required()] for target, cls in classes.items()}
    return [{"if": names(target), "then": {"required": keys}} for target, keys in needed.items() if keys]


def names(target: str) -> Schema:
    """Whether a mapping names this class."""
    return {"properties": {TARGET: {"const": target}}, "required": [TARGET]}
