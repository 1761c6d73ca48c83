"""Files of the user's folder that lie where a choice would and are none: `fvg.yml` instead of `fvg.yaml`, a link to nothing, a folder."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from runner.menu import ACCOUNT, SUFFIX, Menu, is_file, is_folder

OTHERS = (".yml", ".YAML", ".YML", ".yaml.txt", ".yml.txt")


def misnamed(name: str, menu: Menu) -> Path | None:
    """The user's file that was to be the choice `group/name`; None when there is none, or the right one lies beside it."""
    group, _, rest = name.partition("/")
    folder = _folder(group, menu)
    if is_file(folder / (rest + SUFFIX)) or not rest:
        return None
    return next((file for other in OTHERS if is_file(file := folder / (rest + other))), None)


def rename(name: str, menu: Menu) -> str:
    """`conf/strategy/mine.yml is not read; rename it to mine.yaml`, `accounts/mine.yaml is a folder`; empty when nothing lies there.

    Of an account whose file is gone: what puts it back.
    """
    group, _, rest = name.partition("/")
    file = misnamed(name, menu)
    if file is not None:
        return f"{menu.display(file)} is not read; rename it to {name.rpartition('/')[2]}{SUFFIX}"
    proper = _folder(group, menu) / (rest + SUFFIX)
    why = unusable(proper) if rest and os.path.lexists(proper) else ""
    return f"{menu.display(proper)} {why}" if why else _lost(group, rest, menu)


def _lost(group: str, choice: str, menu: Menu) -> str:
    """What to do about an account whose file was there once, as the end of a sentence; '' where none was."""
    kept, proper = menu.kept_file(choice), _folder(group, menu) / (choice + SUFFIX)
    if group != ACCOUNT or "/" in choice or not is_file(kept) or os.path.lexists(proper):
        return ""
    back = f"cp {shlex.quote(str(kept))} {shlex.quote(str(proper))}"
    return f"its file is gone; put it back, or what it came to when it was last started: {back}"


def unusable(file: Path) -> str:
    """Why a file that is called as a choice is none, as the end of a sentence; '' where it is a file."""
    if is_folder(file):
        return "is a folder, expected a file"
    if not is_file(file):
        return f"is a link to {file.readlink()}, where no file is or none that may be read" if file.is_symlink() else "is no plain file"
    return ""


def _folder(group: str, menu: Menu) -> Path:
    return menu.home / "accounts" if group == ACCOUNT else menu.home / "conf" / group
