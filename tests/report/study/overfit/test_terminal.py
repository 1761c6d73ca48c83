"""mode=overfit on the screen."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from runner.report.study.overfit import terminal
from runner.report.study.overfit.page import page
from tests.report.study.overfit.cases import study


@pytest.mark.parametrize("edge", [0.0, 0.6])
def test_the_sentence_first_the_files_last_and_80_columns(edge: float) -> None:
    """And a small table of the best between."""
    out, found = io.StringIO(), study(edge=edge)
    terminal.show(found, page(found), Path("there"), out)
    said = out.getvalue()
    assert " ".join(said.split()).startswith(f"walk on made_up: {page(found)['line']}")
    assert max(len(line) for line in said.splitlines()) <= 80
    assert said.endswith("files: there\n")
    assert found.name(found.best) in said
    assert "mind this" in said
