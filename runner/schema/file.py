"""The schema of one file that has a defaults list: the parts that list brings, each with its own keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from runner.check.assemble import MISSING, TARGET, slot_of
from runner.model.block import Block
from runner.schema.fields import Schema, described, nullable
from runner.schema.rooms import MAPPING, Blocks, mapping, node, sentence, slot, stem

Tree = Mapping[str, Any]
NAMED = "name"  # the choice's name serves where none is written


@dataclass(frozen=True)
class Fitted:
    """A schema, and whether the file must say something there because nothing else does."""

    schema: Schema
    needed: bool = False


@dataclass(frozen=True)
class Fitting:
    """Schemas along two trees: what the defaults list brings (`given`), and that with the file's own values (`whole`)."""

    blocks: Blocks

    def fit(self, cls: type[BaseModel], given: Tree, whole: Tree) -> Fitted:
        """The schema of a node of class `cls`; required is what nothing brings."""
        fields = {name: self._field(cls, name, given, whole) for name in cls.model_fields}
        properties = {name: described(fitted.schema, cls.model_fields[name]) for name, fitted in fields.items()}
        if issubclass(cls, Block):
            properties = {TARGET: {"const": whole.get(TARGET), "description": "the class that is built"}, **properties}
        required = [name for name, fitted in fields.items() if fitted.needed and name != NAMED]
        schema = {"title": cls.__name__, "description": sentence(cls), **MAPPING, "properties": properties, "additionalProperties": False}
        return Fitted({**schema, "required": required} if required else schema, bool(required))

    def _field(self, cls: type[BaseModel], name: str, given: Tree, whole: Tree) -> Fitted:
        held, brought, value = slot_of(cls, name), given.get(name, MISSING), whole.get(name)
        absent = brought == MISSING and cls.model_fields[name].is_required()
        if held.cls is None or held.kind == "list" or (value is not None and not isinstance(value, Mapping)):
            return Fitted(slot(cls, name), absent)
        if held.kind == "many":
            return self._several(held.cls, _tree(brought), _tree(value), absent=absent, null=held.optional)
        inner = self._one(held.cls, _tree(brought), _tree(value)) if value is not None else Fitted(node(held.cls))
        return Fitted(nullable(inner.schema) if held.optional else inner.schema, absent or (inner.needed and value is not None))

    def _several(self, cls: type[BaseModel], given: Tree, whole: Tree, *, absent: bool, null: bool) -> Fitted:
        """Parts by name: the known ones as what they are, a new one has to say what it is."""
        inner = {name: self._one(cls, _tree(given.get(name)), value) for name, value in whole.items() if isinstance(value, Mapping)}
        required = [name for name, fitted in inner.items() if fitted.needed and name in given]
        new = {"$ref": f"{cls.room}.json#/$defs/whole"} if issubclass(cls, Block) else mapping(cls)
        schema = {**MAPPING, "properties": {name: fitted.schema for name, fitted in inner.items()}, "additionalProperties": new}
        schema = {**schema, "required": required} if required else schema
        return Fitted(nullable(schema) if null else schema, absent or bool(required))

    def _one(self, cls: type[BaseModel], given: Tree, whole: Tree) -> Fitted:
        """A block as the class its tree names, any of the room where it names none."""
        if not issubclass(cls, Block):
            return self.fit(cls, given, whole)
        found = self.blocks.target(whole)
        if found is None or not issubclass(found, cls):
            return Fitted({"$ref": f"{cls.room}.json#/$defs/{'any' if given else 'whole'}"})
        fitted = self.fit(found, given, whole)
        flat = not fitted.needed and all(slot_of(found, name).kind in ("plain", "one") for name in found.model_fields)
        return Fitted({"$ref": f"{cls.room}.json#/$defs/{stem(str(whole[TARGET]))}"}) if flat and not _holds_blocks(found) else fitted


def _holds_blocks(cls: type[BaseModel]) -> bool:
    """Whether further blocks are built inside."""
    held = [slot_of(cls, name).cls for name in cls.model_fields]
    return any(inner is not None and issubclass(inner, Block) for inner in held)


def _tree(value: Any) -> Tree:
    return value if isinstance(value, Mapping) else {}


def referring(schema: Any, prefix: str) -> Any:
    """The schema with its references to other pages seen from a folder below them."""
    if isinstance(schema, Mapping):
        return {
            key: prefix + inner if key == "$ref" and not inner.startswith("#") else referring(inner, prefix)
            for key, inner in schema.items()
        }
    return [referring(inner, prefix) for inner in schema] if isinstance(schema, list) else schema
