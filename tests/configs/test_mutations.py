"""Every key of every shipped YAML, broken in every way: the check names each broken path, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from runner.check import examine
from runner.compose import compose
from runner.menu import Menu, shipped
from runner.model.errors import Problem
from tests.configs.contexts import Context, context, names, shipped_data
from tests.configs.mutations import Mutation, independent, mutations, thinned

NAMES = names()
MENU = Menu(Path("/nowhere"))


def problems(name: str, data: dict[str, Any], folder: Path) -> tuple[Problem, ...]:
    """What the check says of a home whose file `name` holds `data`."""
    used = context(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_HOME", str(folder))  # as the command line does; a Python file is looked for there
        return examined(used, data, folder)


def examined(used: Context, data: dict[str, Any], folder: Path) -> tuple[Problem, ...]:
    """The same, wherever the user's folder may be."""
    return examine(compose(list(used.words), Menu(used.home(folder, data)))).problems


def broken(name: str, chosen: Sequence[Mutation], folder: Path) -> list[str]:
    """The paths complained of when these mutations are applied together, sorted."""
    data = shipped_data(name, MENU)
    for mutation in sorted(chosen, key=lambda m: -len(m.keys)):
        data = mutation.applied(data)
    found = problems(name, data, folder)
    file = context(name).file
    assert all(file in problem.where for problem in found), [problem.line() for problem in found]
    return sorted(problem.path for problem in found)


def test_every_yaml_is_found() -> None:
    """The lesson of 3 of 197: the files on disk are counted, and each of them has a context here."""
    on_disk = [*shipped("conf").rglob("*.yaml"), *shipped("accounts").rglob("*.yaml")]
    assert len(NAMES) == len(on_disk) - 1  # the primary config is no choice
    assert len(NAMES) >= 79  # a new block brings one more
    assert sorted(name for name, _file in MENU.files()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_yaml_is_right_as_it_ships(name: str, tmp_path: Path) -> None:
    """Used as meant, with its required values given, a shipped file composes, checks and builds."""
    assert [problem.line() for problem in problems(name, shipped_data(name, MENU), tmp_path)] == []


@pytest.mark.parametrize("kind", ["misspelt", "wrong type", "out of range", "removed"])
@pytest.mark.parametrize("name", NAMES)
def test_one_broken_key_gives_one_line(name: str, kind: str, tmp_path: Path) -> None:
    """A key of the file drawn at random and broken alone: one line at its path, naming the file."""
    found = [mutation for mutation in mutations(context(name), shipped_data(name, MENU)) if mutation.kind == kind]
    for mutation in random.Random(name + kind).sample(found, min(1, len(found))):
        assert broken(name, [mutation], tmp_path) == [mutation.path], mutation


@pytest.mark.parametrize("name", NAMES)
def test_all_keys_broken_together_give_a_line_each(name: str, tmp_path: Path) -> None:
    """K mutations give k lines at the k paths: every key of the file takes part, in every way it can be broken.

    Programs and accounts are many of one shape: few of them in every way, each key of the others in one way, drawn at random.
    """
    left = thinned(name, mutations(context(name), shipped_data(name, MENU)))
    rounds = 0
    while left:
        chosen = independent(left)
        assert broken(name, chosen, tmp_path / str(rounds)) == sorted(mutation.path for mutation in chosen)
        left = [mutation for mutation in left if mutation not in chosen]
        rounds += 1
