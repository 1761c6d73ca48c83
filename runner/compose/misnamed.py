"""Files of the user's folder that lie where a choice would and are none: `fvg.yml` instead of `fvg.yaml`, a link to nothing, a folder."""

from __future__ import annotations

import os
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
    """`conf/strategy/mine.yml is not read; rename it to mine.yaml`, `accounts/mine.yaml is a folder`; empty when nothing lies there."""
    group, _, rest = name.partition("/")
    file = misnamed(name, menu)
    if file is not None:
        return f"{menu.display(file)} is not read; rename it to {name.rpartition('/')[2]}{SUFFIX}"
    proper = _folder(group, menu) / (rest + SUFFIX)
    why = unusable(proper) if rest and os.path.lexists(proper) else ""
    return f"{menu.display(proper)} {why}" if why else ""


def unusable(file: Path) -> str:
    """Why a file that is called as a choice is none, as the end of a sentence; '' where it is a file."""
    if is_folder(file):
        return "is a folder, expected a file"
    if not is_file(file):
        return f"is a link to {file.readlink()}, where no file is or none that may be read" if file.is_symlink() else "is no plain file"
    return ""


def _folder(group: str, menu: Menu) -> Path:
    return menu.home / "accounts" if group == ACCOUNT else menu.home / "conf" / group
