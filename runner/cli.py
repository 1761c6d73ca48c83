"""The command line: `runner +strategy=NAME +account=NAME`. Hydra composes, the check refuses, a mode runs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import runner
from runner import usage
from runner.failure import REFUSED, status
from runner.menu import Menu, home
from runner.model.errors import Problem, RunnerError

YOUNG = 100_000  # objects between two looks for garbage: what imports and composing make stays, and is looked through for nothing


def main(argv: Sequence[str] | None = None) -> None:
    """The console script. Exits with the mode's status; 2 for anything that will not run, 1 for a fault of ours."""
    words = list(sys.argv[1:] if argv is None else argv)
    _open_channels()
    sys.exit(status(lambda: _dispatch(words)))


def _open_channels() -> None:
    """Somewhere to write to when the caller closed its terminal (`>&-`)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open as long as the process


def _home() -> Path:
    """The user's folder; RunnerError when RUNNER_HOME names none."""
    folder = home()
    if not folder.is_dir():
        raise RunnerError(
            "the user's folder is not there", [Problem(path="RUNNER_HOME", message=f"expected a folder, was {str(folder)!r}")]
        )
    return folder


def _dispatch(words: list[str]) -> int:
    """Cheap answers first; Hydra is only imported for the others."""
    menu = Menu(_home())
    if not words:
        usage.complain(usage.what_to_type(menu))
        return REFUSED
    if any(word in ("--help", "-h") for word in words):
        usage.say(usage.manual(menu, words))
        return 0
    if "--version" in words:
        usage.say(f"runner {runner.__version__}")
        return 0
    os.environ["RUNNER_HOME"] = str(menu.home)  # settled once, for every process this one starts
    gc.set_threshold(YOUNG)
    from loguru import logger

    from runner.jobs import dispatch

    logger.remove()
    logger.add(sys.stderr, level="WARNING", format="{level}: {message}")
    return dispatch(words, menu)


if __name__ == "__main__":
    main()
