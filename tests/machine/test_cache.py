"""Compiled code is found again as long as nothing it is made from has changed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import runner.machine
from runner.machine import cache
from runner.machine.cache import MODEL, PYTHON_ONLY, WRITTEN_LAST
from runner.machine.native import SYMBOL

HERE = Path(runner.machine.__file__).parent
COMPILED = [path for path in sorted(HERE.glob("*.py")) if path.name not in PYTHON_ONLY and path.name not in ("__init__.py", "funding.py")]


def imported(path: Path) -> set[str]:
    """Modules of runner.model that a file names, and modules of the machine."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "runner.model":
            found |= {f"model.{name.name}" for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("runner.model.", "runner.machine.")):
            found.add(".".join((node.module or "").split(".")[1:3]))
    return found


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: path.stem)
def test_compiled_files_know_nothing_the_digest_leaves_out(path: Path) -> None:
    """A compiled file imports only modules whose sources are part of the digest."""
    names = imported(path)
    assert {name.removeprefix("model.") for name in names if name.startswith("model.")} <= set(MODEL)
    assert not {f"{name.removeprefix('machine.')}.py" for name in names if name.startswith("machine.")} & (set(PYTHON_ONLY) - {"cache.py"})


def test_code_that_is_there_is_used_where_nothing_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only folder with the finished code will do; one without it is passed over."""
    monkeypatch.setattr(cache, "roots", lambda: [tmp_path / "image", tmp_path / "own"])
    monkeypatch.setattr("os.access", lambda place, _how: "image" not in str(place))
    assert cache.folder() == tmp_path / "own" / cache.digest()
    (tmp_path / "image" / cache.digest() / WRITTEN_LAST).write_text("drive")
    assert cache.folder() == tmp_path / "image" / cache.digest()


def test_the_file_that_is_looked_for_is_the_one_that_is_written_last() -> None:
    """The two modules agree."""
    assert WRITTEN_LAST == SYMBOL
