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
    scattered = [name for name, array in zip(World._fields, world, strict=True) if not array.flags.c_contiguous]
    if scattered:
        raise ValueError(f"{scattered[0]} is not contiguous")
    addresses = [array.__array_interface__["data"][0] for array in world]  # much faster to ask for than array.ctypes.data
    widths = [getattr(world, name).shape[1] for name in WIDTHS]
    rooms = [len(getattr(world, name)) for name in RECORDS]
    return np.array([(*addresses, *widths, *rooms, len(world.positions), len(world.clocks))], VIEW)
