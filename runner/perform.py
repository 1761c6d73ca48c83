"""One job of a sweep: found done already, run, or failed; what came of it as plain data."""

from __future__ import annotations

import io
import json
import shutil
import time
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from runner import __version__
from runner.build import built, errand
from runner.check import Checked, CheckedErrand, mode_module, refusal
from runner.compose import Loader
from runner.failure import explained
from runner.menu import Menu
from runner.model.bot import Bot, Errand
from runner.model.errors import Problem, RunnerError
from runner.pipeline import between, load, unlooked
from runner.report.fingerprint import config_hash
from runner.report.folder import finish
from runner.report.sentences import brief
from runner.sweep.jobs import Desk, Job, unsweepable
from runner.sweep.pool import cores
from runner.sweep.ran import Ran
from runner.usage import complain, say
from runner.words import listed

LATE = ("pandas", "pyarrow.parquet", "runner.journal.write", "runner.mode.backtest", "yaml")  # imported by runs when they need them
SHOWN = ("report.html", "trades_tax.csv", "challenge.html", "audit.html")  # files for people, which a job leaves when asked
DONE = "was done before"
AGAIN = ".again"
PAGES = ("summary.json", "challenge.json", "audit.json")


def execute(given: Bot | Errand, folder: Path) -> int:
    """Hand a bot to its mode; an empty folder is not left behind."""
    try:
        return int(mode_module(given.mode).run(given))
    finally:
        remove_empty(folder)


def given(checked: Checked | CheckedErrand, menu: Menu, folder: Path) -> Bot | Errand:
    """What the mode of a checked configuration is handed."""
    return errand(checked, menu.home, folder) if isinstance(checked, CheckedErrand) else built(checked, menu.home, folder)


def remove_empty(folder: Path) -> None:
    """Remove a run folder nothing was written to, and the folders above it that hold nothing else."""
    folder = folder.absolute()
    if folder == Path.cwd() or not folder.is_dir():
        return
    for place in (folder, *folder.parents[:3]):
        if place == Path.cwd() or next(place.iterdir(), None) is not None:
            return
        place.rmdir()


@dataclass(frozen=True)
class Worker:
    """Does jobs of a sweep (runner.sweep.Work) with the modes as they are."""

    menu: Menu

    def warm(self, job: Job) -> None:
        """Load the bars, the compiled machine and the libraries that a job needs; no block of a user's looks at bars here.

        What is wrong with the bars is said when the job is run.
        """
        import_reports()
        if isinstance(job.examined.checked, Checked):
            bot = built(job.examined.checked, self.menu.home, Path.cwd())
            with suppress(RunnerError):
                for strategy in bot.strategies:
                    load(strategy, bot.source, bot.account.currency)

    def here(self, job: Job, folder: Path, workers: int) -> Ran:
        """The job done in this process, as one of `workers` at a time; what it prints is in what came of it."""
        printed = io.StringIO()
        with redirect_stdout(printed):
            ran = perform(job, self.menu, folder, workers)
        return Ran(**{**ran, "printed": printed.getvalue()})

    def before(self, job: Job, folder: Path) -> Ran | None:
        """What came of a job whose folder holds a run: the same one, which is said, or another, which is refused."""
        if left(folder) is None:
            return None
        return self.here(job, folder, 1)

    def anywhere(self, common: frozenset[str]) -> Task:
        """What a launcher of Hydra's calls for each job."""
        return Task(menu=self.menu, common=common, sweep=time.time_ns())


@dataclass(frozen=True, kw_only=True)
class Task:
    """A job of a sweep as Hydra's launchers run it: composed anew from Hydra's record of its words, in whatever process it is called.

    common: words all jobs share, which a job's one line need not repeat. sweep: tells sweeps apart; jobs of one share what they read.
    """

    menu: Menu
    common: frozenset[str]
    sweep: int

    def __call__(self, _config: DictConfig, menu: Menu | None = None) -> Ran:
        """What came of the job; a line is said of it, and whatever its mode prints."""
        hydra = HydraConfig.get()
        words = [str(word) for word in hydra.overrides.task]
        job = desk(menu or self.menu, self.sweep, tuple(map(str, hydra.overrides.hydra))).job(words)
        ran = Worker(menu or self.menu).here(job, Path(hydra.runtime.output_dir), 1)
        own = [word.lstrip("+") for word in words if word not in self.common]
        say(f"job {hydra.job.num}  {' '.join(own) or job.name}  {ran['line']}".rstrip())
        if ran["printed"]:
            say(ran["printed"].rstrip("\n"))
        if ran["said"]:
            complain(ran["said"])
        return ran


@lru_cache(maxsize=1)
def desk(menu: Menu, _sweep: int, hydra_words: tuple[str, ...]) -> Desk:
    """Where this process composes the jobs of a sweep; of the last one only."""
    return Desk(Loader(menu), hydra_words)


def perform(job: Job, menu: Menu, folder: Path, workers: int) -> Ran:
    """Find a job done, or run it in `folder`; a failure is part of what came of it. Only Ctrl-C is raised."""
    began = time.perf_counter()
    shown = str(folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder)
    status, page, said, done, line = 0, None, "", False, "did not run"
    try:
        bot = prepared(job, menu, folder, workers)
        before = history(bot, folder)
        done = before == DONE
        status = 0 if done else again(bot, folder) if before else execute(bot, folder)
        page = left(folder)
        status = int(page.get("good") is False) if done and page is not None else status
        line = in_a_line(page, shown, status, before)
    except Exception as error:  # noqa: BLE001 - a job that fails fails alone, and says why
        status, said = explained(error)
    return Ran(
        status=status,
        folder=shown,
        page=page,
        said=said,
        line=line,
        printed="",
        done=done,
        seconds=time.perf_counter() - began,
        values={},
    )


def prepared(job: Job, menu: Menu, folder: Path, workers: int) -> Bot | Errand:
    """The job's bot, told that nobody watches it and that it is one of many: it prints no page and leaves none unless one was asked for."""
    checked = job.examined.checked
    if checked is None:
        raise refusal(job.examined.problems)
    no = unsweepable(checked.mode)
    if no is not None:
        raise refusal([no])
    options = dict(checked.options)
    light: dict[str, object] = {"quiet": True, "report": bool(options.get("report")) and "mode.report" in job.composed.trace.values}
    if options.get("threads", 0) is None:
        light["threads"] = max(1, cores() // workers)
    place = folder if getattr(mode_module(checked.mode), "LEAVES_FILES", True) else Path.cwd()
    return given(replace(checked, options=options | {key: value for key, value in light.items() if key in options}), menu, place)


def history(bot: Bot | Errand, folder: Path) -> str:
    """What the job's line says of an earlier run of it: nothing, that it was done, or why it is run again. RunnerError as in `was_done`."""
    if not isinstance(bot, Bot) or not was_done(bot, folder):
        return ""
    from runner.report.summary import analysed

    shutil.rmtree(folder / AGAIN, ignore_errors=True)  # of one that was killed meanwhile
    page = left(folder) or {}
    if page.get("stopped"):
        return "was stopped before, run again"
    files = getattr(mode_module(bot.mode), "FILES", ())
    lacking = [name for name in SHOWN if name in files and bot.options.get("report") and not (folder / name).is_file()]
    if "analysis" in page and page["analysis"] is None and analysed(bot.options):
        lacking.append("its analysis")
    return f"{DONE}, run again for {listed(lacking)}" if lacking else DONE


def again(bot: Bot | Errand, folder: Path) -> int:
    """Run a job whose folder holds it already, and put the files in the place of those; the page last, for it tells what there is."""
    place = folder / AGAIN
    try:
        status = execute(replace(bot, folder=place), place)
        for path in sorted(place.iterdir(), key=lambda each: each.name in PAGES):
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return status


def was_done(bot: Bot, folder: Path) -> bool:
    """Whether the very run lies in `folder`: the same configuration, rules, data and code, by the same version.

    RunnerError for a folder that holds another. What a run that was killed left half-written is removed, what it had made is kept.
    """
    finish(folder)
    page = left(folder)
    if page is None:
        return False
    if not getattr(mode_module(bot.mode), "RESUMES", False):
        raise _taken(folder, "holds a run already")
    if page.get("version") != __version__:
        raise _taken(folder, f"holds a run of version {page.get('version')}, this is {__version__}")
    if page.get("config_hash") != hash_of(bot):
        raise _taken(folder, "holds a run of other settings, rules, bars or code")
    gone = [name for name in getattr(mode_module(bot.mode), "FILES", ()) if name not in SHOWN and not (folder / name).is_file()]
    if gone:
        raise _taken(folder, f"holds a run without its {listed(gone)}")
    if not legible(page):
        raise _taken(folder, "holds a run whose page somebody has changed so that its figures are not to be found")
    return True


def legible(page: Mapping[str, Any]) -> bool:
    """Whether the page says in a line what came of its run. That its figures are those of the run is believed."""
    try:
        return bool(in_words(page))
    except (KeyError, TypeError, ValueError):
        return False


def _taken(folder: Path, message: str) -> RunnerError:
    problem = Problem(path=str(folder), message=f"{message}; name another folder in mode.output, or move this one away")
    return RunnerError("the folder already holds a run", [problem])


def hash_of(bot: Bot) -> str:
    """The config_hash that a run would have, without running it."""
    options = mode_module(bot.mode).Options(**bot.options)
    streams = [
        between(unlooked(strategy, each), options.start_ms(), options.end_ms())
        for strategy in bot.strategies
        for each in load(strategy, bot.source, bot.account.currency)
    ]
    return config_hash(bot.settings, bot.account.book, streams, bot.code)


def left(folder: Path) -> dict[str, Any] | None:
    """The page of the run in `folder`; None when it holds none, or one nobody can read."""
    for name in PAGES:
        try:
            page = json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(page, dict):
            return page
    return None


def in_a_line(page: Mapping[str, Any] | None, folder: str, status: int, before: str) -> str:
    """What came of a job that ran. before: what is said of an earlier run of it."""
    if page is None:
        return "" if status == 0 else f"exit status {status}"
    return f"{in_words(page)}  {folder}{f'  ({before})' if before else ''}"


def in_words(page: Mapping[str, Any]) -> str:
    """What a page says of its run."""
    return str(page["line"] if "line" in page else brief(page))


def import_reports() -> None:
    """What every report needs, imported before processes are forked."""
    from runner.machine import native

    for name in LATE:
        import_module(name)
    native.drive.load()
