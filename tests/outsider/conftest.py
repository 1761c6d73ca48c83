"""Runs for the outsider: each made once, as a user would make it, and lived again once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.command import command, written
from tests.outsider.books import BOOKS, account
from tests.outsider.evaluator import Outsider
from tests.outsider.left import Left
from tests.outsider.runs import RUNS

Made = Callable[[str], Left]
Lived = Callable[[str], Outsider]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The files of a run, by its name."""
    home = written(tmp_path_factory.mktemp("outsider"), {f"accounts/{name}.yaml": account(name) for name in BOOKS})
    found = dict[str, Left]()

    def make(name: str) -> Left:
        if name not in found:
            folder = f"run_{list(RUNS).index(name)}"
            ran = command(*RUNS[name], f"mode.output={folder}", "mode.quiet=true", "mode.report=false", home=home)
            assert (ran.status, ran.out) == (0, ""), ran.err
            found[name] = Left(home / folder)
        return found[name]

    return make


@pytest.fixture(scope="session")
def lived(made: Made) -> Lived:
    """A run lived again, by its name."""
    found = dict[str, Outsider]()

    def live(name: str) -> Outsider:
        if name not in found:
            found[name] = Outsider(made(name))
            found[name].run()
        return found[name]

    return live
