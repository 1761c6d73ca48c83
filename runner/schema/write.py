"""Puts the schemas where an editor finds them: files, the line at the head of a YAML file, and the settings of VS Code."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from runner.menu import ACCOUNT, PRIMARY, Menu, shipped
from runner.model.errors import ConfigError, Problem, RunnerError
from runner.schema.pages import OURS, page_of, pages, text

FOLDER = "schema"
LINE = "# yaml-language-server: $schema="
SETTINGS = Path(".vscode") / "settings.json"
KEY = "yaml.schemas"


def leave(menu: Menu, folder: Path, beside: Mapping[Path, str] | None = None) -> list[Path]:
    """Write every page into `folder`, take away those no longer there, and give what was written.

    beside: further files with their text. RunnerError where the disk does not let us; then everything is as it was before.
    """
    fresh = {folder / name: text(page) for name, page in pages(menu).items()}
    undo: list[Callable[[], object]] = []
    try:
        for old in _ours(folder) - set(fresh):
            _without(old, undo)
        for file, content in {**fresh, **(beside or {})}.items():
            _with(file, content, undo)
    except OSError as error:
        for step in reversed(undo):
            with suppress(OSError):
                step()
        raise _unwritten(error, folder) from None
    return list(fresh)


def _unwritten(error: OSError, folder: Path) -> RunnerError:
    """What the disk said; a file that stands where a folder is wanted is named as such."""
    file = Path(error.filename or folder)
    taken = next((place for place in file.parents if place.exists()), file)
    problem = Problem(path=str(file), message=f"cannot be written: {error.strerror or error}")
    if not taken.is_dir():
        problem = Problem(path=str(taken), message="expected a folder, is a file; move it away")
    return RunnerError("no schema was written: 1 problem", [problem])


def _without(file: Path, undo: list[Callable[[], object]]) -> None:
    """Remove a file, and note how to have it back."""
    before = file.read_bytes()
    file.unlink()
    undo.append(partial(file.write_bytes, before))


def _with(file: Path, content: str, undo: list[Callable[[], object]]) -> None:
    """Write a file and the folders above it, and note how to have what was there before."""
    for place in reversed([folder for folder in file.parents if not folder.exists()]):
        place.mkdir()
        undo.append(place.rmdir)
    before = file.read_bytes() if file.exists() else None
    undo.append(partial(file.unlink, missing_ok=True) if before is None else partial(file.write_bytes, before))
    file.write_text(content, encoding="utf-8")


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


def settings(menu: Menu) -> tuple[Path, str]:
    """(file, text) of VS Code's settings with the associations in them. ConfigError when the file there is not plain JSON."""
    file = menu.home / SETTINGS
    known = _settings(file)
    known[KEY] = {
        **{page: files for page, files in known.get(KEY, {}).items() if not page.startswith(f"./{FOLDER}/")},
        **associations(menu),
    }
    return file, json.dumps(known, indent=2) + "\n"


def _settings(file: Path) -> dict[str, Any]:
    """What stands in the file now; nothing when there is none, or it is empty."""
    try:
        known = json.loads((file.read_text(encoding="utf-8-sig") if file.is_file() else "").strip() or "{}")
    except ValueError:
        known = None
    except OSError as error:
        problem = Problem(path=str(file), message=f"cannot be read: {error.strerror or error}")
        raise RunnerError("no schema was written: 1 problem", [problem]) from None
    if isinstance(known, dict) and isinstance(known.get(KEY, {}), dict):
        return known
    problem = Problem(path=str(SETTINGS), message=f"expected JSON without comments; add {KEY!r} yourself or move the file away")
    raise ConfigError("the editor's settings were left as they are: 1 problem", [problem])


def _pattern(group: str) -> str:
    return "accounts/**/*.yaml" if group == ACCOUNT else f"conf/{group}/**/*.yaml"
