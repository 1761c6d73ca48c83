"""A sweep: all jobs are composed and checked, handed to the launcher the command line chose, and what came of them is gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from hydra._internal.callbacks import Callbacks
from hydra._internal.hydra import Hydra
from hydra.core.plugins import Plugins
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, OmegaConf

from runner.away.launchers import absent
from runner.away.task import abroad
from runner.compose import Loader
from runner.compose.overrides import parsed
from runner.failure import making_folders
from runner.lock import locked
from runner.menu import PRIMARY
from runner.model.errors import Problem, RunnerError
from runner.sweep.jobs import Desk, Job, distinct, expanded, notes, output, refusal, settled, unsweepable, values
from runner.sweep.places import Places
from runner.sweep.pool import TARGET as POOL
from runner.sweep.pool import Pool, followed, tell
from runner.sweep.ran import Ran
from runner.usage import complain, say

__all__ = ["Job", "Ran", "Swept", "Work", "sweep"]

BASIC = "hydra._internal.core_plugins.basic_sweeper.BasicSweeper"
LOCK = ".sweep.lock"


class Work(Protocol):
    """How a job is done; it is told by those who know the modes."""

    def warm(self, job: Job) -> None:
        """Load what this job and those like it need, so that processes forked from here have it."""

    def here(self, job: Job, folder: Path, workers: int) -> Ran:
        """Do a job in this process, as one of `workers` at a time; whatever it raises is in what came of it."""

    def before(self, job: Job, folder: Path) -> Ran | None:
        """What came of a job whose folder holds a run already; None where it has to be run."""

    def anywhere(self, common: frozenset[str]) -> Callable[..., Ran]:
        """The task a launcher of Hydra's runs: it may be pickled, and finds the job's words in Hydra's own record.

        common: words all jobs share, which a job's one line need not repeat.
        """


@dataclass(frozen=True, kw_only=True)
class Swept:
    """A sweep that ended: its folder, and each job with what came of it, in the order of the jobs."""

    folder: Path
    jobs: tuple[Job, ...]
    ran: tuple[Ran, ...]


def sweep(hydra: Hydra, config: DictConfig, overrides: list[str], work: Work) -> Swept | None:
    """Run every combination. ConfigError, before anything runs, for whatever is wrong with any job; None after another sweeper.

    config: as `settings` gives it for these words.
    """
    loader = loader_of(hydra)
    if config.hydra.sweeper.get("_target_") != BASIC:
        hydra.multirun(config_name=PRIMARY, task_function=work.anywhere(frozenset()), overrides=overrides)
        return None
    desk = Desk(loader, [str(word) for word in OmegaConf.to_container(config.hydra.overrides.hydra) or []])
    params = [f"{key}={value}" for key, value in (config.hydra.sweeper.params or {}).items()]
    jobs = settled(expanded(params, overrides, loader), desk, unsweepable)
    folder = placed(config, output(jobs))
    for line in notes(jobs):
        say(line)
    return launched(hydra, config, distinct(jobs), folder, work)


def loader_of(hydra: Hydra) -> Loader:
    """The loader that knows the menu."""
    if not isinstance(hydra.config_loader, Loader):
        raise TypeError("a sweep needs the loader that knows the menu")
    return hydra.config_loader


def settings(hydra: Hydra, overrides: list[str]) -> DictConfig:
    """Hydra's own settings of the sweep; jobs compose the other words. ConfigError for words that no job could have."""
    loader = loader_of(hydra)
    refused = loader.words(overrides).problems
    if refused:
        raise refusal(refused)
    lacking = absent(parsed(overrides), loader)
    if lacking:
        raise refusal(lacking)
    own = [line for line, override in zip(overrides, parsed(overrides), strict=True) if override.is_hydra_override()]
    return hydra.compose_config(config_name=PRIMARY, overrides=own, run_mode=RunMode.MULTIRUN)


def placed(config: DictConfig, folder: str) -> Path:
    """The folder the jobs' folders lie in: `folder` if one is named, as `hydra.sweep.dir=` would; jobs hear of it by the same word."""
    if folder:
        place = str(Path(folder).expanduser())
        config.hydra.sweep.dir = place
        quoted = place.replace("'", "\\'")
        config.hydra.overrides.hydra.append(f"hydra.sweep.dir='{quoted}'")
    return of_its_own(Path(str(config.hydra.sweep.dir)))


def of_its_own(folder: Path) -> Path:
    """The folder. RunnerError where it is the root of the disk or the home folder, in which jobs' folders would be strewn."""
    place = folder.resolve()
    if place in (Path(place.anchor), Path.home().resolve()):
        message = "a sweep leaves a folder for each job here; name one of its own in mode.output, such as multirun/mine"
        raise RunnerError("this sweep will not run", [Problem(path=str(folder), message=message)])
    return folder


def launched(hydra: Hydra, config: DictConfig, jobs: Sequence[Job], folder: Path, work: Work) -> Swept:
    """Hand the jobs to the launcher the command line chose, one sweep at a time in a folder."""
    apart = values(jobs)
    size = config.hydra.sweeper.get("max_batch_size") or max(1, len(jobs))
    context = HydraContext(config_loader=hydra.config_loader, callbacks=Callbacks(config))
    Places(context.config_loader, config, folder).all(jobs)
    if config.hydra.launcher.get("_target_") == POOL:
        followed(config)
    with making_folders(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder):
        context.callbacks.on_multirun_start(config=config, config_name=PRIMARY)
        common = frozenset.intersection(*(frozenset(job.words) for job in jobs))
        with launcher(context, config, common, folder, work) as launch, resumable(folder):
            ran = [each for first in range(0, len(jobs), size) for each in launch(jobs[first : first + size], first)]
        context.callbacks.on_multirun_end(config=config, config_name=PRIMARY)
    told = tuple(Ran(**{**each, "values": own}) for each, own in zip(ran, apart, strict=True))
    return Swept(folder=folder, jobs=tuple(jobs), ran=told)


@contextmanager
def resumable(folder: Path) -> Iterator[None]:
    """Say, after a Ctrl-C, how the rest is run."""
    try:
        yield
    except KeyboardInterrupt:
        complain(f"what was done is kept in {folder}; the same words with mode.output={folder} run the rest")
        raise


Launch = Callable[[Sequence[Job], int], list[Ran]]


@contextmanager
def launcher(context: HydraContext, config: DictConfig, common: frozenset[str], folder: Path, work: Work) -> Iterator[Launch]:
    """Ours, which shares what jobs have in common, or one of Hydra's. common: words all jobs share."""
    if config.hydra.launcher.get("_target_") == POOL:
        followed(config)  # a search comes here without a sweep's own look before its folder is made
        places = Places(context.config_loader, config, folder)
        yield Pool(work=work, places=places, common=common, workers=config.hydra.launcher.get("workers")).launch
        return
    loader: Any = context.config_loader
    places = Places(loader, config, folder)
    with abroad(config, work.anywhere(common), loader.menu) as (task, kept):
        hydras: Any = Plugins.instance().instantiate_launcher(hydra_context=context, task_function=task, config=config)

        def launch(batch: Sequence[Job], first: int) -> list[Ran]:
            named = [places.of(job, first + number) if places.usual else None for number, job in enumerate(batch)]
            held = [work.before(job, place) if place else None for job, place in zip(batch, named, strict=True)]  # hosts may not see them
            for number, (job, ran) in enumerate(zip(batch, held, strict=True), first):
                if ran is not None:
                    tell(job, number, ran, common)
            words = [list(job.words) for job, ran in zip(batch, held, strict=True) if ran is None]
            came = iter(hydras.launch(words, initial_job_idx=first) if words else ())
            return [kept(_value(next(came))) if ran is None else ran for ran in held]

        yield launch


def _value(returned: Any) -> Any:
    """What a job of a launcher of Hydra's returned; what it raised is raised again."""
    value = returned._return_value  # noqa: SLF001 - the property prints to stderr before it raises
    if isinstance(value, BaseException):
        raise value
    return value


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder while inside; RunnerError where another sweep does."""
    with making_folders(str(folder)):
        file = (folder / LOCK).open("a")
    with file:
        if not locked(file):
            problem = Problem(
                path=str(folder), message="another sweep is running in this folder; wait for it, or name another in mode.output"
            )
            raise RunnerError("this sweep will not run", [problem])
        try:
            yield
        finally:
            (folder / LOCK).unlink(missing_ok=True)
