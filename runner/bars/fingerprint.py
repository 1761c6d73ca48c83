"""A short name for the content of data: the same bars give the same one, wherever they were read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from hashlib import blake2b

import numpy as np

from runner.model.bars import Bars
from runner.model.market import Releases
from runner.model.stream import Funding

NOT_CONTENT = ("origin", "ends")


def fingerprint(*parts: Bars | Funding | Releases | None) -> str:
    """32 hexadecimal digits over symbols, times, prices, rates and events, in the order given; never over paths."""
    digest = blake2b(digest_size=16)
    for part in parts:
        for piece in pieces(part):
            digest.update(piece)
    return digest.hexdigest()


def pieces(part: Bars | Funding | Releases | None) -> Iterator[bytes | memoryview]:
    """The bytes that stand for one part: its type, and each field by name, type and content."""
    yield f"{type(part).__name__};".encode()
    for field in fields(part) if part is not None else ():
        if field.name not in NOT_CONTENT:
            yield from content(field.name, getattr(part, field.name))


def content(name: str, value: object) -> Iterator[bytes | memoryview]:
    """One named field; arrays in little-endian bytes."""
    if isinstance(value, np.ndarray):
        little = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        yield f"{name}={little.dtype.str}{little.shape};".encode()
        yield little.data.cast("B") if little.size else b""
    else:
        yield f"{name}={value!r};".encode()
