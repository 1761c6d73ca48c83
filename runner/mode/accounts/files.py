"""The files under `accounts/` of a user's folder: those that are accounts, and those that were meant to be and are not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.compose.misnamed import OTHERS, unusable
from runner.menu import ACCOUNT, SUFFIX, Menu, is_folder
from runner.model.errors import Problem

ENDINGS = (*OTHERS, SUFFIX)


@dataclass(frozen=True, kw_only=True)
class AccountFile:
    """A file that is or was meant to be an account: its choice, typed after `account=`. fault: why it is none, '' where it is one."""

    choice: str
    file: Path
    fault: str = ""

    def problem(self, menu: Menu) -> Problem:
        """What is wrong with it, as any other problem is told."""
        return Problem(path=ACCOUNT, message=self.fault, where=menu.display(self.file))


def written(menu: Menu) -> list[AccountFile]:
    """Every one of the user's own folder, nested folders included, by choice; what editors hide there (`.mine.yaml`) does not count."""
    root = menu.account_folders[0]
    found = [entry for file, fault in _lying(root) if (entry := _entry(file, fault, root, menu)) is not None]
    return sorted(found, key=lambda each: (each.choice, each.file))


def owned(menu: Menu) -> list[str]:
    """The choices that can be composed."""
    return [each.choice for each in written(menu) if not each.fault]


def unread(menu: Menu) -> list[Problem]:
    """Files whose account would silently not be started: a wrong ending, a link to nothing, a folder."""
    return [each.problem(menu) for each in written(menu) if each.fault]


def _lying(folder: Path, above: tuple[str, ...] = ()) -> Iterator[tuple[Path, str]]:
    """Everything below a folder that is not hidden, and folders that cannot be looked into, with why."""
    real = os.path.realpath(folder)
    if real in above or not os.path.lexists(folder):
        return
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        yield folder, f"cannot be read: {error.strerror or error}"
        return
    for path in paths:
        if is_folder(path) and not path.name.endswith(ENDINGS):
            yield from _lying(path, (*above, real))
        else:
            yield path, ""


def _entry(file: Path, fault: str, root: Path, menu: Menu) -> AccountFile | None:
    """A file as an account; None where it was never meant to be one, or the one with the right name lies beside it."""
    ending = next((each for each in ENDINGS if file.name.endswith(each)), "")
    proper = file.with_name(file.name.removesuffix(ending) + SUFFIX)
    if fault:
        return AccountFile(choice=file.relative_to(root.parent).as_posix(), file=file, fault=fault)
    if not ending or (ending != SUFFIX and os.path.lexists(proper)):
        return None
    choice = proper.relative_to(root).with_suffix("").as_posix()
    why = unusable(file) if ending == SUFFIX else f"this file is not read; rename it to {proper.name}"
    return AccountFile(choice=choice, file=file, fault=why or _elsewhere(choice, file, menu))


def _elsewhere(choice: str, file: Path, menu: Menu) -> str:
    """Why a sound file is not what its choice means: `shipped/…` is always ours."""
    return "" if menu.find(f"{ACCOUNT}/{choice}") == file else f"account={choice} does not mean this file; call it otherwise"
