"""The notice of a first compile."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from runner.machine.cache import folder
from runner.machine.native import OBJECT, SYMBOL, store
from runner.mode.compiling import NOTICE, announced


def test_a_first_compile_is_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With nothing on disk one line goes to standard error."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    with announced():
        pass
    assert capsys.readouterr().err == f"{NOTICE}\n"


def test_a_stored_machine_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the machine on disk nothing is said; a half-written pair does not count."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    (folder() / OBJECT).write_bytes(b"half")
    said = io.StringIO()
    with announced(said):
        pass
    store(folder(), b"whole", "name")
    assert (folder() / SYMBOL).read_text() == "name"
    with announced(said):
        pass
    assert said.getvalue() == f"{NOTICE}\n"
