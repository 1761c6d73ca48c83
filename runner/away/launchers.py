"""Hydra's launchers that come as packages of their own: whether one is there, what it is told, and what is said when it loses a worker."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hydra.core.object_type import ObjectType
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, open_dict

from runner.compose import Loader
from runner.compose.overrides import COMMAND, key_of
from runner.model.errors import Problem, RunnerError
from runner.words import nearest

LAUNCHER = "hydra/launcher"
GROUPS = (LAUNCHER, "hydra/sweeper", "hydra/sweeper/sampler")
EXTRAS = {  # which of our extras brings a launcher or a sweeper
    "joblib": "joblib",
    "ray": "ray",
    "ray_aws": "ray",
    "submitit_local": "slurm",
    "submitit_slurm": "slurm",
    "optuna": "optuna",
}
QUIET = {"log_to_driver": False, "logging_level": "ERROR"}
JOINED = {**QUIET, "object_store_memory": None}  # a cluster that runs already
STARTED = {**QUIET, "include_dashboard": False}  # one of this machine, for this sweep
ANSWER_SECONDS = 10
TOLD = 160  # characters of what a launcher says


def absent(overrides: Sequence[Override], loader: Loader) -> list[Problem]:
    """A problem for each word that chooses a launcher, a sweeper or a sampler that is not there: what to install, or the nearest name."""
    chosen = [(key_of(override), override.value()) for override in overrides if key_of(override) in GROUPS]
    return [Problem(path=key, message=said, where=COMMAND) for key, name in chosen if (said := _absent(key, str(name), loader))]


def _absent(group: str, name: str, loader: Loader) -> str:
    there = loader.repository.get_group_options(group, ObjectType.CONFIG)
    if name in there:
        return ""
    if name in EXTRAS:
        extra = EXTRAS[name]
        return f"{name!r} is not installed; in a clone .venv/bin/pip install -e '.[{extra}]' brings it"
    further = [] if group.endswith("sampler") else EXTRAS
    return f"there is no {group.rpartition('/')[2]} {name!r}{nearest(name, [*there, *further], also='there are')}"


def named(config: DictConfig) -> str:
    """The launcher a sweep's configuration names: `basic`, `joblib`, `ray`, ..."""
    return str(config.hydra.runtime.choices.get(LAUNCHER) or "basic")


def ours(config: DictConfig) -> bool:
    """Whether the launcher is Hydra's own, which runs its jobs in this process."""
    return str(config.hydra.launcher.get("_target_", "")).startswith("hydra._internal.")


def fitted(config: DictConfig) -> None:
    """Tell Ray what its launcher does not; settings of the command line stay.

    Its log stays with it, for what a job says comes back with its result. A cluster that runs already is told no size of memory: Ray
    refuses one today, and the launcher always adds it.
    """
    init = config.hydra.launcher.get("ray", {}).get("init") if "ray" in config.hydra.launcher else None
    if init is None:
        return
    if init.get("address"):
        answered(str(init.address))
    with open_dict(init):
        for key, value in (JOINED if init.get("address") else STARTED).items():
            if key not in init:
                init[key] = value


def answered(address: str) -> None:
    """Refuse (RunnerError) an address, `HOST:PORT` or `ray://HOST:PORT`, at which nobody answers: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not (host and port.isdigit()):
        return
    try:
        socket.create_connection((host, int(port)), timeout=ANSWER_SECONDS).close()
    except OSError as error:
        said = f"expected a Ray cluster at {address!r}: {error.strerror or error}; `ray status` on its first machine tells of it"
        raise RunnerError("there is no cluster", [Problem(path="hydra.launcher.ray.init.address", message=said, where=COMMAND)]) from None


@contextmanager
def watched(launcher: str) -> Iterator[None]:
    """What a launcher raises, as one problem: a lost worker, a cluster nobody answers for, a queue that refuses."""
    try:
        yield
    except RunnerError:
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:TOLD].rstrip(". ")
        message = f"{_kind(error)}{said and ': '}{said}; jobs that were done keep their files, and the same command runs the others"
        raise RunnerError("the sweep did not end", [Problem(path=f"{LAUNCHER}={launcher}", message=message)]) from error


LOST = ("TerminatedWorkerError", "BrokenProcessPool", "WorkerCrashedError", "NodeDiedError", "UncompletedJobError", "OutOfMemoryError")


def _kind(error: BaseException) -> str:
    """What happened in plain words, by the name of the exception: the packages need not be there to be told apart."""
    names = {each.__name__ for each in type(error).__mro__}
    return "a worker was lost" if names & set(LOST) else f"the launcher failed ({type(error).__name__})"
