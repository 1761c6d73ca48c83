"""One way to compile: strict floating point, no bounds checks, divisions that give inf instead of raising."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

from runner.machine.cache import folder

numba.config.CACHE_DIR = str(folder())


def compiled[F: Callable[..., Any]](function: F) -> F:
    """Compile a helper of the machine; only `step` and `run` are cached on disk, with everything they call inside."""
    return numba.njit(error_model="numpy", fastmath=False)(function)


def cached[F: Callable[..., Any]](function: F) -> F:
    """Compile an entry point of the machine and keep the result on disk."""
    return numba.njit(error_model="numpy", fastmath=False, nogil=True, cache=True)(function)
