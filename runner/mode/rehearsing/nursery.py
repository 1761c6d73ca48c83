"""Where a rehearsal's processes come from: a server that has everything loaded, where there are such; begun before threads matter."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from typing import Any

from loguru import logger

PRELOADED = ("runner.mode.rehearsing.bot", "pandas_ta", "numba")


def nursery() -> Any:
    """The context to make processes from."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def quietly(who: str, work: Callable[..., None], *args: Any) -> None:
    """The target of a process: what goes wrong is told in its log, and by the exit status."""
    try:
        work(*args)
    except Exception as problem:  # noqa: BLE001 - the end of a process
        logger.exception("{} ended", who)
        print(problem, file=sys.stderr)
        sys.exit(1)
