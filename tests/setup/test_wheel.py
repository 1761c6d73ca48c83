"""The wheel carries the whole house: code, menu, accounts, blocks and sample bars."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("conf", "accounts", "schema")
HOMES = {"runner": "runner", "blocks": "blocks", **{folder: f"runner/shipped/{folder}" for folder in SHIPPED}}


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Names and contents of a wheel built from this tree."""
    built = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]))
    with zipfile.ZipFile(built) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def expected() -> set[str]:
    """Where each file of the tree belongs in the wheel; caches of interpreter and compiler stay behind."""
    return {
        f"{home}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, home in HOMES.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_file_of_the_tree_ships_once_and_nothing_else(members: dict[str, bytes]) -> None:
    """The wheel without its own records is the tree."""
    assert {name for name in members if ".dist-info/" not in name} == expected()


@pytest.mark.parametrize(
    ("where", "ending"),
    [
        ("runner/shipped/conf/strategy/", ".yaml"),
        ("runner/shipped/accounts/", ".yaml"),
        ("runner/shipped/schema/", ".json"),
        ("blocks/entry/", ".py"),
        ("runner/data/", ".parquet"),
        ("runner/", "py.typed"),
    ],
)
def test_each_part_is_there(members: dict[str, bytes], where: str, ending: str) -> None:
    """Menu, accounts, blocks, bars and the marker for type checkers: at least one of each."""
    assert [name for name in members if name.startswith(where) and name.endswith(ending)]


def test_blocks_stay_open_for_the_users_own(members: dict[str, bytes]) -> None:
    """An __init__.py anywhere under blocks/ would shut out $RUNNER_HOME/blocks."""
    assert not [name for name in members if name.startswith("blocks/") and name.endswith("__init__.py")]


def test_the_command_is_installed(members: dict[str, bytes]) -> None:
    """`runner` starts runner.cli.main."""
    (entry,) = [text for name, text in members.items() if name.endswith(".dist-info/entry_points.txt")]
    assert entry.decode().split("\n")[:2] == ["[console_scripts]", "runner = runner.cli:main"]


def test_no_dependency_comes_from_an_address(members: dict[str, bytes]) -> None:
    """Requirements are names and versions."""
    (metadata,) = [text for name, text in members.items() if name.endswith(".dist-info/METADATA")]
    needs = [line for line in metadata.decode().splitlines() if line.startswith("Requires-Dist")]
    assert needs
    assert not [line for line in needs if "@" in line or "://" in line]
