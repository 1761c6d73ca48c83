"""scripts/new-block writes blocks that pass at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["entry", "exit", "filter", "indicator", "rule", "sizing", "source", "venue"]
BESIDE = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A tree with the templates and the project file; the rest of the project stands beside it."""
    for folder in ("scripts/templates", "tests"):
        (tmp_path / folder).mkdir(parents=True)
    for path in (ROOT / "scripts" / "templates").glob("*.py"):
        shutil.copy(path, tmp_path / "scripts" / "templates")
    shutil.copy(ROOT / "scripts" / "new_block.py", tmp_path / "scripts")
    shutil.copy(ROOT / "tests" / "samples.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def new_block(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The writer behind scripts/new-block."""
    command = [sys.executable, str(clone / "scripts" / "new_block.py"), *arguments]
    return subprocess.run(command, env=BESIDE, capture_output=True, text=True, check=False)


def test_a_block_of_every_room_passes_its_test_and_the_style(clone: Path) -> None:
    """Every room that holds blocks has a template; what it writes is tested and clean."""
    shipped = {path.name for path in (ROOT / "blocks").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert shipped <= set(ROOMS)
    for room in ROOMS:
        done = new_block(clone, room, "my_second_idea")
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == [
            f"blocks/{room}/my_second_idea.py",
            f"tests/blocks/{room}/test_my_second_idea.py",
            f"conf/{room}/my_second_idea.yaml",
        ]
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests"], cwd=clone, env=BESIDE, capture_output=True, text=True, check=False
    )
    assert tests.returncode == 0, tests.stdout
    style = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "blocks", "tests"], cwd=clone, env=BESIDE, capture_output=True, text=True, check=False
    )
    assert style.returncode == 0, style.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_the_yaml_says_what_the_block_is_for_and_shows_every_parameter(clone: Path, room: str) -> None:
    """The line for editors, a comment, then the target, then parameters with a comment each."""
    assert new_block(clone, room, "idea").returncode == 0
    editor, first, *lines = (clone / "conf" / room / "idea.yaml").read_text(encoding="utf-8").splitlines()
    assert editor == f"# yaml-language-server: $schema=../../schema/{room}.json"
    assert first.startswith("# ")
    settings = yaml.safe_load("\n".join(lines))
    assert settings.pop("_target_") == f"blocks.{room}.idea.Idea"
    assert settings
    assert all(" # " in line for line in lines[1:])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "usage: scripts/new-block ROOM NAME"),
        (("entrance", "idea"), "no room 'entrance'"),
        (("entry", "MyIdea"), "'MyIdea' is no name for a block"),
        (("entry", "../idea"), "'../idea' is no name for a block"),
        (("entry", "class"), "'class' is no name for a block"),
    ],
    ids=["nothing said", "unknown room", "capitals", "a path", "a word of Python"],
)
def test_what_cannot_be_written_is_one_line_and_status_2(clone: Path, arguments: tuple[str, ...], message: str) -> None:
    """Nothing is written."""
    done = new_block(clone, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
    assert not (clone / "blocks").exists()


def test_an_existing_block_is_left_alone(clone: Path) -> None:
    """A second call with the same name names the files and changes none."""
    assert new_block(clone, "exit", "idea").returncode == 0
    block = clone / "blocks" / "exit" / "idea.py"
    block.write_text("mine", encoding="utf-8")
    done = new_block(clone, "exit", "idea")
    assert done.returncode == 2
    assert "blocks/exit/idea.py" in done.stderr
    assert block.read_text(encoding="utf-8") == "mine"
