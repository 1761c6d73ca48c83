"""What the command line says of itself: what to type, the choices, and problems in columns."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from runner.menu import Menu
from runner.model.errors import Problem, RunnerError
from runner.words import listed

SHOWN = ("strategy", "portfolio", "account", "mode", "firm", "house", "source")
WIDEST_PATH, WIDEST_MESSAGE = 44, 96

MANUAL = """\
runner: backtests and runs a strategy under the rules of a funded account

  runner +strategy=NAME +account=NAME [key=value …]     the main job: a backtest with a verdict
  runner +portfolio=NAME +account=NAME                  several strategies that share the account
  runner -m +strategy=A,B +account=C,D                  every combination, one job each
  runner +strategy=NAME +account=NAME mode=check        say everything that is wrong, run nothing

{choices}
Any value can be set: strategy.entry.min_gap_fraction=0.007 mode.start=2024-01-01 'strategy.symbols=[BTCUSDT]'
Any part can be swapped: mode=check source=files exit@strategy.exit.stop=atr_stop
The + before strategy, account and portfolio may be left out. Your own files in $RUNNER_HOME
(accounts/, conf/, blocks/; the working directory unless set) come before the shipped ones.

  --cfg job|hydra|all   print the composed configuration   --resolve, --package PATH   with --cfg
  --multirun, -m        one job per combination            --config-dir DIR            a further menu
  --info [WHAT]         how it was composed                --hydra-help                Hydra's own settings
  -sc install=bash      completion for the shell (bash, zsh, fish); uninstall=… removes it
  --version, --help      mode=NAME --help tells the options of a mode
"""
MODE = """\
runner mode={name}
{text}
Each is set as mode.NAME=VALUE, or NAME=VALUE where nothing else is called so. Yours to keep: conf/mode/{file} in $RUNNER_HOME.
More: runner --help
"""


def say(text: str) -> None:
    """A line on the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """A line on the terminal's error channel; where that is closed the exit status has to say it."""
    with suppress(OSError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def manual(menu: Menu, words: Sequence[str] = ()) -> str:
    """The answer to --help: every choice there is, or what can be said of the mode among the words."""
    name = next((word.lstrip("+").removeprefix("mode=") for word in words if word.lstrip("+").startswith("mode=")), "")
    file = menu.find(f"mode/{name.replace('-', '_')}") if name else None
    return MANUAL.format(choices=_table(menu, SHOWN)) if file is None else MODE.format(name=name, text=_options(file), file=file.name)


def _options(file: Path) -> str:
    """A mode's file as it stands, without what editors and the menu read."""
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith(("# yaml-language-server", "name:")))
    said: list[str] = []
    options: list[str] = []
    for line in lines:
        (said if line.startswith("#") else options).append(f"  {line.removeprefix('# ')}".rstrip())
    return "\n".join([*said, *(["", *options] if options else [])]) + "\n"


def what_to_type(menu: Menu) -> str:
    """The answer to `runner` alone."""
    return "\n".join(
        ["type: runner +strategy=NAME +account=NAME", "", _table(menu, ("strategy", "portfolio", "account", "mode")), "more: runner --help"]
    )


def block(error: RunnerError) -> str:
    """An error as one block: its title, then problems in columns of path, message and file."""
    if not error.problems:
        return error.title
    path_width = min(WIDEST_PATH, max(len(problem.path) for problem in error.problems))
    message_width = min(WIDEST_MESSAGE, max(len(problem.message) for problem in error.problems))
    return "\n".join([error.title, *(_line(problem, path_width, message_width) for problem in error.problems)])


def _line(problem: Problem, path_width: int, message_width: int) -> str:
    return f"  {problem.path:<{path_width}}  {problem.message:<{message_width}}  {problem.where}".rstrip()


def _table(menu: Menu, groups: tuple[str, ...]) -> str:
    """Choices by group, one group per line; wide ones are wrapped."""
    lines = [
        f"  {group:<10} {line}" if number == 0 else f"  {'':<10} {line}"
        for group in groups
        for number, line in enumerate(_wrapped(menu.typed(group)))
    ]
    return "\n".join([*lines, ""])


def _wrapped(choices: list[str]) -> list[str]:
    rows: list[str] = [""]
    for choice in choices:
        if rows[-1] and len(rows[-1]) + len(choice) > 96:
            rows.append("")
        rows[-1] += f"{', ' if rows[-1] else ''}{choice}"
    return rows if choices else [listed(["(none)"])]
