"""A machine's whole memory as bytes and back: a restart begins with it, and is told only what came after."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.cache import digest
from runner.machine.state import World

LEVEL = 1  # of compression: most of it are zeros
FIXED = ("rules", "phases", "floors", "rungs", "caps", "counters", "dates", "instruments", "column_start", "others", "habits", "settings")


def key_of(world: World, names: Sequence[str]) -> str:
    """What an image must have in common with a machine to be taken by it: code, symbols and strategies, rules, costs, settings."""
    text = hashlib.blake2b(f"{digest()} {json.dumps(list(names))}".encode(), digest_size=16)
    for name in FIXED:
        text.update(getattr(world, name).tobytes())
    return text.hexdigest()


def image_of(world: World, key: str, facts: dict[str, int]) -> bytes:
    """Every array of the world, and what Python knows beside it."""
    file = io.BytesIO()
    head = np.frombuffer(json.dumps({"key": key} | facts).encode(), np.uint8)
    np.savez(file, allow_pickle=False, head=head, **world._asdict())
    return zlib.compress(file.getvalue(), LEVEL)


def opened(image: bytes, world: World, key: str) -> tuple[World, dict[str, int]] | None:
    """(the world, what Python knew beside it); None for an image of other rules, of another version, or one that is damaged."""
    try:
        with np.load(io.BytesIO(zlib.decompress(image)), allow_pickle=False) as file:
            facts = json.loads(file["head"].tobytes())
            if facts.pop("key") != key:
                return None
            arrays: dict[str, NDArray[Any]] = {name: file[name] for name in World._fields}
    except (zlib.error, zipfile.BadZipFile, ValueError, KeyError, OSError):
        return None
    fits = all(arrays[name].dtype == getattr(world, name).dtype for name in World._fields)
    return (World(**arrays), facts) if fits else None
