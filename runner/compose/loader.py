"""Hydra's config loader, told where the menu is and asked to remember what it merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hydra import version
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_search_path_impl import ConfigSearchPathImpl
from hydra.core.config_store import ConfigStore
from hydra.core.default_element import ResultDefault
from hydra.core.plugins import Plugins
from hydra.core.utils import setup_globals
from hydra.plugins.config_source import ConfigResult
from hydra.types import RunMode
from omegaconf import DictConfig

from runner.compose import optuna
from runner.compose.document import Keys
from runner.compose.overrides import Words, normalised
from runner.compose.resolvers import register
from runner.compose.source import SCHEME, MenuSource
from runner.menu import PRIMARY, Menu

VERSION_BASE = "1.3"
POOL = {"_target_": "runner.sweep.pool.Pool", "workers": None}  # the launcher of this project, see docs/sweeps.md
Merged = tuple[str, Keys]


class Loader(ConfigLoaderImpl):
    """Composes leniently: signs are settled and values forced first; `merged` lists (config path, place) in merge order."""

    def __init__(self, menu: Menu) -> None:
        version.setbase(VERSION_BASE)
        setup_globals()
        register()
        Plugins.instance().register(MenuSource)
        ConfigStore.instance().store(group="hydra/launcher", name="pool", node=POOL, provider="runner")
        optuna.register()
        path = ConfigSearchPathImpl()
        path.append("hydra", "pkg://hydra.conf")
        path.append("main", f"{SCHEME}://" + "|".join(str(Path(folder)) for folder in (menu.home, *menu.extra)))
        path.append("schema", "structured://")
        super().__init__(config_search_path=path)
        self.menu = self.source.menu = menu
        self.merged: list[Merged] = []

    @property
    def source(self) -> MenuSource:
        """The menu as this loader reads it."""
        return next(source for source in self.repository.get_sources() if isinstance(source, MenuSource))

    def load_configuration(
        self,
        config_name: str | None,
        overrides: list[str],
        run_mode: RunMode,
        from_shell: bool = True,  # noqa: FBT001, FBT002 - Hydra's signature
        validate_sweep_overrides: bool = True,  # noqa: FBT001, FBT002 - Hydra's signature
    ) -> DictConfig:
        """Hydra's composition of the settled words; those with a problem are left out (see `compose`)."""
        self.merged = []
        words = normalised(list(overrides), self.menu)
        return super().load_configuration(config_name, list(words.overrides), run_mode, from_shell, validate_sweep_overrides)

    def words(self, overrides: list[str]) -> Words:
        """The command line as it will be composed."""
        return normalised(overrides, self.menu)

    def _load_single_config(self, default: ResultDefault, repo: Any) -> ConfigResult:
        loaded = super()._load_single_config(default, repo)
        name = (default.config_path or "").removesuffix(".yaml").strip("/")
        if name in self.source.documents:
            self.merged.append((name, tuple(filter(None, (default.package or "").split(".")))))
        return loaded


def primary() -> str:
    """The name of the primary config; always the shipped one."""
    return PRIMARY
