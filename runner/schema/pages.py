"""Every schema there is for a user's folder: one page a choice group, and one for each file with a defaults list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from runner.bars.specification import Specification
from runner.check import mode_module, modes
from runner.check.assemble import TARGET
from runner.menu import ACCOUNT, PRIMARY, SHIPPED, Menu, shipped
from runner.model.block import Rule
from runner.model.settings import AccountSection, PortfolioSection, ProgramSection, StrategySection
from runner.schema.fields import Schema
from runner.schema.file import Fitting, referring
from runner.schema.places import brought, said, settled
from runner.schema.rooms import MAPPING, ROOMS, Blocks, definitions, mapping, names, node, sentence, stem

DRAFT = "http://json-schema.org/draft-07/schema#"
OURS = "written by the runner"
SECTIONS: Mapping[str, type[BaseModel]] = {
    "strategy": StrategySection,
    "portfolio": PortfolioSection,
    ACCOUNT: AccountSection,
    "firm": ProgramSection,
}
ONE_PAGE = ("instrument", "house", "mode")  # groups whose files are all held against one page
SELF = "_self_"
HAS_DEFAULTS = {"required": ["defaults"]}


def pages(menu: Menu) -> dict[str, Schema]:
    """Every page by its path below the schema folder: `strategy.json`, `strategy/fvg.json` and so on."""
    blocks = Blocks(menu)
    found = {"defaults": _defaults(menu), PRIMARY: _primary()}
    found |= {room: _room(blocks, room) for room in ROOMS}
    found |= {group: _section(cls, group) for group, cls in SECTIONS.items()}
    found |= {"mode": _modes(), "instrument": _instrument(), "house": _house()}
    found |= dict(_fitted(menu, blocks))
    return {f"{name}.json": {"$schema": DRAFT, "$comment": OURS, **page} for name, page in found.items()}


def page_of(name: str, file: Path) -> str:
    """The page a file of the menu is held against, by its config path: its own where it has a defaults list, else its group's."""
    group = name.partition("/")[0]
    return f"{name if 'defaults' in said(file) and group not in ONE_PAGE else group}.json"


def text(page: Schema) -> str:
    """A page as it is written."""
    return json.dumps(page, indent=1, ensure_ascii=False) + "\n"


def _defaults(menu: Menu) -> Schema:
    """The defaults list of any file: for each group its choices."""
    keyed = {f"^(override |optional )?/?{group}(@[\\w.]+)?$": _choices(menu, group) for group in _groups(menu)}
    entry = {"type": "object", "patternProperties": keyed, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}
    bare = {f"choice_{group}": _bare(menu, group) for group in menu.groups()}
    return {"title": "defaults", "description": "the parts, from top to bottom", "$defs": {"entry": entry, **bare}}


def _bare(menu: Menu, group: str) -> Schema:
    """An entry without a place: a choice of the file's own group, or this file's own values."""
    near = {"enum": [SELF, *_names(menu, group)], "description": f"a choice of conf/{group}, or {SELF}: where this file's own values stand"}
    return {"anyOf": [near, {"type": "string", "pattern": "^/|@|^o[a-z]+ "}]}


def _groups(menu: Menu) -> list[str]:
    inside = [f"{group}/{inner}" for group in menu.groups() for inner in menu.groups(group)]
    return [*menu.groups(), *inside]


def _choices(menu: Menu, group: str) -> Schema:
    return {"enum": [*_names(menu, group), None, "???"], "description": f"one of conf/{group}"}


def _names(menu: Menu, group: str) -> list[str]:
    """What one may write for a choice of a group, the shipped ones also by their full name."""
    ours = Menu(shipped("conf").parent).choices(group) if "/" not in group else []
    return [*menu.choices(group), *(f"{SHIPPED}/{choice}" for choice in ours)]


def _primary() -> Schema:
    """config.yaml, which only we write."""
    sections: Schema = {name: {} for name in ("defaults", "hydra", "strategy", "portfolio", ACCOUNT)}
    return {
        "title": "config",
        "description": "what a job is made of",
        "type": "object",
        "properties": sections,
        "additionalProperties": False,
    }


def _room(blocks: Blocks, room: str) -> Schema:
    """A file of a room: a block by its `_target_`, or one with a defaults list."""
    defs = definitions(blocks, room)
    files = {stem(target): _file(room, stem(target), cls) for target, cls in blocks.of(room).items()}
    known = [{"if": names(target), "then": {"$ref": f"#/$defs/file_{stem(target)}"}} for target in blocks.of(room)]
    loose = {"anyOf": [{"$ref": f"#/$defs/file_{name}"} for name in files]}
    unnamed = {"if": {"required": [TARGET]}, "else": {"if": HAS_DEFAULTS, "then": loose, "else": {"required": [TARGET]}}}
    target = defs["named"]["properties"][TARGET]
    page = {
        "title": room,
        "description": f"a file of conf/{room}",
        "type": "object",
        "properties": {TARGET: target},
        "allOf": [*known, unnamed],
    }
    return {**page, "$defs": {**defs, **{f"file_{name}": file for name, file in files.items()}}}


def _file(room: str, name: str, cls: type[BaseModel]) -> Schema:
    """A block as a file: required keys stand there, unless a defaults list may bring them."""
    fields = {key: {"$ref": f"#/$defs/{name}/properties/{key}"} for key in (TARGET, *cls.model_fields)}
    required = [key for key, field in cls.model_fields.items() if field.is_required()]
    page = {"title": cls.__name__, "properties": {"defaults": _list_of(room), **fields}, "additionalProperties": False}
    return {**page, "if": HAS_DEFAULTS, "else": {"required": required}} if required else page


def _list_of(group: str) -> Schema:
    """A defaults list whose bare entries are of one group."""
    items = {
        "if": {"type": "string"},
        "then": {"$ref": f"defaults.json#/$defs/choice_{group}"},
        "else": {"$ref": "defaults.json#/$defs/entry"},
    }
    return {"type": "array", "description": "the parts, from top to bottom", "items": items}


def _section(cls: type[BaseModel], group: str) -> Schema:
    """A file of a group without Python: any part of its section; blocks are whole where no defaults list can bring the rest."""
    alone, joined = (mapping(cls, blocks=blocks) for blocks in ("whole", "any"))
    joined = {**joined, "properties": {"defaults": _list_of(group), **joined["properties"]}}
    return {"title": group, "description": sentence(cls), "type": "object", "if": HAS_DEFAULTS, "then": joined, "else": alone}


def _modes() -> Schema:
    """A file of conf/mode: the options of the mode it names."""
    known = {mode: _mode(mode) for mode in modes()}
    cases = [
        {"if": {"properties": {"name": {"enum": list(_spelt(mode))}}, "required": ["name"]}, "then": page} for mode, page in known.items()
    ]
    unnamed = {"if": {"required": ["name"]}, "else": {"anyOf": list(known.values())}}
    name = {"enum": sorted({spelt for mode in known for spelt in _spelt(mode)}), "description": "which mode it is"}
    return {"title": "mode", "type": "object", "properties": {"name": name}, "allOf": [*cases, unnamed]}


def _spelt(mode: str) -> dict[str, None]:
    """A mode's name with a dash and as its file has it."""
    return dict.fromkeys((mode, mode.replace("-", "_")))


def _mode(mode: str) -> Schema:
    options: type[BaseModel] | None = getattr(mode_module(mode), "Options", None)
    page: Schema = {"properties": {}, "additionalProperties": False} if options is None else mapping(options)
    return {**page, "properties": {**page["properties"], "defaults": _list_of("mode"), "name": {}}}


def _instrument() -> Schema:
    """A file of conf/instrument: your own fields of symbols."""
    page = {"title": "instrument", "description": "your own fields of a symbol", **MAPPING, "additionalProperties": mapping(Specification)}
    return {**page, "properties": {"defaults": _list_of("instrument")}}


def _house() -> Schema:
    """A file of conf/house: rules by name, whole where no defaults list can bring the rest."""
    alone, joined = ({"additionalProperties": node(Rule, blocks)} for blocks in ("whole", "any"))
    joined = {**joined, "properties": {"defaults": _list_of("house")}}
    return {
        "title": "house",
        "description": "a named set of house rules",
        "type": "object",
        "if": HAS_DEFAULTS,
        "then": joined,
        "else": alone,
    }


def _fitted(menu: Menu, blocks: Blocks) -> Iterator[tuple[str, Schema]]:
    """A page for each file with a defaults list; when that list has changed since, the group's page holds."""
    for name, file in menu.files():
        group, data = name.partition("/")[0], said(file)
        given, whole = brought(menu, name), settled(menu, name)
        cls = SECTIONS.get(group) or blocks.target(whole)
        if "defaults" in data and cls is not None:
            up = "../" * name.count("/")
            page = Fitting(blocks).fit(cls, given, whole).schema
            page = {**page, "type": "object", "properties": {"defaults": _list_of(group), **page["properties"]}}
            same = {"properties": {"defaults": {"const": data["defaults"]}}, **HAS_DEFAULTS}
            yield name, {"title": name, "if": same, "then": referring(page, up), "else": {"$ref": f"{up}{group}.json"}}
