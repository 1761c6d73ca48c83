"""A file of the user's whose name ends as no choice does."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.compose import compose
from runner.compose.misnamed import misnamed, rename
from runner.menu import Menu
from tests.command import written

MINE = "defaults: [shipped/ema_cross, _self_]\n"


@pytest.mark.parametrize("ending", [".yml", ".YAML", ".yaml.txt"])
@pytest.mark.parametrize(
    ("name", "folder"), [("strategy/mine", "conf/strategy"), ("account/mine", "accounts"), ("firm/a/mine", "conf/firm/a")]
)
def test_the_file_that_was_meant_is_found(name: str, folder: str, ending: str, tmp_path: Path) -> None:
    """In its group's folder, under any of the usual endings."""
    menu = Menu(written(tmp_path, {f"{folder}/mine{ending}": MINE}).resolve())
    assert rename(name, menu) == f"{folder}/mine{ending} is not read; rename it to mine.yaml"


def test_beside_the_right_file_nothing_is_said(tmp_path: Path) -> None:
    """A copy may lie there."""
    menu = Menu(written(tmp_path, {"conf/strategy/mine.yml": MINE, "conf/strategy/mine.yaml": MINE}))
    assert misnamed("strategy/mine", menu) is None
    assert rename("strategy/other", menu) == ""


def test_a_file_that_would_replace_a_shipped_one_is_a_problem(tmp_path: Path) -> None:
    """Otherwise the shipped strategy would be traded in silence; `shipped/…` asks for it and is fine."""
    home = written(tmp_path, {"conf/strategy/fvg.yml": MINE, "conf/strategy/mine.yaml": "defaults: [shipped/fvg, _self_]\n"})
    [problem] = compose(["strategy=fvg", "account=own_money"], Menu(home)).problems
    said = "this file is not read, what ships is; rename it to fvg.yaml"
    assert (problem.path, problem.message, problem.where) == ("strategy", said, "conf/strategy/fvg.yml")
    assert compose(["strategy=mine", "account=own_money"], Menu(home)).problems == ()
