"""Jobs as Hydra runs them: one, or a sweep; shown, completed or explained instead when asked."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from hydra._internal.callbacks import Callbacks
from hydra._internal.hydra import Hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.core.utils import run_job
from hydra.errors import HydraException
from hydra.plugins.completion_plugin import CompletionPlugin
from hydra.types import HydraContext
from omegaconf import DictConfig, OmegaConf

from runner import flags
from runner.build import built, errand
from runner.check import Checked, CheckedErrand, check, mode_module, no_sweep, refusal, sweepable
from runner.compose import Composition, Loader, compose
from runner.compose.overrides import CHOSEN, COMMAND
from runner.failure import making_folders, status
from runner.menu import PRIMARY, Menu
from runner.model.errors import ConfigError, Problem
from runner.report.files import FILES
from runner.report.folder import fresh
from runner.report.sentences import brief
from runner.shorthand import written_out
from runner.sweep import sweep
from runner.usage import say
from runner.words import listed, nearest

REFUSED = {
    "config_path": "the primary config is the shipped one; your own choices go under $RUNNER_HOME/conf",
    "config_name": "the primary config is the shipped one; your own choices go under $RUNNER_HOME/conf",
    "experimental_rerun": "a pickled configuration can hold code; run the command again instead",
}
COMPLETION = ("install", "uninstall", "query")


def dispatch(words: list[str], menu: Menu) -> int:
    """Do what Hydra's flags and the overrides ask for; returns the exit status."""
    args, parser = flags.read(written_out(words), menu)
    menu = _settled(args, menu)
    hydra = Hydra(task_name="runner", config_loader=Loader(menu))
    GlobalHydra.instance().initialize(hydra)
    try:
        return _asked(args, parser, hydra, menu)
    except HydraException as error:
        said = [Problem(path="", message=" ".join(str(error).split()), where=COMMAND)]
        raise refusal(compose(args.overrides, menu).problems or said) from None
    finally:
        GlobalHydra.instance().clear()


def _settled(args: argparse.Namespace, menu: Menu) -> Menu:
    """The menu with a further folder, if one was named; flags that would bring unguarded YAML are refused."""
    problems = [
        Problem(path=f"--{name.replace('_', '-')}", message=why, where=COMMAND) for name, why in REFUSED.items() if getattr(args, name)
    ]
    folder = Path(args.config_dir).expanduser().resolve() if args.config_dir else None
    if folder is not None and not folder.is_dir():
        problems.append(Problem(path="--config-dir", message=f"expected a folder, was {args.config_dir!r}", where=COMMAND))
    if problems:
        raise ConfigError(f"this command will not run: {len(problems)} problem{'s' if len(problems) > 1 else ''}", problems)
    return Menu(menu.home, (folder,)) if folder is not None else menu


def _asked(args: argparse.Namespace, parser: argparse.ArgumentParser, hydra: Hydra, menu: Menu) -> int:
    if args.shell_completion:
        return _completed(args.overrides, hydra)
    if args.hydra_help:
        hydra.hydra_help(config_name=PRIMARY, args_parser=parser, args=args)
        return 0
    if args.info is not None:
        hydra.show_info(args.info, config_name=PRIMARY, overrides=args.overrides)
        return 0
    if args.cfg:
        return _shown(args, hydra, menu)
    if args.multirun:
        return sweep(hydra, args.overrides, partial(swept, menu=menu))
    return single(args.overrides, hydra, menu)


def _completed(words: list[str], hydra: Hydra) -> int:
    """Print what a shell needs to complete names, or the names themselves."""
    plugins: list[Any] = Plugins.instance().discover(CompletionPlugin)
    shells = sorted(plugin.provides() for plugin in plugins)
    action, _, shell = words[0].partition("=") if len(words) == 1 else ("", "", "")
    if action not in COMPLETION:
        said = f"expected one word after it, such as install={shells[0]}{nearest(action, COMPLETION)}"
        raise refusal([Problem(path="-sc", message=said, where=COMMAND)])
    if shell not in shells:
        said = f"expected a shell of {listed(shells)}, was {shell!r}"
        raise refusal([Problem(path=f"-sc {action}", message=said, where=COMMAND)])
    hydra.shell_completion(config_name=PRIMARY, overrides=words)
    return 0


def _shown(args: argparse.Namespace, hydra: Hydra, menu: Menu) -> int:
    """Print the composed configuration; what cannot be composed is refused, what is merely wrong in it is shown as it is."""
    composed = compose(args.overrides, menu)
    if composed.problems:
        raise refusal(composed.problems)
    hydra.show_cfg(config_name=PRIMARY, overrides=args.overrides, cfg_type=args.cfg, package=args.package, resolve=args.resolve)
    return 0


def single(overrides: list[str], hydra: Hydra, menu: Menu) -> int:
    """Compose, check and run one job; nothing is left behind by one that is refused."""
    loader = hydra.config_loader
    composed = compose(overrides, menu, loader if isinstance(loader, Loader) else None)
    checked = check(composed)
    if not leaves_files(checked.mode):
        return execute(checked, menu, Path.cwd())
    if checked.options.get("output"):
        composed.config.hydra.run.dir = str(Path(str(checked.options["output"])).expanduser())
    context = HydraContext(config_loader=loader, callbacks=Callbacks(composed.config))
    context.callbacks.on_run_start(config=composed.config, config_name=PRIMARY)
    with making_folders(str(composed.config.hydra.run.dir)):
        ran = run_job(
            hydra_context=context,
            task_function=partial(_task, checked=checked, menu=menu),
            config=composed.config,
            job_dir_key="hydra.run.dir",
            job_subdir_key=None,
        )
    context.callbacks.on_run_end(config=composed.config, config_name=PRIMARY, job_return=ran)
    return _result(ran)


def swept(_config: DictConfig, menu: Menu, common: frozenset[str] = frozenset()) -> int:
    """One job of a sweep, wherever a launcher runs it; one that fails says so and does not stop the others.

    common: words that all jobs share, so that a job's one line need not repeat them.
    """
    return status(lambda: _swept(menu, common))


def _swept(menu: Menu, common: frozenset[str]) -> int:
    """Compose anew from Hydra's record of the job's words, check, run; a quiet job is one line at its end."""
    hydra = HydraConfig.get()
    words = [str(word) for word in hydra.overrides.task]
    composed = compose([*map(str, hydra.overrides.hydra), *words], menu)
    chosen = [f"{group}={choice}" for group, choice in composed.choices.items() if group in CHOSEN]
    folder = Path(hydra.runtime.output_dir)
    if not sweepable(str(OmegaConf.select(composed.config, "mode.name"))):
        raise refusal([no_sweep(str(composed.config.mode.name))])
    if OmegaConf.select(composed.config, "mode.quiet"):
        own = [word.lstrip("+") for word in words if word not in common]
        return _in_a_line(f"job {hydra.job.num}  {' '.join(own or chosen)}", composed, menu, folder)
    say(f"\njob {hydra.job.num}  {' '.join(chosen)}  {' '.join(_values(composed))}".rstrip())
    return execute(check(composed), menu, folder)


def _in_a_line(name: str, composed: Composition, menu: Menu, folder: Path) -> int:
    """Run a job and say in one line what came of it: its verdict and result, and where its files are."""
    try:
        checked = check(composed)
        place = folder if checked.options.get("output") else fresh(folder, FILES)
        value = execute(checked, menu, place)
    except Exception:
        say(f"{name}  did not run")
        raise
    say(f"{name}  {_came(place) or f'exit status {value}'}  {place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place}")
    return value


def _came(place: Path) -> str:
    """What came of the run that left its files in `place`, in a part of a line; '' for a mode that leaves none of these."""
    for name, told in (("summary.json", brief), ("challenge.json", itemgetter("line"))):
        if (place / name).is_file():
            return str(told(json.loads((place / name).read_text(encoding="utf-8"))))
    return ""


def execute(checked: Checked | CheckedErrand, menu: Menu, folder: Path) -> int:
    """Build the bot and hand it to its mode; an empty folder is not left behind."""
    given = errand(checked, menu.home, folder) if isinstance(checked, CheckedErrand) else built(checked, menu.home, folder)
    try:
        return int(mode_module(checked.mode).run(given))
    finally:
        _remove_empty(folder)


def leaves_files(mode: str) -> bool:
    """Whether a mode writes into a run folder (all do, unless they say otherwise)."""
    return bool(getattr(mode_module(mode), "LEAVES_FILES", True))


def _task(_config: DictConfig, checked: Checked | CheckedErrand, menu: Menu) -> int:
    return execute(checked, menu, Path(HydraConfig.get().runtime.output_dir))


def _result(ran: Any) -> int:
    """A job's exit status; what it raised is raised again, without Hydra's line about it."""
    value = ran._return_value  # noqa: SLF001 - the property prints to stderr before it raises
    if isinstance(value, BaseException):
        raise value
    return int(value or 0)


def _values(composed: Composition) -> Sequence[str]:
    return [f"{key}={OmegaConf.select(composed.config, key)}" for key in composed.trace.values]


def _remove_empty(folder: Path) -> None:
    """Remove a run folder nothing was written to, and the folders above it that hold nothing else."""
    if folder == Path.cwd() or not folder.is_dir():
        return
    for place in (folder, *folder.parents[:3]):
        if place == Path.cwd() or next(place.iterdir(), None) is not None:
            return
        place.rmdir()
