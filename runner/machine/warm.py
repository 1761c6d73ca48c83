"""Compile the machine once and keep the result: `python -m runner.machine.warm`. Set-up calls it; later starts only load."""

from __future__ import annotations

import numba
import numpy as np

from runner.machine.step import drive
from runner.machine.view import VIEW


def warm() -> None:
    """Compile (or load from disk) the entry point."""
    drive.compile((numba.typeof(np.zeros(1, VIEW)), numba.int64))  # type: ignore[attr-defined]


if __name__ == "__main__":
    warm()
