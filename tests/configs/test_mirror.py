"""The menu mirrors the blocks: one YAML beside each block, naming it, showing every parameter."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from runner.check.assemble import plain
from runner.compose.document import read
from runner.menu import shipped
from runner.model.block import Block
from runner.schema.write import LINE

BLOCKS = Path(str(next(iter(import_module("blocks").__path__))))
ROOMS_WITHOUT_PYTHON = {"strategy", "portfolio", "firm", "house", "instrument", "mode"}
FILES = sorted(str(file.relative_to(BLOCKS).with_suffix("")) for file in BLOCKS.rglob("*.py"))
YAMLS = sorted(
    str(file.relative_to(shipped("conf")).with_suffix(""))
    for file in shipped("conf").rglob("*.yaml")
    if file.parent != shipped("conf") and file.relative_to(shipped("conf")).parts[0] not in ROOMS_WITHOUT_PYTHON
)
VARIATIONS = {name for name in YAMLS if "defaults" in read(shipped("conf") / f"{name}.yaml").data}  # a block's YAML with other values


def block(name: str) -> type[Block]:
    """The block of a file: the CamelCase of its name."""
    stem = name.rpartition("/")[2]
    cls = getattr(import_module(f"blocks.{name.replace('/', '.')}"), "".join(word.capitalize() for word in stem.split("_")))
    assert issubclass(cls, Block)
    return cls


def content(name: str) -> dict[str, Any]:
    """What the block's YAML says."""
    return dict(read(shipped("conf") / f"{name}.yaml").data)


def test_trees_are_the_same() -> None:
    """Each block has exactly one YAML of its name, and each YAML of a room with Python a block."""
    assert set(YAMLS) - VARIATIONS == set(FILES)
    assert len(FILES) > 50


@pytest.mark.parametrize("name", FILES)
def test_a_yaml_names_its_block(name: str) -> None:
    """`_target_` is the class of the same name in the file of the same name, and the block stands in its room."""
    cls = block(name)
    assert content(name)["_target_"] == f"{cls.__module__}.{cls.__qualname__}"
    assert cls.room == name.partition("/")[0]


@pytest.mark.parametrize("name", FILES)
def test_a_yaml_shows_every_parameter(name: str) -> None:
    """Required ones are `???`, optional ones stand with their default; nothing else stands there."""
    shown = content(name)
    fields = block(name).model_fields
    assert set(shown) - {"_target_"} == set(fields)
    for key, field in fields.items():
        expected = "???" if field.is_required() else plain(field.get_default(call_default_factory=True, validated_data={}))
        if shown[key] != "${instrument}":
            assert shown[key] == expected, key


@pytest.mark.parametrize("name", FILES)
def test_every_parameter_is_described(name: str) -> None:
    """A parameter has a sentence in Python and a comment in YAML, beside or above; the YAML's first comment says what the block is for."""
    lines = (shipped("conf") / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith("# ")
    for key, field in block(name).model_fields.items():
        assert field.description, key
        number = next(number for number, text in enumerate(lines) if text.startswith(f"{key}:"))
        assert "#" in lines[number] or lines[number - 1].startswith("#"), key


@pytest.mark.parametrize("folder", [shipped("conf"), shipped("accounts")], ids=["conf", "accounts"])
def test_every_yaml_says_what_it_is(folder: Path) -> None:
    """Below the line for editors every YAML says in a comment what it is."""
    heads = [file.read_text(encoding="utf-8").splitlines()[:2] for file in folder.rglob("*.yaml")]
    assert all(editor.startswith(LINE) and comment.startswith("# ") for editor, comment in heads)


def test_no_room_is_a_package() -> None:
    """Rooms are namespace packages, so that a user's blocks/ adds to them."""
    assert not list(BLOCKS.rglob("__init__.py"))
