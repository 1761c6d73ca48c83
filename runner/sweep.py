"""A sweep: every job is composed and checked before the first one starts; keys a strategy lacks are dropped and listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from hydra._internal.callbacks import Callbacks
from hydra._internal.hydra import Hydra
from hydra.core.plugins import Plugins
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, OmegaConf

from runner.away.launchers import absent
from runner.away.task import abroad
from runner.check import CheckedErrand, Examined, examine, no_sweep, sweepable
from runner.compose import Composition, Loader, compose
from runner.compose.overrides import CHOSEN, COMMAND, parsed
from runner.failure import making_folders
from runner.menu import PRIMARY
from runner.model.errors import ConfigError, Problem
from runner.usage import say
from runner.words import listed

BASIC = "hydra._internal.core_plugins.basic_sweeper.BasicSweeper"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One combination: its words, and what composing and checking it gave. `dropped`: keys left out because it has no such setting."""

    words: tuple[str, ...]
    composed: Composition
    examined: Examined
    dropped: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its choices, as typed."""
        return " ".join(f"{group}={self.composed.choices[group]}" for group in CHOSEN if group in self.composed.choices)


def sweep(hydra: Hydra, overrides: list[str], task: Callable[..., int]) -> int:
    """Run every combination through Hydra's launcher; the highest exit status of all. Other sweepers run as they are.

    The task is called with a job's configuration and, as `common`, the words that all jobs share.
    """
    loader = hydra.config_loader
    if not isinstance(loader, Loader):
        raise TypeError("a sweep needs the loader that knows the menu")
    refused = loader.words(overrides).problems
    if refused:
        raise _refusal(list(refused))
    lacking = absent(parsed(overrides), loader)
    if lacking:
        raise _refusal(lacking)
    own = [line for line, override in zip(overrides, parsed(overrides), strict=True) if override.is_hydra_override()]
    config = hydra.compose_config(config_name=PRIMARY, overrides=own, run_mode=RunMode.MULTIRUN)  # jobs compose the other words
    if config.hydra.sweeper.get("_target_") != BASIC:
        hydra.multirun(config_name=PRIMARY, task_function=task, overrides=overrides)
        return 0
    jobs = settled(expanded(config, overrides, loader), config, loader)
    _place(config, output(jobs))
    for line in notes(jobs):
        say(line)
    words = [list(job.words) for job in distinct(jobs)]
    with making_folders(str(config.hydra.sweep.dir)):
        return _launched(hydra, config, words, partial(task, common=frozenset.intersection(*map(frozenset, words))))


def expanded(config: DictConfig, overrides: list[str], loader: Loader) -> list[list[str]]:
    """Every combination of the swept words, as Hydra's basic sweeper makes them."""
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper

    params = [f"{key}={value}" for key, value in (config.hydra.sweeper.params or {}).items()]
    own = list(loader.words([*params, *overrides]).overrides)
    words = [override for override in parsed(own, loader) if not override.is_hydra_override()]
    return [job for batch in BasicSweeper.split_arguments(words, None) for job in batch]


def settled(combinations: list[list[str]], config: DictConfig, loader: Loader) -> list[Job]:
    """Every combination checked; keys that only other jobs know are dropped. ConfigError with the problems of all of them."""
    hydra_words = [str(word) for word in OmegaConf.to_container(config.hydra.overrides.hydra) or []]
    jobs = [_job(tuple(words), hydra_words, loader) for words in combinations]
    strange = [job.examined.unknown & set(job.composed.trace.values) for job in jobs]
    nowhere = frozenset.intersection(*strange) if strange else frozenset()
    jobs = [_without(job, unknown - nowhere, hydra_words, loader) for job, unknown in zip(jobs, strange, strict=True)]
    modes = dict.fromkeys(job.examined.checked.mode for job in jobs if job.examined.checked is not None)
    alone = [no_sweep(mode) for mode in modes if not sweepable(mode)]
    problems = {problem.line(): problem for problem in [*alone, *(each for job in jobs for each in job.examined.problems)]}
    if problems:
        raise _refusal(list(problems.values()))
    return jobs


def output(jobs: list[Job]) -> str:
    """The folder mode.output names for the jobs' folders, or ''. ConfigError when jobs name several."""
    named = [str(job.examined.checked.options.get("output") or "") for job in jobs if job.examined.checked is not None]
    folders = list(dict.fromkeys(filter(None, named)))
    if len(folders) > 1:
        message = f"expected one folder for the sweep, each job has its own beneath it; was {listed(folders)}"
        raise _refusal([Problem(path="mode.output", message=message, where=COMMAND)])
    return folders[0] if folders else ""


def distinct(jobs: list[Job]) -> list[Job]:
    """Jobs that settle to different configurations, each once, in order; of errands every one, for each does something in the world."""
    numbered = reversed(list(enumerate(jobs)))
    return list({_identity(job, number): job for number, job in numbered}.values())[::-1]


def notes(jobs: list[Job]) -> list[str]:
    """What was dropped for whom, and how many jobs that made equal."""
    dropped: dict[str, None] = {f"{job.name}: no {key}, left out": None for job in jobs for key in job.dropped}
    equal = len(jobs) - len(distinct(jobs))
    return [*dropped, *([f"{equal} of {len(jobs)} jobs equal another and run once"] if equal else [])]


def _job(words: tuple[str, ...], hydra_words: list[str], loader: Loader) -> Job:
    composed = compose([*hydra_words, *words], loader.menu, loader)
    return Job(words=words, composed=composed, examined=examine(composed))


def _without(job: Job, keys: frozenset[str], hydra_words: list[str], loader: Loader) -> Job:
    if not keys:
        return job
    kept = tuple(word for word in job.words if word.partition("=")[0].lstrip("+") not in keys)
    return replace(_job(kept, hydra_words, loader), dropped=tuple(sorted(keys)))


def _place(config: DictConfig, folder: str) -> None:
    """Let the jobs' folders lie in `folder` if one is named, as `hydra.sweep.dir=` would; jobs hear of it by the same word."""
    if folder:
        place = str(Path(folder).expanduser())
        config.hydra.sweep.dir = place
        quoted = place.replace("'", "\\'")
        config.hydra.overrides.hydra.append(f"hydra.sweep.dir='{quoted}'")


def _identity(job: Job, number: int) -> str:
    """The same of jobs that leave the same files; an errand's is its own number."""
    checked = job.examined.checked
    if isinstance(checked, CheckedErrand):
        return str(number)
    return json.dumps(checked.settings if checked is not None else job.words, sort_keys=True, default=str)


def _refusal(problems: list[Problem]) -> ConfigError:
    if len(problems) == 0:
        raise RuntimeError("nothing to refuse")
    return ConfigError(f"this sweep will not run: {len(problems)} problem{'s' if len(problems) > 1 else ''}", problems)


def _launched(hydra: Hydra, config: DictConfig, jobs: list[list[str]], task: Callable[..., int]) -> int:
    """Hand the jobs to the launcher the command line chose."""
    loader: Any = hydra.config_loader
    context = HydraContext(config_loader=hydra.config_loader, callbacks=Callbacks(config))
    context.callbacks.on_multirun_start(config=config, config_name=PRIMARY)
    size = config.hydra.sweeper.get("max_batch_size") or max(1, len(jobs))
    status = 0
    with abroad(config, task, loader.menu) as (there, kept):
        launcher: Any = Plugins.instance().instantiate_launcher(hydra_context=context, task_function=there, config=config)
        for first in range(0, len(jobs), size):
            for ran in launcher.launch(jobs[first : first + size], initial_job_idx=first):
                value = ran._return_value  # noqa: SLF001 - the property prints to stderr before it raises
                if isinstance(value, BaseException):
                    raise value
                status = max(status, int(kept(value) or 0))
    context.callbacks.on_multirun_end(config=config, config_name=PRIMARY)
    return status
