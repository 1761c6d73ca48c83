"""Jobs as Hydra runs them: one, or a sweep; shown, completed or explained instead when asked."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
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
from runner.check import Checked, CheckedErrand, check, examine, mode_module, modes, refusal
from runner.compose import Composition, Loader, compose
from runner.compose.overrides import COMMAND, key_of, overwritten, parsed
from runner.failure import making_folders
from runner.menu import PRIMARY, Menu
from runner.model.bot import Bot, Trial
from runner.model.errors import ConfigError, Problem
from runner.perform import execute, given
from runner.shorthand import written_out
from runner.sweep.jobs import Desk, Job, distinct, expanded, notes, settled, values
from runner.usage import complain, say
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
        raise refusal(compose(_whole(args), menu).problems or said) from None
    finally:
        GlobalHydra.instance().clear()


def _whole(args: argparse.Namespace) -> list[str]:
    """The words of a command that one job can be composed of: of a sweep those that are Hydra's own."""
    if not args.multirun:
        return list(args.overrides)
    return [line for line, word in zip(args.overrides, parsed(args.overrides), strict=True) if word.is_hydra_override()]


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
    for line in overwritten(args.overrides):
        complain(line)
    if args.multirun:
        from runner.several import several

        return several(args.overrides, hydra, menu)
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
    """Compose, check and run one job, or one study over several trials; nothing is left behind by one that is refused."""
    loader = hydra.config_loader
    jobs = trials(overrides, loader) if isinstance(loader, Loader) else []
    composed = jobs[0].composed if jobs else compose(overrides, menu, loader if isinstance(loader, Loader) else None)
    checked = checked_job(overrides, composed, menu)
    if not leaves_files(checked.mode):
        return execute(given(checked, menu, Path.cwd()), Path.cwd())
    if checked.options.get("output"):
        composed.config.hydra.run.dir = str(Path(str(checked.options["output"])).expanduser())
    context = HydraContext(config_loader=loader, callbacks=Callbacks(composed.config))
    context.callbacks.on_run_start(config=composed.config, config_name=PRIMARY)
    with making_folders(str(composed.config.hydra.run.dir)):
        ran = run_job(
            hydra_context=context,
            task_function=partial(_task, checked=checked, menu=menu, jobs=jobs),
            config=composed.config,
            job_dir_key="hydra.run.dir",
            job_subdir_key=None,
        )
    context.callbacks.on_run_end(config=composed.config, config_name=PRIMARY, job_return=ran)
    return _result(ran)


def checked_job(overrides: list[str], composed: Composition, menu: Menu) -> Checked | CheckedErrand:
    """The job, checked. ConfigError with whatever is wrong, unless it is the account of a mode that looks at ill ones, too (`ILL`).

    Such a mode is handed the words that choose the account, and no account.
    """
    try:
        return check(composed)
    except ConfigError:
        rest = healthy(overrides, menu)
        if rest is None:
            raise
        return rest


def healthy(overrides: list[str], menu: Menu) -> CheckedErrand | None:
    """The job without its account, which is left among its words; None where its mode wants a sound one, or more is wrong."""
    words = Loader(menu).words(overrides)
    keys = [key_of(word) for word in parsed(list(words.overrides))]
    mode = next((line.partition("=")[2] for line, key in zip(words.overrides, keys, strict=True) if key == "mode"), "")
    if "account" not in keys or words.problems or mode not in modes() or not getattr(mode_module(mode), "ILL", False):
        return None
    others = [line for line, key in zip(words.overrides, keys, strict=True) if key.partition(".")[0] in ("mode", "hydra", "source")]
    checked = examine(compose(others, menu)).checked
    return replace(checked, words=words.overrides) if isinstance(checked, CheckedErrand) else None


def trials(overrides: list[str], loader: Loader) -> list[Job]:
    """The combinations of a command without -m whose mode studies several; none where no word lists several, or the mode takes one."""
    read = parsed(overrides, menu=loader.menu)
    if loader.words(overrides).problems or not any(word.is_sweep_override() and not word.is_hydra_override() for word in read):
        return []
    hydra_words = [line for line, word in zip(overrides, read, strict=True) if word.is_hydra_override()]
    desk, combinations = Desk(loader, hydra_words, "study"), expanded((), overrides, loader, "study")
    first = desk.job(combinations[0])
    mode = first.examined.checked.mode if first.examined.checked is not None else str(OmegaConf.select(first.composed.config, "mode.name"))
    if not takes_trials(mode.replace("_", "-")):
        return []
    jobs = settled(combinations, desk, no_trial)
    for line in notes(jobs):
        say(line)
    return distinct(jobs)


def takes_trials(mode: str) -> bool:
    """Whether a mode is a study: it looks at several combinations at once."""
    return mode in modes() and bool(getattr(mode_module(mode), "TRIALS", False))


def no_trial(mode: str) -> Problem | None:
    """Why a mode takes no trials; None when it does."""
    if takes_trials(mode):
        return None
    return Problem(
        path="mode", message=f"expected one study, was mode={mode} among its trials; type -m for a sweep over modes", where=COMMAND
    )


def leaves_files(mode: str) -> bool:
    """Whether a mode writes into a run folder (all do, unless they say otherwise)."""
    return bool(getattr(mode_module(mode), "LEAVES_FILES", True))


def _task(_config: DictConfig, checked: Checked | CheckedErrand, menu: Menu, jobs: Sequence[Job]) -> int:
    folder = Path(HydraConfig.get().runtime.output_dir)
    bot = given(checked, menu, folder)
    if isinstance(bot, Bot):
        bot = replace(bot, trials=studied(bot, jobs, menu) if takes_trials(checked.mode) else (), alone=True)
    return execute(bot, folder)


def studied(bot: Bot, jobs: Sequence[Job], menu: Menu) -> tuple[Trial, ...]:
    """Every trial as a bot of its own; one when nothing was typed but that."""
    bots = [given(job.examined.checked, menu, bot.folder) for job in jobs if job.examined.checked is not None]
    made = [Trial(values=own, bot=each) for own, each in zip(values(jobs), bots, strict=True) if isinstance(each, Bot)]
    return tuple(made) or (Trial(values={}, bot=bot),)


def _result(ran: Any) -> int:
    """A job's exit status; what it raised is raised again, without Hydra's line about it."""
    value = ran._return_value  # noqa: SLF001 - the property prints to stderr before it raises
    if isinstance(value, BaseException):
        raise value
    return int(value or 0)
