"""What `hydra/sweeper=optuna` is set by: the nodes that Hydra composes, and what they say once they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from hydra.core.config_store import ConfigStore

from runner.compose.overrides import COMMAND
from runner.model.errors import Problem
from runner.search.space import unsearchable
from runner.words import listed, nearest

TARGET = "runner.search.sweeper.OptunaSweeper"
GROUP = "hydra/sweeper"

type Pruner = Literal["none", "median", "percentile", "halving"]
PRUNERS: tuple[Pruner, ...] = ("none", "median", "percentile", "halving")


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

    defaults: list[Any] = field(default_factory=lambda: [{"sampler": "tpe"}])
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


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The sweeper's settings, held against what they may be.

    n_trials: in the whole study, whoever ran them; n_jobs: asked for and run together; segments: parts of the time, 1 for the whole at
    once; max_failure_rate: share of failed trials above which the search stops.
    """

    sampler: Mapping[str, Any]
    pruner: Pruner = "none"
    segments: int = 1
    n_trials: int = 20
    n_jobs: int = 4
    storage: str | None = None
    study_name: str | None = None
    max_failure_rate: float = 0.5
    params: Mapping[str, Any] = field(default_factory=dict)


def register() -> None:
    """Make `hydra/sweeper=optuna` and `hydra/sweeper/sampler=…` choices that Hydra knows; ours replaces any of that name."""
    store = ConfigStore.instance()
    store.store(group=GROUP, name="optuna", node=SweeperNode, provider="runner")
    for name, node in SAMPLERS.items():
        store.store(group=f"{GROUP}/sampler", name=name, node=node, provider="runner")


def read(node: Mapping[str, Any]) -> Settings:
    """The composed node. ConfigError with everything in it that cannot be."""
    problems = [*_numbers(node), *_words(node)]
    if problems:
        raise unsearchable([Problem(path=f"hydra.sweeper.{path}", message=message, where=COMMAND) for path, message in problems])
    known = {each.name for each in fields(Settings)}
    return Settings(**{key: value for key, value in node.items() if key in known and value is not None})


def _numbers(node: Mapping[str, Any]) -> list[tuple[str, str]]:
    least = {"n_trials": 1, "n_jobs": 1, "segments": 1}
    problems = [(key, f"expected {low} or more, was {node[key]}") for key, low in least.items() if node[key] < low]
    if not 0 <= node["max_failure_rate"] <= 1:
        problems.append(("max_failure_rate", f"expected a share from 0 to 1, was {node['max_failure_rate']:g}"))
    sampler = node["sampler"]
    named = isinstance(sampler, Mapping) and sampler.get("name") in SAMPLERS
    if not named:
        return [*problems, ("sampler", f"expected one of {listed(list(SAMPLERS))}, chosen with hydra/sweeper/sampler=NAME")]
    low_ones = ("n_startup_trials", "n_ei_candidates", "popsize", "population_size")
    problems += [(f"sampler.{key}", f"expected {_floor(key)} or more, was {sampler[key]}") for key in low_ones if _below(sampler, key)]
    shares = ("mutation_prob", "crossover_prob")
    wrong = [key for key in shares if sampler.get(key) is not None and not 0 <= sampler[key] <= 1]
    return problems + [(f"sampler.{key}", f"expected a share from 0 to 1, was {sampler[key]:g}") for key in wrong]


def _floor(key: str) -> int:
    return {"n_startup_trials": 0, "n_ei_candidates": 1, "popsize": 3, "population_size": 2}[key]


def _below(sampler: Mapping[str, Any], key: str) -> bool:
    return sampler.get(key) is not None and sampler[key] < _floor(key)


def _words(node: Mapping[str, Any]) -> list[tuple[str, str]]:
    problems = []
    if node.get("direction") is not None:
        message = "is said by the objective: mode.objective=metrics.sharpe is better when larger, mode.objective=-max_drawdown when smaller"
        problems.append(("direction", message))
    pruner = node["pruner"]
    if pruner not in PRUNERS:
        problems.append(("pruner", f"there is no pruner {pruner!r}{nearest(str(pruner), PRUNERS, also='there are')}"))
    elif pruner != "none" and node["segments"] == 1:
        problems.append(("pruner", f"{pruner} judges a trial by its segments; type hydra.sweeper.segments=4, for instance"))
    elif pruner == "none" and node["segments"] > 1:
        problems.append(("segments", f"only a pruner looks at segments; type hydra.sweeper.pruner={listed(list(PRUNERS[1:]))}"))
    return problems
