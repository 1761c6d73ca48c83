"""What a search leaves: a row for every trial, the best one as YAML, and which settings mattered."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from optuna import Study
from optuna.exceptions import OptunaError
from optuna.importance import get_param_importances
from optuna.trial import FrozenTrial, TrialState

from runner.report.objective import Objective
from runner.search.book import RESULT, SAID, SAME, counted
from runner.search.space import Space, differing

FILE = "optimization_results.yaml"
ENOUGH = 20  # finished trials before the importance of settings means something
LEAST_SHARE = 0.005


def counted_trials(study: Study) -> list[FrozenTrial]:
    """The trials of a study, without those that were withdrawn or left behind."""
    return [each for each in study.get_trials(deepcopy=False) if counted(each)]


def tally(trials: Sequence[FrozenTrial]) -> str:
    """How many trials there are, and what became of those that have no result of their own."""
    run = distinct(trials)
    same = sum(1 for each in trials if SAME in each.user_attrs)
    failed = sum(1 for each in run if each.state == TrialState.FAIL)
    pruned = sum(1 for each in run if each.state == TrialState.PRUNED and each.intermediate_values)
    parts = {"the same as an earlier one": same, "pruned": pruned, "failed": failed}
    told = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    return f"{len(trials)} trials{f': {told}' if told else ''}"


def distinct(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that were run, each once."""
    return [each for each in trials if counted(each) and each.state.is_finished() and SAME not in each.user_attrs]


def rows(study: Study, points: Space) -> list[dict[str, Any]]:
    """What a leaderboard knows of each trial: what sets it apart, its exit status, its page, its folder and why it did not run."""
    return [row(each, points) for each in distinct(study.get_trials(deepcopy=False))]


def row(trial: FrozenTrial, points: Space) -> dict[str, Any]:
    """One trial."""
    kept = trial.user_attrs.get(RESULT, {})
    return {
        "values": differing(points.settled(trial.params)),
        "status": int(kept.get("status") or 0),
        "page": kept.get("page"),
        "folder": str(kept.get("folder") or ""),
        "said": str(trial.user_attrs.get(SAID, "")),
    }


def best(study: Study) -> list[FrozenTrial]:
    """The best trial, or of several objectives the Pareto front in the order of the trials; each point once."""
    complete = [each for each in distinct(study.get_trials(deepcopy=False)) if each.state == TrialState.COMPLETE]
    if not complete:
        return []
    if len(study.directions) == 1:
        return [min(complete, key=lambda each: (-_signed(study, each)[0], each.number))]
    return [each for each in complete if not any(_dominates(_signed(study, other), _signed(study, each)) for other in complete)]


def front(study: Study, points: Space) -> list[str]:
    """Of several objectives, the trials that no other beats in all of them, in a line."""
    if len(study.directions) == 1:
        return []
    found = [" ".join(f"{name}={text}" for name, text in points.settled(each.params).items()) for each in best(study)]
    return [f"no trial beats these in every objective (Pareto front): {'; '.join(found)}"] if found else []


def leave(folder: Path, study: Study, points: Space) -> None:
    """Write the best as YAML, as Hydra's own Optuna plugin does."""
    found = best(study)
    if not found:
        return
    if len(study.directions) == 1:
        content: dict[str, Any] = {"name": "optuna", "best_params": _params(found[0], points), "best_value": found[0].value}
    else:
        solutions = [{"params": _params(each, points), "values": list(each.values or ())} for each in found]
        content = {"name": "optuna", "solutions": solutions}
    (folder / FILE).write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def importance(study: Study, points: Space, objectives: Sequence[Objective]) -> list[str]:
    """A line for each objective with the share of its differences that each setting explains (PED-ANOVA); none of few trials."""
    complete = [each for each in distinct(study.get_trials(deepcopy=False)) if each.state == TrialState.COMPLETE]
    names = [each.name for each in points.dimensions if each.count() > 1]
    if len(complete) < ENOUGH or len(names) < 2:
        return []
    lines = []
    for number, objective in enumerate(objectives):
        if len({_signed(study, each)[number] for each in complete}) < 2:
            continue
        shares = _shares(study, lambda each, number=number: -_signed(study, each)[number], names)  # type: ignore[misc]
        if shares:
            told = ", ".join(f"{name} {share:.0%}" for name, share in shares.items() if share >= LEAST_SHARE)
            lines.append(f"what mattered for {objective.path}: {told}")
    return lines


def _shares(study: Study, worse: Callable[[FrozenTrial], float], names: list[str]) -> Mapping[str, float]:
    """Of each setting, most important first; empty where there is no difference to explain. worse: the larger the worse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that less is taken for better, and that all may be equal: both are known here
            found = get_param_importances(study, params=names, target=worse)
    except (OptunaError, ValueError, RuntimeError):
        return {}
    return found if all(math.isfinite(share) for share in found.values()) and any(found.values()) else {}


def _params(trial: FrozenTrial, points: Space) -> dict[str, Any]:
    return differing(points.settled(trial.params))


def _signed(study: Study, trial: FrozenTrial) -> tuple[float, ...]:
    """Its values, the larger the better."""
    return tuple(value if way.name == "MAXIMIZE" else -value for value, way in zip(trial.values or (), study.directions, strict=True))


def _dominates(other: tuple[float, ...], one: tuple[float, ...]) -> bool:
    return other != one and all(theirs >= ours for theirs, ours in zip(other, one, strict=True))
