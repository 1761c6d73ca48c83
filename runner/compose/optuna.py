"""`hydra/sweeper=optuna` and its samplers as Hydra composes them; what searches with them is `runner.search`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hydra.core.config_store import ConfigStore

TARGET = "runner.search.OptunaSweeper"  # no class: Hydra would only make one of a package of its own
GROUP = "hydra/sweeper"


@dataclass(kw_only=True)
class Tpe:
    """Tree-structured Parzen estimator: the default, for every kind of setting, one objective or several."""

    name: str = "tpe"
    seed: int = 0
    n_startup_trials: int = 10  # drawn at random before it begins to learn
    n_ei_candidates: int = 24
    multivariate: bool | None = None  # null: settings are drawn together, of several objectives one by one


@dataclass(kw_only=True)
class CmaEs:
    """Covariance matrix adaptation: for two or more settings that are numbers, one objective; the package cmaes."""

    name: str = "cmaes"
    seed: int = 0
    n_startup_trials: int = 1
    popsize: int | None = None


@dataclass(kw_only=True)
class Nsga:
    """Non-dominated sorting, a genetic algorithm: for several objectives."""

    name: str = "nsgaii"
    seed: int = 0
    population_size: int = 20  # Optuna's own 50 would begin to breed after fifty trials
    mutation_prob: float | None = None
    crossover_prob: float = 0.9


@dataclass(kw_only=True)
class Random:
    """Drawn evenly: what every other sampler must beat."""

    name: str = "random"
    seed: int = 0


@dataclass(kw_only=True)
class Grid:
    """Every point once, in a shuffled order; no intervals."""

    name: str = "grid"
    seed: int = 0


@dataclass(kw_only=True)
class SweeperNode:
    """`hydra/sweeper=optuna` as Hydra composes it. `direction` is there to be refused: mode.objective says it."""

    defaults: list[Any] = field(default_factory=lambda: ["_self_", {"sampler": "tpe"}])
    _target_: str = TARGET
    sampler: Any = None
    pruner: str = "none"
    segments: int = 1
    n_trials: int = 20
    n_jobs: int = 4
    storage: str | None = None
    study_name: str | None = None
    max_failure_rate: float = 0.5
    direction: Any = None
    params: dict[str, Any] | None = None


SAMPLERS: Mapping[str, type] = {"tpe": Tpe, "cmaes": CmaEs, "nsgaii": Nsga, "random": Random, "grid": Grid}


def register() -> None:
    """Make the sweeper and its samplers choices that Hydra knows, in every process that composes; they replace others of their names."""
    store = ConfigStore.instance()
    store.store(group=GROUP, name="optuna", node=SweeperNode, provider="runner")
    for name, node in SAMPLERS.items():
        store.store(group=f"{GROUP}/sampler", name=name, node=node, provider="runner")
