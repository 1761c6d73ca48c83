"""The charts' script: from the installed package, compressed once, kept where the user keeps such things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.model.errors import RunnerError
from runner.report.html import engine as room
from tests.report.html.drawn import unpacked


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache folder and a short script."""
    monkeypatch.setattr(room, "roots", lambda: [tmp_path / "cache"])
    monkeypatch.setattr(room, "source", lambda: b"script;" * 99)
    room.engine.cache_clear()
    yield tmp_path / "cache" / "report"
    room.engine.cache_clear()


def test_the_script_is_the_installed_one() -> None:
    """Plotly's own bytes, whole."""
    script = room.source()
    assert b"plotly.js v" in script[:200]
    assert len(script) > 1_000_000


def test_the_compressed_script_is_kept_and_found(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run reads what the first one wrote, and leaves nothing half written."""
    first = room.engine()
    assert unpacked(first) == b"script;" * 99
    assert len(list(place.iterdir())) == 1
    room.engine.cache_clear()
    monkeypatch.setattr(room, "source", lambda: pytest.fail("compressed again"))
    assert room.engine() == first


@pytest.mark.parametrize("content", [b"", b"H4s", b"\xff\xfe\xfd\xfc", b"<html>"], ids=["empty", "cut", "binary", "another file"])
def test_a_damaged_copy_is_made_anew(place: Path, content: bytes) -> None:
    """What is there but is not whole is replaced."""
    room.engine()
    kept = next(place.iterdir())
    kept.write_bytes(content)
    room.engine.cache_clear()
    assert unpacked(room.engine()) == b"script;" * 99
    assert kept.read_bytes().startswith(b"H4sI")


def test_without_a_writable_place_it_is_compressed_again(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder's name is taken by a file, so nothing can be kept; the report is made all the same."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(room, "roots", lambda: [tmp_path / "file"])
    assert unpacked(room.engine()) == b"script;" * 99


def test_a_package_without_the_script_is_a_plain_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing and what to do instead."""
    monkeypatch.setattr(room, "find_spec", lambda _: None)
    with pytest.raises(RunnerError, match=r"mode\.report=false"):
        room.source()
