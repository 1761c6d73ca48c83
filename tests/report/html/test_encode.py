"""How numbers travel in the page."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from runner.report.html.encode import array, as_json, packed, packed_json, plane
from tests.report.html.drawn import numbers, unpacked


@pytest.mark.parametrize("kind", ["f4", "f8", "i4"])
def test_typed_arrays_come_back(kind: str) -> None:
    """Every kind Plotly knows is read back as it was."""
    assert numbers(array([1, -2, 300_000], kind)).tolist() == [1, -2, 300_000]


def test_gaps_survive() -> None:
    """NaN is a gap in a line and stays one."""
    assert np.isnan(numbers(array([1.0, np.nan]))[1])


def test_packed_content_comes_back_and_names_no_system() -> None:
    """The gzip header carries neither a time nor the operating system, so equal content is equal text everywhere."""
    import base64

    header = base64.b64decode(packed(b"content" * 100))[:10]
    assert header == bytes([31, 139, 8, 0, 0, 0, 0, 0, header[8], 255])
    assert unpacked(packed(b"content" * 100)) == b"content" * 100
    assert gzip.decompress(base64.b64decode(packed_json({"a": 1}))) == b'{"a":1}'


def test_json_refuses_what_is_no_number() -> None:
    """A NaN outside a typed array would break the page."""
    with pytest.raises(ValueError, match="JSON"):
        as_json({"a": float("nan")})


def test_a_plane_keeps_whole_numbers_of_either_sign() -> None:
    """Zigzag, lowest bytes first; read as the page's script reads it."""
    given = np.array([0, 1, -1, 70_000, -2_000_000_000])
    parts = np.frombuffer(plane(given), np.uint8).reshape(4, -1).astype(np.int64)
    zigzag = sum(parts[place] << (8 * place) for place in range(4))
    assert np.where(zigzag % 2, -(zigzag + 1) // 2, zigzag // 2).tolist() == given.tolist()
