"""The addresses of a world's arrays in one record, for compiled code."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.state import RECORDS, World

WIDTHS = ("floors", "rungs", "caps", "counters", "dates", "resets", "spans")
VIEW: np.dtype[Any] = np.dtype(
    [
        *[(name, "i8") for name in World._fields],
        *[(f"{name}_width", "i8") for name in WIDTHS],
        *[(f"{name}_room", "i8") for name in RECORDS],
        ("symbol_count", "i8"),
        ("clock_count", "i8"),
    ]
)


def table(world: World) -> NDArray[Any]:
    """The addresses, shape (1,), dtype VIEW. Valid as long as the world is kept."""
    view = np.zeros(1, VIEW)
    for name, array in world._asdict().items():
        if not array.flags.c_contiguous:
            raise ValueError(f"{name} is not contiguous")
        view[0][name] = array.ctypes.data
    for name in WIDTHS:
        view[0][f"{name}_width"] = getattr(world, name).shape[1]
    for name in RECORDS:
        view[0][f"{name}_room"] = len(getattr(world, name))
    view[0]["symbol_count"], view[0]["clock_count"] = len(world.positions), len(world.clocks)
    return view
