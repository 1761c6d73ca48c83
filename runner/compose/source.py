"""Hydra's window on the menu: one source that serves every group, the user's folder before what ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hydra.core.object_type import ObjectType
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from omegaconf import OmegaConf

from runner.compose.document import Document, read
from runner.compose.guard import Faults, guarded
from runner.compose.misnamed import rename
from runner.menu import ACCOUNT, PRIMARY, SHIPPED, Menu
from runner.words import nearest

SCHEME = "menu"


class MenuSource(ConfigSource):
    """Serves `group/choice` as guarded data. `documents` and `faults` keep, by config path, what was read and what was wrong."""

    def __init__(self, provider: str, path: str) -> None:
        super().__init__(provider=provider, path=path)
        home, *extra = self.path.split("|")
        self.menu = Menu(Path(home), tuple(Path(folder) for folder in extra))
        self.documents: dict[str, Document] = {}
        self.faults: dict[str, Faults] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> MenuSource:
        """One source per loader: Hydra copies its repository for each composition, our records stay shared."""
        return self

    @staticmethod
    def scheme() -> str:
        """`menu://HOME|EXTRA|…`."""
        return SCHEME

    def load_config(self, config_path: str) -> ConfigResult:
        """A choice as Hydra wants it; its defaults that name itself mean the shipped one."""
        name = config_path.removesuffix(".yaml").strip("/")
        file = self.menu.find(name)
        if file is None:
            raise ConfigLoadError(f"Config not found : {name}")
        if name not in self.documents:
            self.documents[name] = read(file)
        document = self.documents[name]
        data, faults = (document.data, list(document.faults)) if name == PRIMARY else guarded(document)
        if name != PRIMARY and "defaults" in data:
            data["defaults"] = Defaults(self.menu, name, faults).settled(data["defaults"])
        if name.startswith(f"{ACCOUNT}/") and not document.data and not faults:
            faults.append(((), "is empty: an account says at least what it is made from, defaults: [hyro_2step, _self_]"))
        self.faults[name] = faults
        return ConfigResult(provider=self.provider, path=self.full_path(), config=OmegaConf.create(data), header={"package": None})

    def available(self) -> bool:
        """The menu always exists; a home without conf/ or accounts/ adds nothing."""
        return True

    def is_group(self, config_path: str) -> bool:
        """Whether there are choices under this name."""
        return self.menu.is_group(config_path)

    def is_config(self, config_path: str) -> bool:
        """Whether this is a choice."""
        return self.menu.find(config_path) is not None

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """Groups and choices under a name, sorted."""
        groups = self.menu.groups(config_path) if results_filter in (None, ObjectType.GROUP) else []
        choices = self.menu.options(config_path) if results_filter in (None, ObjectType.CONFIG) else []
        return sorted({*groups, *choices})


class Defaults:
    """The defaults list of one choice: entries that exist, with a self-naming one turned to the shipped choice."""

    def __init__(self, menu: Menu, name: str, faults: Faults) -> None:
        self.menu = menu
        self.is_shipped = f"/{SHIPPED}/" in name
        self.name = name.replace(f"{SHIPPED}/", "")
        self.group = self.name.rpartition("/")[0]
        self.faults = faults

    def settled(self, entries: list[Any]) -> list[Any]:
        """Entries as Hydra shall read them; one without a file behind it is a fault and left out."""
        kept = [self.entry(entry, number) for number, entry in enumerate(entries)]
        return [entry for entry in kept if entry is not None]

    def entry(self, entry: Any, number: int) -> Any:
        """One entry, or None when there is nothing behind it."""
        key, choice = (entry, None) if isinstance(entry, str) else next(iter(entry.items()))
        if entry == "_self_" or (isinstance(entry, dict) and choice in (None, "???")):
            return entry
        *words, where = key.split(" ")
        where, _, package = where.partition("@")
        target = self._absolute(where if choice is None else f"{where}/{choice}")
        if target == self.name:
            target = self._ours(target)
        if "optional" not in words and (target == "" or self.menu.find(target) is None):
            self.faults.append((("defaults", str(number)), self._unknown(target or self.name)))
            return None
        if f"/{SHIPPED}/" not in target:
            return entry
        return self._placed(target, package or "_here_", words, grouped=isinstance(entry, dict) and package != "")

    def _absolute(self, path: str) -> str:
        return path.strip("/") if path.startswith("/") else f"{self.group}/{path}"

    def _ours(self, target: str) -> str:
        """The shipped choice of that name; '' when there is none, or this file is it and so would name itself for ever."""
        group, _, rest = target.partition("/")
        ours = f"{group}/{SHIPPED}/{rest}"
        return "" if self.is_shipped or self.menu.find(ours) in (None, self.menu.find(self.name)) else ours

    @staticmethod
    def _placed(target: str, package: str, words: list[str], *, grouped: bool) -> Any:
        """A shipped choice with its place written out: Hydra would else take `shipped` for a part of it."""
        if not grouped:
            return f"/{target}@{package}"
        group, _, choice = target.partition("/")
        return {" ".join([*words, f"/{group}@{package}"]): choice}

    def _unknown(self, target: str) -> str:
        if target == self.name:
            return "names itself, and no other choice of that name ships"
        first, _, wanted = target.partition("/")
        if not self.menu.is_group(first) or first not in self.menu.groups():
            return f"there is no group {first!r}{nearest(first, self.menu.groups(), also='there are')}"
        found = rename(target, self.menu)
        return f"{first} has no choice {wanted!r}{f'; {found}' if found else nearest(wanted, self.menu.choices(first), also='it has')}"
