"""Compile the machine once and keep the result: `python -m runner.machine.warm`. Set-up calls it; later starts only load."""

from __future__ import annotations

import numba
import numpy as np

from runner.machine import step
from runner.machine.view import VIEW


def warm() -> None:
    """Compile (or load from disk) every entry point."""
    kind = numba.typeof(np.zeros(1, VIEW))
    for entry in (step.begin, step.step, step.run, step.end):
        entry.compile((kind,))  # type: ignore[attr-defined]


if __name__ == "__main__":
    warm()
