"""`runner -m hydra/sweeper=optuna`: the words of a command as a search, run through the launcher that was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hydra._internal.callbacks import Callbacks
from hydra._internal.hydra import Hydra
from hydra.types import HydraContext
from omegaconf import DictConfig, OmegaConf
from optuna.trial import TrialState
from sqlalchemy import URL

from runner.check import mode_module
from runner.compose import Loader
from runner.compose.overrides import COMMAND, key_of, parsed
from runner.compose.resolvers import work_name
from runner.failure import making_folders
from runner.menu import PRIMARY
from runner.model.bot import Bot
from runner.model.errors import Problem
from runner.report.leaderboard import length
from runner.report.objective import Objective
from runner.search import results
from runner.search.book import Book
from runner.search.loop import Search
from runner.search.reference import Reference, identity, reference
from runner.search.sampler import fit
from runner.search.segments import Segment, segments
from runner.search.settings import Settings
from runner.search.space import Space, space, unsearchable
from runner.search.storage import address, closed, opened, shown, told
from runner.search.study import study
from runner.sweep import Launch, Work, launcher, loader_of, placed
from runner.sweep.jobs import Desk, output
from runner.usage import say

FOLDER = "multirun"


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A search that ended: its folder, its objectives, a row for each trial of its study, and what is to be said of it."""

    folder: Path
    objectives: tuple[Objective, ...]
    rows: Sequence[Mapping[str, Any]]
    lines: Sequence[str]
    status: int
    quiet: bool


@dataclass(kw_only=True)
class Jobs:
    """Composes the jobs of a search and hands them to the launcher, numbered one after the other."""

    launch: Launch
    desk: Desk
    count: int = field(default=0, init=False)

    def __call__(self, words: list[list[str]]) -> list[Mapping[str, Any]]:
        """What came of each job."""
        jobs = [self.desk.job(each) for each in words]
        first, self.count = self.count, self.count + len(jobs)
        return list(self.launch(jobs, first))


def search(hydra: Hydra, config: DictConfig, overrides: list[str], work: Work, given: Settings) -> Searched:
    """Search until the study has its trials. RunnerError, before anything runs, for whatever cannot be searched.

    config: Hydra's own settings for these words; given: those of its sweeper.
    """
    loader = loader_of(hydra)
    desk = Desk(loader, [str(word) for word in OmegaConf.to_container(config.hydra.overrides.hydra) or []])
    points = words(given.params, overrides, loader)
    fit(str(given.sampler["name"]), points)
    found = reference(points, desk, loader.menu)
    points = found.points
    objectives = wanted(found.bot)
    parts = parted(given, found, points, objectives)
    url = address(given.storage) if given.storage else None
    name = given.study_name or "_".join(
        work_name(found.job.composed.data, found.job.composed.choices, part) for part in ("account", "work")
    )
    folder = _folder(config, overrides, found, url, name)
    with told(url):
        storage = opened(url)
        try:
            ours = identity(found, objectives, given.segments)
            kept = study(given, points, objectives, ours, storage=storage, name=name)
            book = Book(kept, storage, points, limit=given.n_trials, repeats=given.sampler["name"] != "grid")
            begun(book, given, name, url, folder)
            with making_folders(str(folder)):
                folder.mkdir(parents=True, exist_ok=True)
            context = HydraContext(config_loader=hydra.config_loader, callbacks=Callbacks(config))
            context.callbacks.on_multirun_start(config=config, config_name=PRIMARY)
            with launcher(context, config, frozenset(points.fixed), folder, work) as launch:
                searching = Search(
                    book=book,
                    launch=Jobs(launch=launch, desk=desk),
                    objectives=objectives,
                    together=given.n_jobs,
                    segments=parts,
                    most_failures=given.max_failure_rate,
                    say=say,
                )
                try:
                    searching.run()
                finally:
                    results.leave(folder, kept, points)
            context.callbacks.on_multirun_end(config=config, config_name=PRIMARY)
            return ended(searching, folder, objectives, quiet=bool(found.bot.options.get("quiet")))
        finally:
            closed(storage)


def words(params: Mapping[str, Any], overrides: Sequence[str], loader: Loader) -> Space:
    """The space of the sweeper's own `params` and of the command line's words, Hydra's own left out."""
    own = list(loader.words([*(f"{key}={value}" for key, value in params.items()), *overrides]).overrides)
    return space([override for override in parsed(own, loader) if not override.is_hydra_override()])


def wanted(bot: Bot) -> tuple[Objective, ...]:
    """What is searched for: what mode.objective names. Where a mode by itself compares by several, the first; the rest breaks ties."""
    options = mode_module(bot.mode).Options(**bot.options)
    found: tuple[Objective, ...] = options.objectives()
    return found if isinstance(bot.options.get("objective"), list) else found[:1]


def parted(given: Settings, found: Reference, points: Space, objectives: Sequence[Objective]) -> tuple[Segment, ...]:
    """The segments of the time the search is over; none without a pruner. ConfigError where trials cannot be pruned."""
    problems = [
        Problem(path=each.name, message="cannot be searched: what all trials are compared by and over must be the same", where=COMMAND)
        for each in points.dimensions
        if each.name in ("mode", "mode.objective", "mode.start", "mode.end")
    ]
    if given.pruner != "none" and len(objectives) > 1:
        message = f"{given.pruner} judges one objective, and mode.objective names {len(objectives)}; type hydra.sweeper.pruner=none"
        problems.append(Problem(path="hydra.sweeper.pruner", message=message, where=COMMAND))
    if problems:
        raise unsearchable(problems)
    return segments(*found.days(), given.segments) if given.pruner != "none" else ()


def begun(book: Book, given: Settings, name: str, url: URL | None, folder: Path) -> None:
    """Say how far the study is. ConfigError when it has its trials already, and `folder` the leaderboard of all of them."""
    book.recover()
    done = sum(1 for each in results.counted_trials(book.study) if each.state.is_finished())
    if book.full() and not book.others() and length(folder) == len(results.distinct(book.trials())):
        more = f"for more type hydra.sweeper.n_trials={done + given.n_trials}, or name a new study"
        message = f"study {name!r} has its {done} trials; {more}"
        raise unsearchable([Problem(path="hydra.sweeper.n_trials", message=message, where=COMMAND)])
    if done:
        say(f"study {name!r} in {shown(url)}: {done} of {given.n_trials} trials done")


def ended(searching: Search, folder: Path, objectives: tuple[Objective, ...], *, quiet: bool) -> Searched:
    """What a search leaves to be shown."""
    kept, points = searching.book.study, searching.book.points
    trials = results.counted_trials(kept)
    complete = any(each.state == TrialState.COMPLETE for each in trials)
    lines = [results.tally(trials), *results.front(kept, points), *results.importance(kept, points, objectives)]
    rows = results.rows(kept, points)
    return Searched(folder=folder, objectives=objectives, rows=rows, lines=lines, status=0 if complete else 2, quiet=quiet)


def _folder(config: DictConfig, overrides: Sequence[str], found: Reference, url: URL | None, name: str) -> Path:
    """Where the trials' folders lie. A study that is kept has one folder for all its searches: what was run before is found there."""
    named = output([found.job])
    if not named and url is not None and not any(key_of(each) == "hydra.sweep.dir" for each in parsed(list(overrides))):
        named = f"{FOLDER}/{name.replace('/', '_')}"
    return placed(config, named)
