"""One way to compile: strict floating point, no bounds checks, divisions that give inf instead of raising."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

OPTIONS = {"error_model": "numpy", "fastmath": False}


def compiled[F: Callable[..., Any]](function: F) -> F:
    """Compile a function of the machine for other functions of the machine; `native` keeps the whole on disk."""
    return numba.njit(**OPTIONS)(function)
