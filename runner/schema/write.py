"""Puts the schemas where an editor finds them: files, the line at the head of a YAML file, and the settings of VS Code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runner.menu import ACCOUNT, PRIMARY, Menu, shipped
from runner.model.errors import ConfigError, Problem
from runner.schema.pages import OURS, page_of, pages, text

FOLDER = "schema"
LINE = "# yaml-language-server: $schema="
SETTINGS = Path(".vscode") / "settings.json"
KEY = "yaml.schemas"


def leave(menu: Menu, folder: Path) -> list[Path]:
    """Write every page into `folder`, take away those no longer there, and give what was written."""
    fresh = {folder / name: text(page) for name, page in pages(menu).items()}
    for old in _ours(folder) - set(fresh):
        old.unlink()
    for file, content in fresh.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return list(fresh)


def stale(menu: Menu, folder: Path) -> list[str]:
    """Pages in `folder` that are not what they would be now, missing and left over ones included; sorted."""
    fresh = {folder / name: text(page) for name, page in pages(menu).items()}
    there = {file: file.read_text(encoding="utf-8") for file in _ours(folder)}
    return sorted(str(file.relative_to(folder)) for file in {*fresh, *there} if fresh.get(file) != there.get(file))


def _ours(folder: Path) -> set[Path]:
    """The pages in a folder that were written by us; a user may keep other files there."""
    return {file for file in folder.rglob("*.json") if OURS in file.read_text(encoding="utf-8", errors="replace")[:200]}


def head(file: Path, page: Path) -> str:
    """The first line by which an editor knows a file's schema."""
    return LINE + Path(os.path.relpath(page, file.parent)).as_posix()


def stamped(content: str, line: str) -> str:
    """The text of a YAML file with this first line, in place of an older one."""
    old, _, rest = content.partition("\n")
    return f"{line}\n{rest if old.startswith(LINE) else content}"


def shipped_files() -> Iterator[tuple[Path, str]]:
    """Every YAML file that ships, with the first line it has to have."""
    schema = shipped("conf").parent / FOLDER
    primary = shipped("conf") / f"{PRIMARY}.yaml"
    yield primary, head(primary, schema / f"{PRIMARY}.json")
    for name, file in Menu(shipped("conf").parent).files():
        yield file, head(file, schema / page_of(name, file))


def associations(menu: Menu) -> dict[str, list[str]]:
    """Which files of the user's folder are held against which page, as VS Code's YAML extension wants it."""
    known = pages(menu)
    groups = {
        f"./{FOLDER}/{page}": [_pattern(page.removesuffix(".json"))]
        for page in sorted(known)
        if page.removesuffix(".json") in menu.groups()
    }
    mine = [(page_of(name, file), file) for name, file in menu.files() if file.is_relative_to(menu.home)]
    return groups | {f"./{FOLDER}/{page}": [str(file.relative_to(menu.home))] for page, file in mine if "/" in page and page in known}


def settings(menu: Menu) -> Path:
    """VS Code's settings of the user's folder with the associations in them. ConfigError when the file there is not plain JSON."""
    file = menu.home / SETTINGS
    known = _settings(file)
    known[KEY] = {
        **{page: files for page, files in known.get(KEY, {}).items() if not page.startswith(f"./{FOLDER}/")},
        **associations(menu),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    return file


def _settings(file: Path) -> dict[str, Any]:
    """What stands in the file now; nothing when there is none."""
    try:
        known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except ValueError:
        known = None
    if isinstance(known, dict) and isinstance(known.get(KEY, {}), dict):
        return known
    problem = Problem(path=str(SETTINGS), message=f"expected JSON without comments; add {KEY!r} yourself or move the file away")
    raise ConfigError("the editor's settings were left as they are: 1 problem", [problem])


def _pattern(group: str) -> str:
    return "accounts/**/*.yaml" if group == ACCOUNT else f"conf/{group}/**/*.yaml"
