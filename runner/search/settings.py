"""What `hydra/sweeper=optuna` was set to, held against what it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from hydra.core.override_parser.types import Override

from runner.compose.optuna import GROUP, SAMPLERS, SweeperNode
from runner.compose.overrides import COMMAND, key_of
from runner.model.errors import Problem
from runner.search.space import unsearchable
from runner.words import listed, nearest, shown

PLACE = "hydra.sweeper"
WHOLE = ("n_trials", "n_jobs", "segments", "sampler.seed")

type Pruner = Literal["none", "median", "percentile", "halving"]
PRUNERS: tuple[Pruner, ...] = ("none", "median", "percentile", "halving")


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


def misspelt(overrides: Sequence[Override]) -> list[Problem]:
    """A problem for each word that sets what `hydra/sweeper=optuna`, or the sampler chosen, has not; none where it is not chosen."""
    chosen = {key_of(override): override.value() for override in overrides if override.is_hydra_override()}
    if chosen.get(GROUP) != "optuna":
        return []
    sampler = SAMPLERS.get(str(chosen.get(f"{GROUP}/sampler", "tpe")))
    known = [each.name for each in fields(SweeperNode) if each.name not in ("defaults", "_target_")]
    if sampler is not None:
        known += [f"sampler.{each.name}" for each in fields(sampler)]
    typed = {key.removeprefix(f"{PLACE}."): value for key, value in chosen.items() if key.startswith(f"{PLACE}.")}
    strange = [word for word in typed if word not in known and not word.startswith("params.") and (sampler or "sampler." not in word)]
    wrong = [word for word in typed if word in WHOLE and not isinstance(typed[word], int)]
    problems = {word: f"is no setting of it{nearest(word, known, also='there are')}" for word in strange}
    problems |= {word: f"expected a whole number, was {shown(typed[word])}" for word in wrong}
    return [Problem(path=f"{PLACE}.{word}", message=message, where=COMMAND) for word, message in problems.items()]


def read(node: Mapping[str, Any]) -> Settings:
    """The composed node. ConfigError with everything in it that cannot be."""
    problems = [*_numbers(node), *_words(node)]
    if problems:
        raise unsearchable([Problem(path=f"{PLACE}.{path}", message=message, where=COMMAND) for path, message in problems])
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
