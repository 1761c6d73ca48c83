"""Which classes YAML may build: blocks of trusted packages, and nothing that merely can be reached through them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

import yaml

from runner.columns.user_file import FOLDERS
from runner.compose.syntax import complaint, undecoded
from runner.menu import shipped
from runner.model.block import Block
from runner.model.errors import ConfigError, Problem
from runner.words import nearest

PACKAGE = "blocks"
SETTINGS = "settings.yaml"


class UntrustedError(LookupError):
    """A `_target_` that will not be built; the message says why in our words."""


class HomeBlocks:
    """Finds modules of $RUNNER_HOME/blocks when the shipped ones and the installed ones have none of that name.

    Last in line, and only for `blocks.…`: the user's folder adds blocks and shadows nothing.
    """

    def __init__(self, home: Path) -> None:
        self.home = home

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """The module of that name under the user's folder."""
        package, *inner = name.split(".")
        return PathFinder.find_spec(name, [str(self.home.joinpath(package, *inner[:-1]))]) if package == PACKAGE and inner else None


def open_home(home: Path) -> None:
    """Let `blocks.…` be found in this user's folder, too, and in no other's; Python files in the folders this user trusts."""
    for finder in [f for f in sys.meta_path if isinstance(f, HomeBlocks) and f.home != home]:
        sys.meta_path.remove(finder)
    os.environ[FOLDERS] = os.pathsep.join(folders(home))
    if home != shipped("conf").parent and not any(isinstance(finder, HomeBlocks) for finder in sys.meta_path):
        sys.meta_path.append(HomeBlocks(home))


def trusted(home: Path) -> tuple[str, ...]:
    """Packages whose blocks may be built: `blocks`, $RUNNER_TRUST (commas) and `trust:` of the user's settings file."""
    listed = [name.strip() for name in os.environ.get("RUNNER_TRUST", "").split(",")]
    named = _settings(home / SETTINGS, "trust", "package names ([my_blocks])")
    return tuple(dict.fromkeys(name for name in (PACKAGE, *listed, *named) if name))


def folders(home: Path) -> tuple[str, ...]:
    """Folders beside the home whose Python files may be run: $RUNNER_TRUST_FOLDERS and `trust_folders:` of the user's settings file."""
    named = _settings(home / SETTINGS, "trust_folders", "folders ([~/signals])")
    return tuple(dict.fromkeys(name for name in (*os.environ.get(FOLDERS, "").split(os.pathsep), *named) if name))


def locate(target: str, packages: Sequence[str]) -> type[Block]:
    """The block class behind a `_target_`. UntrustedError when it is not one, or not from a trusted package."""
    module_name, _, name = target.rpartition(".")
    if not any(module_name.startswith(f"{package}.") or module_name == package for package in packages):
        raise UntrustedError(f"expected a block of {' or '.join(packages)}, was {target!r}; refused")
    found = getattr(_module(module_name, target), name, None)
    if not isinstance(found, type) or not issubclass(found, Block):
        raise UntrustedError(f"expected a block class, was {target!r}{_near_class(module_name, target) or _near(target)}")
    if not any(found.__module__.startswith(f"{package}.") or found.__module__ == package for package in packages):
        raise UntrustedError(f"expected a block of {' or '.join(packages)}, was {target!r}, which comes from {found.__module__!r}; refused")
    return found


def _module(name: str, target: str) -> ModuleType:
    """The module of a block; what its own import raises is passed on as our message."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise UntrustedError(f"expected a block class, was {target!r}{_near(target)}") from None
        raise UntrustedError(f"cannot be imported: {error}") from None
    except Exception as error:  # noqa: BLE001 - whatever a user's file raises while it is imported
        raise UntrustedError(f"cannot be imported: {type(error).__name__}: {error}") from None


def _near(target: str) -> str:
    return nearest(target, known_targets())


def _near_class(module: str, target: str) -> str:
    """The nearest of the block classes that a module makes itself, or all of them."""
    made = [each for each in vars(import_module(module)).values() if isinstance(each, type) and issubclass(each, Block)]
    return nearest(target, [f"{module}.{each.__name__}" for each in made if each.__module__ == module], also="there is")


def known_targets() -> list[str]:
    """The `_target_` of every block there is, by the files' names; nothing is imported."""
    homes = [finder.home / PACKAGE for finder in sys.meta_path if isinstance(finder, HomeBlocks)]
    roots = [Path(folder) for folder in import_module(PACKAGE).__path__] + homes
    return sorted({target for root in roots if root.is_dir() for target in _targets(root)})


def _targets(root: Path) -> Iterator[str]:
    for file in root.rglob("*.py"):
        if not file.stem.startswith("_"):
            parts = (PACKAGE, *file.relative_to(root).with_suffix("").parts)
            yield ".".join(parts) + "." + "".join(word.capitalize() for word in file.stem.split("_"))


def _settings(file: Path, key: str, what: str) -> list[str]:
    """What the user's settings trust under a key; ConfigError when the file is not what it should be."""
    if not file.is_file():
        return []
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        data = yaml.safe_load(text) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = undecoded(error) if isinstance(error, UnicodeDecodeError) else f"is not YAML: {complaint(error, text)}"
        raise ConfigError(f"{SETTINGS} cannot be read: 1 problem", [Problem(path=SETTINGS, message=said)]) from None
    trust = data.get(key, []) if isinstance(data, dict) else None
    if not isinstance(trust, list) or not all(isinstance(name, str) for name in trust):
        problem = Problem(path=key, message=f"expected a list of {what}", where=SETTINGS)
        raise ConfigError(f"{SETTINGS} cannot be read: 1 problem", [problem])
    return list(trust)
