"""Plain data → blocks and sections, inside out. A node is built when all inside it was; every fault of every node is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from runner.check.expect import describe, explained, misread
from runner.compose.document import Keys
from runner.compose.trace import Trace
from runner.model.block import Block, Rule
from runner.model.errors import Problem
from runner.trust import UntrustedError, known_targets, locate
from runner.words import closest, listed, nearest, shown

MISSING = "???"
TARGET = "_target_"
UNSOUND = "_unsound_"  # a key no class has: its fields are still validated, but it is not built


@dataclass(frozen=True)
class Slot:
    """What a field holds: nodes of `cls`, as `one`, `many` (a mapping) or `list`; `plain` values are pydantic's alone."""

    kind: str
    cls: type[BaseModel] | None = None
    optional: bool = False


@dataclass
class Assembler:
    """Builds one configuration. `problems` grows as it goes; `unknown` holds the paths nothing knows."""

    trace: Trace
    packages: Sequence[str]
    problems: list[Problem] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    spoilt: int = 0
    blocks: int = 0
    rules_built: int = 0
    rules_written: int = 0

    def report(self, path: Keys, message: str, where: str = "") -> None:
        """Keep a problem, once for each path, under the path where the value is written."""
        path = self.trace.written(path)
        dotted = ".".join(path)
        if all(problem.path != dotted for problem in self.problems):
            self.problems.append(Problem(path=dotted, message=message, where=where or self.trace.where(path)))

    def missing(self, path: Keys, message: str, where: str = "") -> None:
        """Report an absence; one that a problem above explains only spoils the node."""
        if self.trace.hole(path):
            self.spoilt += 1
        else:
            self.report(path, message, where)

    def section(self, cls: type[BaseModel], value: Any, path: Keys) -> Any:
        """A section of the configuration, or None when something in it is wrong."""
        if value is None or value == MISSING:
            return self.missing(path, f"expected {_noun(cls)}, is missing")
        if not isinstance(value, Mapping):
            return self.report(path, f"expected a mapping, was {shown(value)}")
        if TARGET in value:
            return self.report((*path, TARGET), f"nothing is built here, so it may not stand here; found {shown(value[TARGET])}")
        return self.node(cls, value, path)

    def block(self, base: type[Block], value: Any, path: Keys) -> Any:
        """A block of the room `base` stands for, or None when something is wrong with it."""
        self.rules_written += issubclass(base, Rule)
        if value == MISSING or value is None:
            return self.missing(path, f"expected {_noun(base)}, is {'missing' if value else 'nothing (null)'}{_empty_choice(base)}")
        if not isinstance(value, Mapping):
            return self.report(path, f"expected {_noun(base)} (a mapping with _target_), was {shown(value)}")
        cls, sure = self._class(base, value, path)
        if cls is None:
            return None
        built = self.node(cls, value, path)
        if built is None or not sure:
            return None
        self.blocks += 1
        self.rules_built += issubclass(cls, Rule)
        return built

    def _class(self, base: type[Block], value: Mapping[str, Any], path: Keys) -> tuple[type[Block] | None, bool]:
        """The class a node names, and whether it may be built; a near guess still serves to check what is inside."""
        target = value.get(TARGET)
        if target is None and self.trace.hole(path) and closest(TARGET, value) is None:
            self.spoilt += 1  # why nothing stands here has been said
            return self._guess(base, self._by_file(path)), False
        invented = self.trace.invented(path) if target is None else []
        if invented:
            self.unknown.update(invented)
            self.report(tuple(invented[0].split(".")), f"there is no {'.'.join(path)} to set it in; choose one first")
            return None, False
        if not isinstance(target, str) or target == MISSING:
            self.report((*path, TARGET) if TARGET in value else path, _no_target(value, base))
            return self._guess(base, self._likely(value, path)), False
        try:
            cls = locate(target, self.packages)
        except UntrustedError as error:
            self.report((*path, TARGET), str(error))
            return self._guess(base, closest(target, known_targets())), False
        if not issubclass(cls, base):
            self.report((*path, TARGET), f"expected {_noun(base)}, was {_noun(cls)} ({target})")
            return self._guess(base, self._by_file(path)), False
        return cls, True

    def _guess(self, base: type[Block], target: str | None) -> type[Block] | None:
        try:
            cls = locate(target or "", self.packages)
        except UntrustedError:
            return None
        return cls if issubclass(cls, base) else None

    def _likely(self, value: Mapping[str, Any], path: Keys) -> str | None:
        """The class a node without `_target_` was meant to be: by a misspelt key, else by the file it came from."""
        misspelt = closest(TARGET, value)
        if misspelt is not None and isinstance(value[misspelt], str):
            return str(value[misspelt])
        return self._by_file(path)

    def _by_file(self, path: Keys) -> str | None:
        """The block of the same name as the file this node came from."""
        names = [layer.name.replace("/", ".") for layer in self.trace.layers if layer.package == path]
        return next((target for target in known_targets() for name in names if target.startswith(f"blocks.{name}.")), None)

    def counts(self) -> tuple[int, int, int]:
        """Blocks built, rules built, rules written so far."""
        return self.blocks, self.rules_built, self.rules_written

    def count(self, blocks: int, rules_built: int, rules_written: int) -> None:
        """Count what was built elsewhere."""
        self.blocks += blocks
        self.rules_built += rules_built
        self.rules_written += rules_written

    def faults(self) -> int:
        """How much was found wrong so far."""
        return len(self.problems) + self.spoilt

    def node(self, cls: type[BaseModel], data: Mapping[str, Any], path: Keys) -> Any:
        """An instance of `cls`, or None; every fault in it and below is reported."""
        before = self.faults()
        unknown = [key for key in data if key not in cls.model_fields and key != TARGET]
        self.trace.holes.update((*path, meant) for key in unknown if (meant := closest(key, cls.model_fields)) is not None)
        given: dict[str, Any] = {}
        for key, value in data.items():
            if key in cls.model_fields:
                self._take(cls, key, value, path, given)
        self._unknown_keys(cls, unknown, data, path)
        self._missing_keys(cls, unknown, data, path)
        return self._validated(cls, given, data, path, clean=self.faults() == before)

    def _take(self, cls: type[BaseModel], key: str, value: Any, path: Keys, given: dict[str, Any]) -> None:
        """Put a field's value into `given`, its nodes built; nothing is put when that failed."""
        slot, here = slot_of(cls, key), (*path, key)
        if value == MISSING:
            return self.missing(here, f"expected {describe(cls.model_fields[key])}, is missing")
        before = self.faults()
        built = self._filled(slot, value, here)
        if self.faults() == before:
            given[key] = built
        return None

    def _filled(self, slot: Slot, value: Any, path: Keys) -> Any:
        if slot.cls is None:
            self._stray(value, path)
            return value
        if slot.optional and value is None:
            return None
        if slot.kind == "one":
            return self._one(slot.cls, value, path)
        return self._several(slot.cls, slot.kind, value, path)

    def _several(self, cls: type[BaseModel], kind: str, value: Any, path: Keys) -> Any:
        """A mapping or a list of nodes."""
        if kind == "many" and isinstance(value, Mapping):
            if TARGET in value:
                return self.report((*path, TARGET), f"expected names with {_noun(cls)} each, found {shown(value[TARGET])}")
            return {key: self._one(cls, inner, (*path, key)) for key, inner in value.items()}
        if kind == "list" and isinstance(value, list):
            return [self._one(cls, inner, (*path, str(number))) for number, inner in enumerate(value)]
        wanted = f"a mapping of names to {_plural(cls)}" if kind == "many" else f"a list of {_plural(cls)}"
        return self.report(path, f"expected {wanted}, was {shown(value)}")

    def _one(self, cls: type[BaseModel], value: Any, path: Keys) -> Any:
        return self.block(cls, value, path) if issubclass(cls, Block) else self.section(cls, value, path)

    def _stray(self, value: Any, path: Keys) -> None:
        """A `_target_` inside a plain value would silently stay data."""
        items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in items:
            if key == TARGET:
                self.report((*path, TARGET), f"nothing is built here, so it may not stand here; found {shown(inner)}")
            self._stray(inner, (*path, str(key)))

    def _unknown_keys(self, cls: type[BaseModel], unknown: list[str], data: Mapping[str, Any], path: Keys) -> None:
        free = [name for name in cls.model_fields if name not in data]
        for key in unknown:
            near = nearest(key, free) or nearest(key, cls.model_fields, also="it has")
            if key != closest(TARGET, unknown) or TARGET in data or not issubclass(cls, Block):
                self.unknown.add(".".join((*path, key)))
                before = self.trace.meant_for((*path, key))
                meant = f"; it was meant for the {before} that stood here; to drop it type ~{'.'.join((*path, key))}" if before else ""
                self.report((*path, key), f"{_title(cls)} has no {key!r}{near}{meant}")

    def _missing_keys(self, cls: type[BaseModel], unknown: list[str], data: Mapping[str, Any], path: Keys) -> None:
        """Required fields that are absent, but for those an unknown key is the misspelling of."""
        free = [name for name in cls.model_fields if name not in data]
        meant = {closest(key, free) for key in unknown}
        for name in free:
            field_info = cls.model_fields[name]
            if field_info.is_required() and name not in meant:
                slot = slot_of(cls, name)
                wanted = _noun(slot.cls) if slot.cls is not None and slot.kind == "one" else describe(field_info)
                self.missing((*path, name), f"expected {wanted}, is missing", self.trace.where((*path, TARGET)) or self.trace.where(path))

    def _validated(self, cls: type[BaseModel], given: dict[str, Any], data: Mapping[str, Any], path: Keys, *, clean: bool) -> Any:
        """The instance; pydantic's errors become problems, those of the node as a whole only when its parts are right."""
        try:
            built = cls.model_validate(given if clean else {**given, UNSOUND: True})
        except ValidationError as error:
            self._errors(cls, error, data, path, clean=clean)
            return None
        return built if clean else None

    def _errors(self, cls: type[BaseModel], error: ValidationError, data: Mapping[str, Any], path: Keys, *, clean: bool) -> None:
        grouped: dict[Keys, list[Any]] = {}
        for found in error.errors(include_url=False):
            if found["type"] != "missing" and found["loc"] != (UNSOUND,):
                grouped.setdefault(_location(found["loc"], data), []).append(found)
        for keys, errors in grouped.items():
            if keys and any(other[: len(keys)] == keys for other in grouped if other != keys):
                continue  # another branch of a union says where inside
            here = (*path, *keys)
            if not keys:
                if clean and len(grouped) == 1 and not self.trace.hole(path):
                    told = explained(errors, data, None, None).removesuffix(f" (found {shown(data)})")
                    self.report(path, told, self.trace.typed(self.trace.written(path), data))
                continue
            value = _value(data, keys)
            self.report(here, explained(errors, value, cls.model_fields.get(keys[0]), self.trace.mark(self.trace.written(here))))

    def misreadings(self, value: Any, path: Keys) -> None:
        """Report what YAML silently turned into numbers anywhere, also where a number is wanted."""
        items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in items:
            self.misreadings(inner, (*path, str(key)))
        message = misread(value, self.trace.mark(path)) if isinstance(value, int | float) else ""
        if message:
            self.report(path, message)


@cache
def slot_of(cls: type[BaseModel], key: str) -> Slot:
    """What the field `key` of `cls` holds."""
    return _slot(cls.model_fields[key].annotation, optional=False)


def _slot(annotation: Any, *, optional: bool) -> Slot:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _slot(args[0], optional=optional)
    if origin in (Union, UnionType):
        inner = [arg for arg in args if arg is not NoneType]
        return _slot(inner[0], optional=len(inner) < len(args)) if len(inner) == 1 else Slot("plain")
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Slot("one", annotation, optional)
    if origin in (dict, list) and args:
        held = _slot(args[-1], optional=False)
        if held.kind == "one":
            return Slot("many" if origin is dict else "list", held.cls, optional)
    return Slot("plain")


def plain(value: Any) -> Any:
    """A built configuration as plain data again, defaults included: what a hash is taken of."""
    if isinstance(value, BaseModel):
        target = {TARGET: f"{type(value).__module__}.{type(value).__qualname__}"} if isinstance(value, Block) else {}
        return {**target, **{name: plain(getattr(value, name)) for name in type(value).model_fields}}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _location(loc: tuple[Any, ...], data: Any) -> Keys:
    """The parts of an error's location that are a path in the data; union branches and validators are left out."""
    keys: list[str] = []
    for part in loc:
        key = str(part) if isinstance(data, Mapping) else part
        if key in data if isinstance(data, Mapping) else isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[key]
            keys.append(str(part))
    return tuple(keys)


def _value(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data


def _no_target(value: Mapping[str, Any], base: type[Block]) -> str:
    misspelt = closest(TARGET, [key for key in value if key != TARGET])
    found = repr(misspelt) if misspelt is not None else listed(map(repr, value)) or "nothing"
    return f"no _target_ here, nothing would be built ({_noun(base)} is expected); found {found}"


def _empty_choice(base: type[Block]) -> str:
    empty = {"exit": "no_exit", "rule": "no_limit", "entry": "never"}.get(base.room)
    return f"; choose {empty} to have none" if empty else ""


def _noun(cls: type[BaseModel]) -> str:
    if issubclass(cls, Block):
        room = cls.room or "block"
        return f"{'an' if room[0] in 'aeiou' else 'a'} {room} block"
    return f"the {cls.__name__.removesuffix('Section').lower()}'s settings"


def _plural(cls: type[BaseModel]) -> str:
    return f"{cls.room or 'some'} blocks" if issubclass(cls, Block) else "mappings"


def _title(cls: type[BaseModel]) -> str:
    if cls.__name__ == "Options":
        return "this mode"
    if title := cls.model_config.get("title"):
        return title
    return cls.__name__ if issubclass(cls, Block) else f"the {cls.__name__.removesuffix('Section').lower()}"
