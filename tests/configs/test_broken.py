"""A folder of broken configurations, each beside the exact message it must give."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.command import command

FOLDER = Path(__file__).parent / "broken"
CASES = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())


def test_there_are_enough_of_them() -> None:
    """A case that is not found is not tested: their number is known."""
    assert len(CASES) == 84
    assert all((FOLDER / case / "command.txt").is_file() and (FOLDER / case / "expected.txt").is_file() for case in CASES)


@pytest.mark.parametrize("case", CASES)
def test_a_broken_configuration_says_exactly_what_is_wrong(case: str, tmp_path: Path) -> None:
    """The message on the terminal is the one beside the case; status 2, nothing on stdout, nothing left behind."""
    home = tmp_path / "home"
    shutil.copytree(FOLDER / case, home)
    before = sorted(home.rglob("*"))
    ran = command(*(home / "command.txt").read_text(encoding="utf-8").split(), home=home)
    assert ran.err == (home / "expected.txt").read_text(encoding="utf-8")
    assert (ran.status, ran.out) == (2, "")
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize("case", ["17_misspelt_target_key", "65_everything_at_once"])
def test_checking_says_the_same_as_running(case: str, tmp_path: Path) -> None:
    """`mode=check` gives the same lines, but for those about the other mode's options."""
    home = tmp_path / "home"
    shutil.copytree(FOLDER / case, home)
    words = [word for word in (home / "command.txt").read_text(encoding="utf-8").split() if not word.startswith("mode.")]
    run, checked = command(*words, home=home), command(*words, "mode=check", home=home)
    assert run.err == checked.err
    assert checked.status == 2
