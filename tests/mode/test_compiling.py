"""The notice of a first compile."""

from __future__ import annotations

import io

import numba
import pytest

from runner.mode.compiling import NOTICE, announced


def test_compiling_is_said_once_and_running_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """Two functions compiled: one line on standard error. Compiled already: silence."""

    @numba.njit
    def inner(x: int) -> int:
        return x + 1

    @numba.njit
    def outer(x: int) -> int:
        return inner(x) * 2

    with announced():
        assert outer(1) == 4
    assert capsys.readouterr().err == f"{NOTICE}\n"
    quiet = io.StringIO()
    with announced(quiet):
        assert outer(2) == 6
    assert quiet.getvalue() == ""
