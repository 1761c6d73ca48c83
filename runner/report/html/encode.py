"""How numbers travel in the page: typed arrays as base64, and whole payloads gzip-compressed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Figure = dict[str, Any]
NAMES: dict[str, np.dtype[Any]] = {"f4": np.dtype("<f4"), "f8": np.dtype("<f8"), "i4": np.dtype("<i4")}
SYSTEM_BYTE = 9  # of a gzip header: names the operating system
UNKNOWN_SYSTEM = 255


def array(values: ArrayLike, kind: str = "f8") -> dict[str, str]:
    """One-dimensional numbers as Plotly reads them: `{"dtype": …, "bdata": base64}`, little endian; `kind` is f4, f8 or i4."""
    return {"dtype": kind, "bdata": base64.b64encode(np.asarray(values).astype(NAMES[kind]).tobytes()).decode("ascii")}


def times(values: ArrayLike) -> dict[str, str]:
    """UTC milliseconds as Plotly's date axes read them."""
    return array(values, "f8")


def as_json(content: Any) -> str:
    """Compact JSON; refuses NaN."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def packed(content: bytes, level: int = 6) -> str:
    """gzip-compressed and base64; the same bytes on every system, for Arrow brings its own compressor."""
    import pyarrow as pa

    squeezed = bytearray(pa.Codec("gzip", compression_level=level).compress(content, asbytes=True))
    squeezed[SYSTEM_BYTE] = UNKNOWN_SYSTEM
    return base64.b64encode(squeezed).decode("ascii")


def packed_json(content: Mapping[str, Any]) -> str:
    """A mapping as packed JSON."""
    return packed(as_json(content).encode("utf-8"))


def plane(numbers: ArrayLike) -> bytes:
    """Whole numbers as zigzag int32, lowest bytes of all first: small numbers of either sign then compress to almost nothing."""
    whole = np.asarray(numbers, np.int64)
    zigzag = np.where(whole >= 0, 2 * whole, -2 * whole - 1).astype("<u4")
    return zigzag.view(np.uint8).reshape(-1, 4).T.tobytes()
