"""Every key of every shipped YAML, broken in every way: the check names each broken path, and nothing else."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from runner.check import examine
from runner.compose import compose
from runner.menu import Menu, shipped
from runner.model.errors import Problem
from tests.configs.contexts import CROWDS, Context, context, crowd, crowds, names, shipped_data
from tests.configs.mutations import Mutation, independent, mutations, thinned

NAMES = names()
MENU = Menu(Path("/nowhere"))


def problems(name: str, data: dict[str, Any], folder: Path) -> tuple[Problem, ...]:
    """What the check says of a home whose file `name` holds `data`."""
    return said([context(name)], {name: data}, folder)


def said(used: Sequence[Context], data: Mapping[str, dict[str, Any]], folder: Path) -> tuple[Problem, ...]:
    """What the check says of a home with the files of one job, by their names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_HOME", str(folder))  # as the command line does; a Python file is looked for there
        for one in used:
            one.home(folder, data[one.name])
        return examine(compose(list(used[0].words), Menu(folder))).problems


def broken(used: Sequence[Context], chosen: Mapping[str, Sequence[Mutation]], folder: Path) -> list[str]:
    """The paths complained of when these mutations of the files of one job are applied together, sorted; each names its file."""
    data = {one.name: shipped_data(one.name, MENU) for one in used}
    for name, some in chosen.items():
        for mutation in sorted(some, key=lambda each: -len(each.keys)):
            data[name] = mutation.applied(data[name])
    found = said(used, data, folder)
    files = {mutation.path: one.file for one in used for mutation in chosen[one.name]}
    assert [problem.line() for problem in found if files.get(problem.path, problem.where) not in problem.where] == []
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


@pytest.mark.parametrize("name", NAMES)
def test_one_broken_key_gives_one_line(name: str, tmp_path: Path) -> None:
    """A way to break a key of the file, drawn at random, and nothing else broken: one line at its path, naming the file."""
    for mutation in alone(name):
        assert broken([context(name)], {name: [mutation]}, tmp_path) == [mutation.path], mutation


def test_every_kind_is_drawn() -> None:
    """Over all files each way to break a key is tried alone, many times."""
    drawn = Counter(mutation.kind for name in NAMES for mutation in alone(name))
    assert drawn.keys() == {"misspelt", "wrong type", "out of range", "removed"}
    assert min(drawn.values()) >= 30, drawn


def alone(name: str) -> list[Mutation]:
    """One mutation of a file: a kind drawn at random, then a key; none of a file without keys."""
    found = mutations(context(name), shipped_data(name, MENU))
    kinds, draw = sorted({mutation.kind for mutation in found}), random.Random(name)
    drawn = draw.choice(kinds) if kinds else ""
    return draw.sample([mutation for mutation in found if mutation.kind == drawn], len(kinds[:1]))


@pytest.mark.parametrize("name", [name for name in NAMES if not crowds(name)])
def test_all_keys_broken_together_give_a_line_each(name: str, tmp_path: Path) -> None:
    """K mutations give k lines at the k paths: every key of the file takes part, in every way it can be broken.

    Programs and accounts are many of one shape: few of them in every way, each key of the others in one way, drawn at random.
    """
    give_a_line_each([context(name)], tmp_path)


@pytest.mark.parametrize("group", CROWDS)
def test_all_keys_of_all_files_broken_together_give_a_line_each(group: str, tmp_path: Path) -> None:
    """The same of every file of a group in one job."""
    used = crowd(group)
    assert len(used) > 15
    give_a_line_each(used, tmp_path)


def give_a_line_each(used: Sequence[Context], folder: Path) -> None:
    """Round after round until every mutation of every file has had its turn."""
    left = {one.name: thinned(one.name, mutations(one, shipped_data(one.name, MENU))) for one in used}
    rounds = 0
    while any(left.values()):
        chosen = {name: independent(some) for name, some in left.items()}
        wanted = sorted(mutation.path for some in chosen.values() for mutation in some)
        assert broken(used, chosen, folder / str(rounds)) == wanted
        left = {name: [mutation for mutation in some if mutation not in chosen[name]] for name, some in left.items()}
        rounds += 1
