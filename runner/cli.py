"""The command line: `runner +strategy=NAME +account=NAME`. Hydra composes, the check refuses, a mode runs."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import runner
from runner import usage
from runner.menu import Menu, home
from runner.model.errors import RunnerError

REFUSED = 2
BROKEN = 1
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> None:
    """The console script. Exits with the mode's status; 2 for anything that will not run, 1 for a fault of ours."""
    sys.exit(status(list(sys.argv[1:] if argv is None else argv)))


def status(words: list[str]) -> int:
    """What `main` exits with; never a traceback on the terminal."""
    try:
        return _dispatch(words)
    except RunnerError as error:
        print(usage.block(error), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; say nothing more
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: one line for people, the rest into a file
        print(f"internal error: {type(error).__name__}: {_one_line(error)}; details in {_details()}", file=sys.stderr)
        return BROKEN


def _dispatch(words: list[str]) -> int:
    """Cheap answers first; Hydra is only imported for the others."""
    menu = Menu(home())
    if not words:
        print(usage.what_to_type(menu), file=sys.stderr)
        return REFUSED
    if any(word in ("--help", "-h") for word in words):
        print(usage.manual(menu))
        return 0
    if "--version" in words:
        print(f"runner {runner.__version__}")
        return 0
    os.environ["RUNNER_HOME"] = str(menu.home)  # settled once, for every process this one starts
    from loguru import logger

    from runner.jobs import dispatch

    logger.remove()
    logger.add(sys.stderr, level="WARNING", format="{level}: {message}")
    return dispatch(words, menu)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def _details() -> Path:
    """A new file with the traceback of the exception at hand: under outputs/errors, or the system's place for such files."""
    name = f"{datetime.now(UTC):%Y-%m-%d_%H-%M-%S}_{os.getpid()}.txt"
    for folder in (Path.cwd() / "outputs" / "errors", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{' '.join(_command())}\n\n{traceback.format_exc()}", encoding="utf-8")
        except OSError:
            continue
        return folder / name
    return Path(os.devnull)


def _command() -> list[Any]:
    return ["runner", *sys.argv[1:]]


if __name__ == "__main__":
    main()
