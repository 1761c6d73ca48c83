"""Two accounts with every kind of run, and the programs that say whether what is written for them is right."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from runner.deploy.process import Process, Site, processes
from runner.menu import Menu
from runner.mode.accounts.bare import bare
from runner.schedule.runs import Due, dues
from tests.command import written

MINE = """\
defaults:
  - hyro_2step
  - _self_
name: mine
secrets: {key: MINE_KEY, secret: MINE_SECRET}
runs:
  fvg: {strategy: fvg, every: 4h, offset: 5s}
  bot: {strategy: ema_cross, job: live}
  daily: {job: report, every: reset, offset: 5m}
  weekly: {job: review, schedule: {cron: '0 9 * * SUN', zone: Europe/Berlin}}
"""
OTHER = """\
defaults:
  - own_money
  - _self_
name: other_one
secrets: {key: OTHER_KEY, secret: OTHER_SECRET}
runs:
  tick: {strategy: ema_cross, schedule: {cron: '30 2 * * *', zone: Europe/Berlin}}
  play: {strategy: ema_cross, job: paper}
"""
ACCOUNTS = {"accounts/mine.yaml": MINE, "accounts/other_one.yaml": OTHER}
KEYS = "MINE_KEY=hush-a\nMINE_SECRET=hush-b\nOTHER_KEY=hush-c\nOTHER_SECRET=hush-d\n"
VALUES = ("hush-a", "hush-b", "hush-c", "hush-d")


def tool(name: str, package: str) -> str:
    """Where a program lies; without it tests fail in the pipeline, and are skipped elsewhere."""
    found = shutil.which(name)
    if found is None:
        message = f"{name} is not installed here (Debian: {package})"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def home_of(folder: Path) -> Path:
    """A user's folder with both accounts and their keys."""
    home = written(folder, {**ACCOUNTS, ".env": KEYS})
    (home / ".env").chmod(0o600)
    return home


@cache
def runs() -> tuple[Due, ...]:
    """Every run of both, composed once."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        menu = Menu(home_of(Path(folder)).resolve())
        return tuple(dues(bare(menu, name, (f"+account={name}",)) for name in ("mine", "other_one")))


def sample(journal: str = "", shared: tuple[str, ...] = ("alerts", "desk")) -> list[Process]:
    """What a host starts for them."""
    return processes(runs(), journal, shared)


def site(home: Path, **settings: object) -> Site:
    """A host; programs that are there, so that units that name them are sound."""
    plain = Site(home=home, program="/bin/true", python="/bin/true", year=2026, environment=home / ".env", cache=home / "cache")
    return replace(plain, **settings)  # type: ignore[arg-type]
