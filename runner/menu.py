"""Where choices come from: the user's folder first, then what ships. Folder = group, file = the choice one types."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import runner
from runner.columns.user_file import home as home  # noqa: PLC0414 - read here by those above the menu

SUFFIX = ".yaml"
SHIPPED = "shipped"  # `shipped/NAME` always means ours
ACCOUNT = "account"  # served from accounts/ instead of conf/account/
PRIMARY = "config"
MODE = "mode"  # its choices are typed with dashes


def shipped(name: str) -> Path:
    """The folder `name` ('conf', 'accounts') as it ships: inside the package in a wheel, beside it in a clone."""
    package = Path(runner.__file__).resolve().parent
    inside = package / "shipped" / name
    return inside if inside.exists() else package.parent / name


@dataclass(frozen=True)
class Menu:
    """Every choice there is. `home` wins over the shipped menu; `extra` folders come last.

    kept: accounts whose file is gone and that are served from what was kept of it.
    """

    home: Path
    extra: tuple[Path, ...] = ()
    kept: frozenset[str] = frozenset()

    @cached_property
    def conf_folders(self) -> tuple[Path, ...]:
        """Folders that hold groups, the user's first."""
        return _distinct(self.home / "conf", shipped("conf"), *self.extra)

    @cached_property
    def account_folders(self) -> tuple[Path, ...]:
        """Folders that hold accounts, the user's first."""
        return _distinct(self.home / "accounts", shipped("accounts"))

    def find(self, name: str) -> Path | None:
        """The file behind `group/…/choice`; None when there is none. The primary config is always the shipped one."""
        path = _clean(name.removesuffix(SUFFIX))
        if path is None:
            return None
        if path == PRIMARY:
            return shipped("conf") / (PRIMARY + SUFFIX)
        return next((file for file in self._files(path) if is_file(file)), None)

    def kept_file(self, name: str) -> Path:
        """Where it is kept what an account's file has come to."""
        return self.home / "state" / name / (ACCOUNT + SUFFIX)

    def is_group(self, name: str) -> bool:
        """Whether `name` is a folder of choices; '' is the menu itself."""
        if name == "":
            return True
        path = _clean(name)
        return path is not None and any(folder.is_dir() for folder in self._places(path))

    def options(self, group: str) -> list[str]:
        """The choices directly inside a group, sorted, each once."""
        path = _clean(group)
        inside = [file for folder in self._places(path) for file in _lying(folder)] if path else []
        return sorted({file.stem for file in inside if file.name.endswith(SUFFIX) and is_file(file)})

    def groups(self, group: str = "") -> list[str]:
        """The groups directly inside a group ('' for the first level), sorted."""
        folders = self._places(group) if group else self.conf_folders
        inside = {file.name for folder in folders for file in _lying(folder) if is_folder(file) and file.name not in ("hydra", SHIPPED)}
        return sorted(inside | ({ACCOUNT} if group == "" else set()))

    def choices(self, group: str) -> list[str]:
        """Every choice of a group, nested folders included ('hyrotrader/2step')."""
        nested = [f"{inner}/{choice}" for inner in self.groups(group) for choice in self.choices(f"{group}/{inner}")]
        return sorted(self.options(group) + nested)

    def typed(self, group: str) -> list[str]:
        """The choices of a group as people type them: modes with a dash, which their files lack."""
        return [choice.replace("_", "-") if group == MODE else choice for choice in self.choices(group)]

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every choice of the menu as (`group/choice`, file)."""
        for group in self.groups():
            for choice in self.choices(group):
                found = self.find(f"{group}/{choice}")
                if found is not None:
                    yield f"{group}/{choice}", found

    def display(self, file: Path) -> str:
        """A file as people know it: relative to the user's folder, or to what ships (and then says so)."""
        if file.is_relative_to(self.home):
            return str(file.relative_to(self.home))
        root = shipped("conf").parent
        return f"{file.relative_to(root)} (shipped)" if file.is_relative_to(root) else str(file)

    def _files(self, path: str) -> Iterator[Path]:
        folder, _, choice = path.rpartition("/")
        if folder == ACCOUNT and choice in self.kept:
            return iter((self.kept_file(choice),))
        return (place / (choice + SUFFIX) for place in self._places(folder)) if folder else iter(())

    def _places(self, group: str) -> tuple[Path, ...]:
        parts = [part for part in group.split("/") if part != SHIPPED]
        only_shipped = len(parts) != group.count("/") + 1
        first, rest = (parts[0], parts[1:]) if parts else ("", [])
        if first == "hydra":
            return ()
        if first == ACCOUNT:
            folders = (shipped("accounts"),) if only_shipped else self.account_folders
            return tuple(folder.joinpath(*rest) for folder in folders)
        folders = (shipped("conf"),) if only_shipped else self.conf_folders
        return tuple(folder.joinpath(*parts) for folder in folders)


def is_file(path: Path) -> bool:
    """Whether a file is there; one behind a link that may not be followed is none."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises for such a link


def is_folder(path: Path) -> bool:
    """Whether a folder is there."""
    return os.path.isdir(path)  # noqa: PTH112 - the same


def _lying(folder: Path) -> list[Path]:
    """What a folder holds, without what editors and systems hide in it; nothing where it is not there or may not be read."""
    try:
        return [file for file in folder.iterdir() if not file.name.startswith(".")]
    except OSError:
        return []


def _clean(name: str) -> str | None:
    """A config path without a leading slash; None when it would leave the menu."""
    path = name.strip("/")
    inside = all(part not in ("", ".", "..") and "\\" not in part for part in path.split("/"))
    return path if inside else None


def _distinct(*folders: Path) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(folder.resolve() for folder in folders))
