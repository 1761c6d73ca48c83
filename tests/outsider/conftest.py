"""Runs for the outsider: each made once, as a user would make it, and lived again once, whichever of pytest's workers asks first."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import pytest

from runner.lock import locked
from tests.command import command, written
from tests.outsider.books import BOOKS, account
from tests.outsider.evaluator import Outsider
from tests.outsider.left import Left
from tests.outsider.runs import RUNS


@dataclass(frozen=True)
class Life:
    """What the outsider says of a run: what it finds different, what it saw rules do, marks left in doubt, all marks."""

    differences: list[str]
    seen: list[tuple[str, str]]
    doubts: int
    marks: int


Made = Callable[[str], Left]
Lived = Callable[[str], Life]


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder all workers of this session keep runs in; the accounts of the outsider's own are there."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "outsider"
    folder.mkdir(exist_ok=True)
    with alone(folder / "accounts.lock"):
        if not (folder / "accounts").exists():
            written(folder, {f"accounts/{name}.yaml": account(name) for name in BOOKS})
    return folder


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Nobody else holds the lock meanwhile."""
    with lock.open("a") as file:
        while not locked(file):
            time.sleep(0.05)
        yield


@pytest.fixture(scope="session")
def made(place: Path) -> Made:
    """The files of a run, by its name."""

    @cache
    def make(name: str) -> Left:
        folder, done = place / called(name), place / f"{called(name)}.made"
        with alone(place / f"{called(name)}.lock"):
            if not done.exists():
                ran = command(*RUNS[name], f"mode.output={folder.name}", "mode.quiet=true", "mode.report=false", home=place)
                assert (ran.status, ran.out) == (0, ""), ran.err
                done.touch()
        return Left(folder)

    return make


@pytest.fixture(scope="session")
def lived(place: Path, made: Made) -> Lived:
    """What the outsider says of a run, by its name."""

    def live(name: str) -> Life:
        left, file = made(name), place / f"{called(name)}.json"
        with alone(place / f"{called(name)}.lock"):
            if not file.exists():
                file.write_text(json.dumps(asdict(_life(left))), encoding="utf-8")
        said = json.loads(file.read_text(encoding="utf-8"))
        return Life(**{**said, "seen": [(code, did) for code, did in said["seen"]]})

    return live


def _life(left: Left) -> Life:
    """The run lived again."""
    outsider = Outsider(left)
    outsider.run()
    return Life(differences=outsider.differences, seen=sorted(outsider.seen), doubts=outsider.doubts, marks=len(left.marks))


def called(name: str) -> str:
    """The folder of a run."""
    return f"run_{list(RUNS).index(name)}"
