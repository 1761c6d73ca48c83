"""Writes a new block from the template of its room: Python, YAML and a test that passes at once. Called by scripts/new-block."""

from __future__ import annotations

import importlib
import json
import keyword
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "scripts" / "templates"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def rooms() -> list[str]:
    """The rooms that have a template."""
    return sorted(path.stem for path in TEMPLATES.glob("*.py") if not path.stem.startswith("test_"))


def fault(room: str, name: str) -> str:
    """Why this room and name will not do; empty when they will."""
    if room not in rooms():
        return f"no room '{room}'; rooms are {', '.join(rooms())}"
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        return f"'{name}' is no name for a block; expected words in lower case such as 'trailing_stop'"
    taken = [str(path.relative_to(ROOT)) for path in files(room, name) if path.exists()]
    return f"{', '.join(taken)} already there; nothing was written" if taken else ""


def files(room: str, name: str) -> tuple[Path, Path, Path]:
    """Where block, test and YAML go."""
    return (
        ROOT / "blocks" / room / f"{name}.py",
        ROOT / "tests" / "blocks" / room / f"test_{name}.py",
        ROOT / "conf" / room / f"{name}.yaml",
    )


def camel(name: str) -> str:
    """The class of a file: `fair_value_gap` becomes FairValueGap."""
    return "".join(word.capitalize() for word in name.split("_"))


def filled(template: Path, name: str) -> str:
    """A template with the block's own name in it."""
    return template.read_text(encoding="utf-8").replace("Template", camel(name)).replace("template", name)


def text(value: Any) -> str:
    """A parameter's default as YAML; required ones are `???`."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "???" if repr(value) == "PydanticUndefined" else json.dumps(value)


def menu(room: str, name: str) -> str:
    """The YAML of a block: its schema for editors, what it is for, every parameter with default and comment; its own ones first."""
    block = getattr(importlib.import_module(f"blocks.{room}.{name}"), camel(name))
    own = sorted(block.model_fields.items(), key=lambda field: field[0] not in block.__annotations__)
    schema = f"# yaml-language-server: $schema=../../schema/{room}.json"
    lines = [schema, f"# {block.__doc__.splitlines()[0]}", f"_target_: blocks.{room}.{name}.{camel(name)}"]
    for parameter, field in own:
        setting = f"{parameter}: {text(field.get_default(call_default_factory=True))}"
        lines.append(f"{setting:<29} # {field.description}")
    return "\n".join(lines) + "\n"


def write(path: Path, content: str) -> None:
    """One file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    print(path.relative_to(ROOT))


def main(arguments: list[str]) -> int:
    """Writes the three files; 2 and one line on stderr when they cannot be written."""
    if len(arguments) != 2:
        print(f"usage: scripts/new-block ROOM NAME, rooms are {', '.join(rooms())}", file=sys.stderr)
        return 2
    room, name = arguments
    if problem := fault(room, name):
        print(problem, file=sys.stderr)
        return 2
    block, test, yaml = files(room, name)
    write(block, filled(TEMPLATES / f"{room}.py", name))
    write(test, filled(TEMPLATES / f"test_{room}.py", name))
    sys.path.insert(0, str(ROOT))
    write(yaml, menu(room, name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
