"""The jobs of a sweep: every one is composed and checked before the first one starts; keys a strategy lacks are dropped and listed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.types import Glob, Override

from runner.check import Checked, CheckedErrand, Examined, examine, no_sweep, sweepable
from runner.check.known import Known
from runner.compose import Composition, Loader
from runner.compose.overrides import CHOSEN, COMMAND, key_of, parsed
from runner.compose.ranges import Steps
from runner.compose.varied import Composer, override
from runner.menu import Menu
from runner.model.errors import ConfigError, Problem
from runner.words import listed

ALIKE = {  # options that change no result, and so are no matter of a single job
    "output": "folder for the sweep, each job has its own beneath it",
    "objective": "objective for the sweep, its jobs are compared by it",
    "report": "answer for the sweep",
    "quiet": "answer for the sweep",
    "analysis": "way of reading for the sweep",
}
ENDLESS = "an interval has no end of values; a sweep lists them, range(8,12,1), or hydra/sweeper=optuna draws from it"
MOST = 100_000  # jobs of a sweep


@dataclass(frozen=True, kw_only=True)
class Job:
    """One combination: its words, and what composing and checking it gave.

    dropped: keys left out because it has no such setting. identity: the same of jobs that settle to the same configuration.
    """

    words: tuple[str, ...]
    composed: Composition
    examined: Examined
    dropped: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its choices, as typed."""
        return " ".join(f"{group}={self.composed.choices[group]}" for group in CHOSEN if group in self.composed.choices)


class Desk:
    """Where the jobs of one command are composed and checked; they share what they have in common. what: `sweep` or `study`."""

    def __init__(self, loader: Loader, hydra_words: Sequence[str] = (), what: str = "sweep") -> None:
        self.what = what
        self.composer = Composer(loader.menu, loader)
        self.known = Known()
        self.hydra_words = tuple(hydra_words)

    def job(self, words: Sequence[str], dropped: Sequence[str] = ()) -> Job:
        """The job of these words."""
        composed = self.composer.compose([*self.hydra_words, *words])
        examined = examine(composed, self.known)
        identity = self._identity(examined.checked) or tuple(words)
        return Job(words=tuple(words), composed=composed, examined=examined, dropped=tuple(dropped), identity=identity)

    def _identity(self, checked: Checked | CheckedErrand | None) -> tuple[str, ...]:
        return () if checked is None else tuple(self.known.content(part) for part in checked.settings.values())


def expanded(params: Sequence[str], overrides: Sequence[str], loader: Loader, what: str = "sweep") -> list[list[str]]:
    """Every combination of the swept words, as Hydra's basic sweeper makes them. ConfigError when there is none.

    params: words of the sweeper's own settings, which come first.
    """
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper

    own = list(loader.words([*params, *overrides]).overrides)
    words = [override for override in parsed(own, loader) if not override.is_hydra_override()]
    endless = [key_of(word) for word in words if word.is_sweep_override() and not word.is_discrete_sweep()]
    if endless:
        raise refusal([Problem(path=key, message=ENDLESS, where=COMMAND) for key in endless], what)
    count = math.prod(map(lengths, words))
    if count > MOST:
        many = [Problem(path=key_of(word), message=f"names {lengths(word):,} values", where=COMMAND) for word in words if lengths(word) > 1]
        raise ConfigError(f"this {what} will not run: expected at most {MOST:,} combinations, was {count:,}", many)
    combinations = [job for batch in BasicSweeper.split_arguments(words, None) for job in batch]
    if not combinations:
        empty = [word for word in words if _empty(word)]
        raise refusal([Problem(path=key_of(word), message=_nothing(word, loader.menu), where=COMMAND) for word in empty], what)
    return combinations


def lengths(word: Override) -> int:
    """How many values a word names; 1 for a plain one."""
    if not word.is_sweep_override():
        return 1
    value = word.value()
    return value.count() if isinstance(value, Steps) else len(list(word.sweep_string_iterator()))


def _empty(word: Override) -> bool:
    """Whether a swept word has nothing to sweep over."""
    return word.is_sweep_override() and word.is_discrete_sweep() and not list(word.sweep_string_iterator())


def _nothing(word: Override, menu: Menu) -> str:
    """Why a word has nothing to sweep over."""
    value, group = word.value(), word.key_or_group
    if not isinstance(value, Glob):
        return "names no value, so there is no job"
    typed = f"glob({','.join(value.include)})"
    if not menu.is_group(group):
        return f"{typed} chooses among the files of a group, and this is a value; list values with commas, a,b"
    return f"no {group} is called like {typed}, so there is no job; there are {listed(menu.typed(group))}"


def settled(combinations: Sequence[Sequence[str]], desk: Desk, forbidden: Callable[[str], Problem | None]) -> list[Job]:
    """Every combination checked; keys that only other jobs know are dropped. ConfigError with the problems of all of them.

    forbidden: why a mode is none of these jobs', if it is not.
    """
    jobs = [desk.job(words) for words in combinations]
    strange = [job.examined.unknown & set(job.composed.trace.values) for job in jobs]
    nowhere = frozenset.intersection(*strange) if strange else frozenset()
    jobs = [_without(job, unknown - nowhere, desk) for job, unknown in zip(jobs, strange, strict=True)]
    modes = dict.fromkeys(job.examined.checked.mode for job in jobs if job.examined.checked is not None)
    alone = [problem for mode in modes if (problem := forbidden(mode)) is not None]
    problems = {problem.line(): problem for problem in [*alone, *(each for job in jobs for each in job.examined.problems)]}
    if problems:
        raise refusal(list(problems.values()), desk.what)
    return jobs


def unsweepable(mode: str) -> Problem | None:
    """Why a mode is no job of a sweep; None when it is one."""
    return None if sweepable(mode) else no_sweep(mode)


def values(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """What sets each job apart from the others, by key as typed, in the order typed: choices and values that are not the same in all."""
    typed = [{key_of(word): plain_value(word) for word in map(override, job.words)} for job in jobs]
    keys = list(dict.fromkeys(key for job in typed for key in job))
    apart = [key for key in keys if len({repr(job.get(key)) for job in typed}) > 1 or any(key not in job for job in typed)]
    return [{key: job[key] for key in apart if key in job} for job in typed]


def plain_value(word: Override) -> Any:
    """What a word sets, as plain data."""
    return None if word.is_delete() else word.value()


def output(jobs: Sequence[Job]) -> str:
    """The folder mode.output names for the jobs' folders, or ''. ConfigError when jobs differ in it, or in how a result is read."""
    options = [job.examined.checked.options for job in jobs if job.examined.checked is not None]
    problems = []
    for name, why in ALIKE.items():
        given = list(dict.fromkeys(str(each[name]) for each in options if each.get(name) is not None))
        if len(given) > 1:
            problems.append(Problem(path=f"mode.{name}", message=f"expected one {why}; was {listed(given)}", where=COMMAND))
    if problems:
        raise refusal(problems)
    return next((str(each["output"]) for each in options if each.get("output")), "")


def distinct(jobs: Sequence[Job]) -> list[Job]:
    """Jobs that settle to different configurations, each once, in order; of errands every one, for each does something in the world."""
    first: dict[object, Job] = {}
    for number, job in enumerate(jobs):
        first.setdefault(number if isinstance(job.examined.checked, CheckedErrand) else job.identity, job)
    return list(first.values())


def notes(jobs: Sequence[Job]) -> list[str]:
    """What was dropped for whom, and how many jobs that made equal."""
    dropped: dict[str, None] = {f"{job.name}: no {key}, left out": None for job in jobs for key in job.dropped}
    equal = len(jobs) - len(distinct(jobs))
    return [*dropped, *([f"{equal} of {len(jobs)} jobs equal another and run once"] if equal else [])]


def _without(job: Job, keys: frozenset[str], desk: Desk) -> Job:
    if not keys:
        return job
    return desk.job([word for word in job.words if word.partition("=")[0].lstrip("+") not in keys], sorted(keys))


def refusal(problems: Sequence[Problem], what: str = "sweep") -> ConfigError:
    """The problems of the jobs of a sweep, or of what it is called, as one refusal."""
    if len(problems) == 0:
        raise RuntimeError("nothing to refuse")
    return ConfigError(f"this {what} will not run: {len(problems)} problem{'s' if len(problems) > 1 else ''}", list(problems))
