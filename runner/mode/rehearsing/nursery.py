"""Where a rehearsal's processes come from: a server that has everything loaded, where there are such; begun before threads matter."""

from __future__ import annotations

import multiprocessing
import sys
from typing import Any

PRELOADED = ("runner.mode.rehearsing.bot", "pandas_ta", "numba")


def nursery() -> Any:
    """The context to make processes from."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context
