"""The command line: `runner +strategy=NAME +account=NAME`. Hydra composes, the check refuses, a mode runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import runner
from runner import usage
from runner.failure import REFUSED, status
from runner.menu import Menu, home


def main(argv: Sequence[str] | None = None) -> None:
    """The console script. Exits with the mode's status; 2 for anything that will not run, 1 for a fault of ours."""
    words = list(sys.argv[1:] if argv is None else argv)
    sys.exit(status(lambda: _dispatch(words)))


def _dispatch(words: list[str]) -> int:
    """Cheap answers first; Hydra is only imported for the others."""
    menu = Menu(home())
    if not words:
        usage.complain(usage.what_to_type(menu))
        return REFUSED
    if any(word in ("--help", "-h") for word in words):
        usage.say(usage.manual(menu))
        return 0
    if "--version" in words:
        usage.say(f"runner {runner.__version__}")
        return 0
    os.environ["RUNNER_HOME"] = str(menu.home)  # settled once, for every process this one starts
    from loguru import logger

    from runner.jobs import dispatch

    logger.remove()
    logger.add(sys.stderr, level="WARNING", format="{level}: {message}")
    return dispatch(words, menu)


if __name__ == "__main__":
    main()
