"""Files of the user's folder that lie where a choice would, under a name nobody looks for: `fvg.yml` instead of `fvg.yaml`."""

from __future__ import annotations

from pathlib import Path

from runner.menu import ACCOUNT, SUFFIX, Menu

OTHERS = (".yml", ".YAML", ".YML", ".yaml.txt", ".yml.txt")


def misnamed(name: str, menu: Menu) -> Path | None:
    """The user's file that was to be the choice `group/name`; None when there is none, or the right one lies beside it."""
    group, _, rest = name.partition("/")
    folder = menu.home / "accounts" if group == ACCOUNT else menu.home / "conf" / group
    if (folder / (rest + SUFFIX)).is_file() or not rest:
        return None
    return next((file for other in OTHERS if (file := folder / (rest + other)).is_file()), None)


def rename(name: str, menu: Menu) -> str:
    """`conf/strategy/mine.yml is not read; rename it to mine.yaml`; empty when no such file is there."""
    file = misnamed(name, menu)
    return f"{menu.display(file)} is not read; rename it to {name.rpartition('/')[2]}{SUFFIX}" if file is not None else ""
