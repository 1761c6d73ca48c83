"""Several jobs of one command: a sweep or a search, and the leaderboard at its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from hydra._internal.hydra import Hydra
from omegaconf import DictConfig, OmegaConf

from runner.check import mode_module
from runner.compose.optuna import TARGET as OPTUNA
from runner.compose.overrides import parsed
from runner.menu import Menu
from runner.mode.judged import Judged
from runner.model.errors import UnwritableError
from runner.perform import Worker, remove_empty
from runner.report.leaderboard import HTML, Row, leave, show
from runner.report.objective import Objective, objectives
from runner.search.packages import needed
from runner.search.settings import misspelt, read
from runner.search.space import unsearchable
from runner.sweep import Swept, settings, sweep
from runner.usage import say


def several(overrides: list[str], hydra: Hydra, menu: Menu) -> int:
    """Run a sweep, and say how its jobs compare; the highest exit status of all."""
    strange = misspelt(parsed(overrides, menu=menu))
    if strange:
        raise unsearchable(strange)
    config = settings(hydra, overrides)
    if config.hydra.sweeper.get("_target_") == OPTUNA:
        return searched(hydra, config, overrides, menu)
    swept = sweep(hydra, config, overrides, Worker(menu))
    if swept is None:
        return 0
    compared(swept)
    remove_empty(swept.folder)
    return max(ran["status"] for ran in swept.ran)


def searched(hydra: Hydra, config: DictConfig, overrides: list[str], menu: Menu) -> int:
    """Search with Optuna, and say how the trials compare."""
    asked = read(cast("dict[str, Any]", OmegaConf.to_container(config.hydra.sweeper, resolve=True)))
    needed(str(asked.sampler["name"]))
    from runner.search.sweeper import search

    found = search(hydra, config, overrides, Worker(menu), asked)
    board(found.folder, [Row(**each) for each in found.rows], found.objectives, quiet=found.quiet)
    for line in found.lines:
        say(line)
    return found.status


def compared(swept: Swept) -> None:
    """Leave and show the leaderboard of jobs of one mode that can be compared; none of others, nor of a job alone.

    With mode.quiet=true it is left, and one line says where.
    """
    checked = [each for job in swept.jobs if (each := job.examined.checked) is not None]
    mode, options = checked[0].mode, checked[0].options
    alike = len({each.mode for each in checked}) == 1 and issubclass(getattr(mode_module(mode), "Options", object), Judged)
    if not alike or len(swept.jobs) < 2:
        return
    rows = [
        Row(values=ran["values"], status=ran["status"], page=ran["page"], folder=ran["folder"], said=ran["said"], skipped=ran["done"])
        for ran in swept.ran
    ]
    board(swept.folder, rows, objectives(options.get("objective"), mode), quiet=bool(options.get("quiet")))


def board(folder: Path, rows: Sequence[Row], goals: Sequence[Objective], *, quiet: bool) -> None:
    """Leave the leaderboard and show it; quiet: only say where it is. One that cannot be left is shown before that is said."""
    try:
        kept = leave(folder, rows, goals)
    except UnwritableError:
        if not quiet:
            show(folder, rows, goals, left=False)
        raise
    if kept:
        say(f"the leaderboard that was here has other runs; it is kept as {folder / kept}")
    if quiet:
        say(f"leaderboard: {folder / HTML}")
    else:
        show(folder, rows, goals)
