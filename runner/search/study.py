"""A study: made or opened, and held against what this search is of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from optuna import Study, create_study
from optuna.storages import BaseStorage

from runner.report.objective import Objective
from runner.search.identity import Identity, claim
from runner.search.sampler import pruner, sampler
from runner.search.settings import Settings
from runner.search.space import Space


def study(
    settings: Settings, points: Space, objectives: Sequence[Objective], identity: Identity, *, storage: BaseStorage, name: str
) -> Study:
    """The study of that name, new where there is none. RunnerError when it is of something else or cannot be reached."""
    drawing = sampler(settings, points, several=len(objectives) > 1)
    found = create_study(
        storage=storage,
        sampler=drawing,
        pruner=pruner(settings.pruner),
        study_name=name,
        directions=directions(objectives),
        load_if_exists=True,
    )
    claim(found, identity)
    return found


def directions(objectives: Sequence[Objective]) -> list[Literal["minimize", "maximize"]]:
    """Which way each objective is better, as Optuna says it."""
    return ["maximize" if each.larger else "minimize" for each in objectives]
