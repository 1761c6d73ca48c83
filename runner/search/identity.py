"""What a study is of: two searches may share one only if their trials mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optuna import Study

from runner.model.errors import Problem, RunnerError

ATTRIBUTE = "runner:identity"

type Identity = Mapping[str, str]


class StudyError(RunnerError):
    """A study that cannot be gone on with; nothing in it is changed."""


def claim(study: Study, identity: Identity) -> None:
    """Note what a new study is of. StudyError, in one line, when an old one is of something else."""
    held: dict[str, Any] | None = study.user_attrs.get(ATTRIBUTE)
    if held is None and study.get_trials(deepcopy=False, states=None):
        raise _other(study.study_name, "it was not made by this runner")
    if held is None:
        study.set_user_attr(ATTRIBUTE, dict(identity))
        held = study.user_attrs[ATTRIBUTE]
    differing = [name for name in {**identity, **held} if identity.get(name) != held.get(name)]
    if differing:
        raise _other(study.study_name, "; ".join(_difference(name, held.get(name), identity.get(name)) for name in differing))


def _difference(name: str, theirs: str | None, ours: str | None) -> str:
    if name in ("configuration", "data"):
        return f"its {name} is another"
    if theirs is None or ours is None:
        return f"{name} is searched {'there' if ours is None else 'here'} only"
    return f"{name} is {theirs} there and {ours} here"


def _other(name: str, why: str) -> StudyError:
    message = f"is another study: {why}; name a new one with hydra.sweeper.study_name=NAME"
    return StudyError("this search will not run: 1 problem", [Problem(path=f"study {name!r}", message=message)])
