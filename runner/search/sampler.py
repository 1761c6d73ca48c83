"""Optuna's samplers by their names in `hydra/sweeper/sampler`, each drawing by the place of the trial in its study.

A sampler that keeps one stream of random numbers draws its first numbers again after a restart, and two processes with one
seed draw the same. Here every trial has a stream of its own, from the seed and the count of trials before it: the same trial
gets the same numbers whoever asks for it, and no two trials share them. Trials that were left behind and asked for again do not
count twice, so that a study that was interrupted goes on as if it had not been.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from math import inf
from random import Random
from typing import Any

import numpy as np
from optuna import Study
from optuna.distributions import BaseDistribution
from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner, MedianPruner, NopPruner, PercentilePruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, CmaEsSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

from runner.compose.overrides import COMMAND
from runner.model.errors import Problem
from runner.search.settings import Pruner, Settings
from runner.search.space import Space, key, unsearchable

LARGEST_GRID = 1_000_000
LEFT = "runner:left"  # the mark of a trial that does not count
KEPT_PERCENT = 25.0

type Make = Callable[[int], BaseSampler]


class Numbered(BaseSampler):
    """A sampler made anew for each trial, with a seed of the trial's own."""

    def __init__(self, make: Make, seed: int) -> None:
        self.make = make
        self.seed = seed
        self.inner = self._made(seed)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Make the sampler of this trial."""
        before = [each for each in study.get_trials(deepcopy=False) if each.number < trial.number and LEFT not in each.user_attrs]
        self.inner = self._made(int(np.random.SeedSequence([self.seed, len(before)]).generate_state(1)[0]) & 0x7FFFFFFF)
        self.inner.before_trial(study, trial)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """As its sampler."""
        return self.inner.infer_relative_search_space(study, trial)

    def sample_relative(self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]) -> dict[str, Any]:
        """As its sampler."""
        return self.inner.sample_relative(study, trial, search_space)

    def sample_independent(self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution) -> Any:
        """As its sampler."""
        return self.inner.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """As its sampler."""
        self.inner.after_trial(study, trial, state, values)

    def _made(self, seed: int) -> BaseSampler:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            return self.make(seed)


class GridSampler(BaseSampler):
    """Every point once, shuffled by the seed; each trial takes the first one that no earlier trial has."""

    def __init__(self, points: Space, seed: int) -> None:
        self.points = list(points.points())
        Random(seed).shuffle(self.points)  # noqa: S311 - an order, no secret
        self.space = points

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """The whole space."""
        return self.space.distributions()

    def sample_relative(self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]) -> dict[str, Any]:
        """The first point that is left; the last one when none is."""
        taken = {
            key(each.params) for each in study.get_trials(deepcopy=False) if each.number != trial.number and LEFT not in each.user_attrs
        }
        return next((point for point in self.points if key(point) not in taken), self.points[-1])

    def sample_independent(self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution) -> Any:
        """Nothing is drawn alone."""
        raise LookupError(param_name)


def sampler(settings: Settings, points: Space, *, several: bool) -> BaseSampler:
    """The sampler the settings name. ConfigError when it cannot search this space, or for several objectives.

    several: whether there is more than one objective.
    """
    options = dict(settings.sampler)
    name, seed = str(options.pop("name")), int(options.pop("seed"))
    fit(name, points, several=several)
    return GridSampler(points, seed) if name == "grid" else Numbered(_maker(name, options), seed)


def fit(name: str, points: Space, *, several: bool = False) -> None:
    """ConfigError when the sampler of that name cannot search this space, or for several objectives."""
    problems = _unfit(name, points, several=several)
    if problems:
        raise unsearchable(problems)


def pruner(name: Pruner) -> BasePruner:
    """Optuna's pruner of that name; segments are its steps, counted from 1."""
    made: Mapping[Pruner, Callable[[], BasePruner]] = {
        "none": NopPruner,
        "median": MedianPruner,
        "percentile": lambda: PercentilePruner(KEPT_PERCENT),
        "halving": lambda: SuccessiveHalvingPruner(min_resource=1, reduction_factor=2),
    }
    return made[name]()


def _maker(name: str, options: dict[str, Any]) -> Make:
    if name == "random":
        return lambda seed: RandomSampler(seed=seed)
    if name == "tpe":
        return lambda seed: TPESampler(seed=seed, **options)
    if name == "cmaes":
        return lambda seed: CmaEsSampler(seed=seed, warn_independent_sampling=False, **options)
    return lambda seed: NSGAIISampler(seed=seed, **options)


def _unfit(name: str, points: Space, *, several: bool) -> list[Problem]:
    if name == "grid":
        return _ungriddable(points)
    if name != "cmaes":
        return []
    word, problems = "hydra/sweeper/sampler=cmaes", []
    if several:
        problems.append("has one objective; for several type hydra/sweeper/sampler=nsgaii")
    numbers = [each.name for each in points.dimensions if each.kind != "choice" and each.count() > 1]
    if len(numbers) < 2:
        problems.append(f"needs two or more settings that are numbers, range(…) or interval(…); has {', '.join(numbers) or 'none'}")
    return [Problem(path=word, message=message, where=COMMAND) for message in problems]


def _ungriddable(points: Space) -> list[Problem]:
    endless = [each for each in points.dimensions if each.count() == inf]
    if endless:
        return [
            Problem(path=each.name, message=f"a grid needs steps, was {each.described()}; type range(LOW,HIGH,STEP)", where=COMMAND)
            for each in endless
        ]
    if points.size() <= LARGEST_GRID:
        return []
    message = f"expected at most {LARGEST_GRID:,} points, was {points.size():,.0f}"
    return [Problem(path="hydra/sweeper/sampler=grid", message=message, where=COMMAND)]
