"""What lies in `accounts/` and is no account although it was meant to be: never passed over in silence, whoever looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from runner.menu import Menu
from runner.mode.accounts.files import owned, written
from runner.mode.accounts.looked import runnable
from runner.mode.accounts.shown import Written
from runner.mode.guarding import accounts
from runner.model.errors import ConfigError
from tests.command import command
from tests.command import written as files
from tests.mode.accounts.test_looked import account, asked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and rights as POSIX has them")
LINK = "is a link to /nowhere/mine.yaml, where no file is or none that may be read"
FOLDER = "is a folder, expected a file"
EMPTY = "is empty: an account says at least what it is made from, defaults: [hyro_2step, _self_]"


@contextmanager
def nobody() -> Iterator[None]:
    """As a user without rights, where tests are run by one who may read anything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def others() -> Iterator[Path]:
    """A folder that every user may look into, as pytest's own may not be."""
    with TemporaryDirectory() as made:
        folder = Path(made).resolve()
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def menu(tmp_path: Path) -> Menu:
    """A sound account, and beside it a link to nothing, a folder, an empty file, a comment, and a wrong ending."""
    texts = {"a": "name: a\n" + account(), "bare": "", "note": "# later\n", "sub/b": "name: b\n", "deep.yaml/c": "name: c\n"}
    home = files(tmp_path, {f"accounts/{name}.yaml": text for name, text in texts.items()}).resolve()
    files(home, {"accounts/old.yml": "name: old\n", "accounts/a.yml": "name: a\n", "accounts/.#a.yaml": "x", "accounts/notes.txt": "x"})
    (home / "accounts/gone.yaml").symlink_to("/nowhere/mine.yaml")
    (home / "accounts/.lock.yaml").symlink_to("me@here.1234")
    (home / "accounts/round").symlink_to(home / "accounts")
    return Menu(home)


def test_every_file_that_was_meant_to_be_an_account(menu: Menu) -> None:
    """Nested folders included, a loop of links once; hidden files and others are none, nor a copy beside the right name."""
    found = {each.choice: each.fault for each in written(menu)}
    assert found == {
        "a": "",
        "bare": "",
        "deep": FOLDER,
        "gone": LINK,
        "note": "",
        "old": "this file is not read; rename it to old.yaml",
        "sub/b": "",
    }
    assert owned(menu) == ["a", "bare", "note", "sub/b"]
    assert written(Menu(menu.home / "none")) == []


def test_what_may_not_be_read_is_said(others: Path) -> None:
    """A folder of accounts, and a file behind a folder that is closed: nobody knows what they hold."""
    texts = {"accounts/a.yaml": "name: a\n", "accounts/sub/b.yaml": "name: b\n", "closed/mine.yaml": "name: mine\n"}
    closed, sub = files(others, texts) / "closed", others / "accounts/sub"
    (others / "accounts/far.yaml").symlink_to(closed / "mine.yaml")
    for folder in (closed, sub):
        folder.chmod(0)
    with nobody():
        found = {each.choice: each.fault for each in written(Menu(others))}
        choices = Menu(others).choices("account")
    for folder in (closed, sub):
        folder.chmod(0o700)
    assert found == {
        "a": "",
        "accounts/sub": "cannot be read: Permission denied",
        "far": f"is a link to {closed / 'mine.yaml'}, where no file is or none that may be read",
    }
    assert "a" in choices


def test_schedule_deploy_and_serve_refuse_them(menu: Menu) -> None:
    """All of them at once, each with its file."""
    with pytest.raises(ConfigError) as error:
        runnable(menu, asked(menu))
    assert sorted(problem.line() for problem in error.value.problems if "sub/b" not in problem.where) == sorted(
        [
            f"account  {FOLDER}  accounts/deep.yaml",
            f"account  {LINK}  accounts/gone.yaml",
            f"account  {EMPTY}  accounts/bare.yaml",
            f"account  {EMPTY}  accounts/note.yaml",
            "account  this file is not read; rename it to old.yaml  accounts/old.yml",
        ]
    )


def test_a_file_without_the_right_to_read_it_is_refused(others: Path) -> None:
    """In the system's own words."""
    menu = Menu(files(others, {"accounts/mine.yaml": "name: mine\n" + account()}))
    (others / "accounts/mine.yaml").chmod(0)
    errand = asked(menu)
    with nobody(), pytest.raises(ConfigError) as error:
        runnable(menu, errand)
    assert [problem.line() for problem in error.value.problems] == ["account  cannot be read: Permission denied  accounts/mine.yaml"]


def test_the_guard_says_a_line_for_each(menu: Menu) -> None:
    """And guards the others."""
    lines = [problem.line() for problem in accounts(menu, (), asked(menu)).problems]
    for expected in (f"account  {FOLDER}  accounts/deep.yaml", f"account  {LINK}  accounts/gone.yaml"):
        assert expected in lines
    assert any(line.startswith("account bare  account  is empty") for line in lines)


def test_a_desk_shows_each_as_a_fault(menu: Menu) -> None:
    """And what becomes sound is shown as what it is."""
    known = Written((menu.home,))
    known.look()
    faults = {name: each.fault for (_, name), each in known.all().items()}
    assert faults["gone"] == f"its YAML cannot be used: account  {LINK}  accounts/gone.yaml"
    assert FOLDER in faults["deep"]
    assert "is empty" in faults["bare"]
    assert faults["a"] == ""
    (menu.home / "accounts/gone.yaml").unlink()
    files(menu.home, {"accounts/gone.yaml": "defaults: [hyro_2step, _self_]\nname: gone\n"})
    known.look()
    assert {name: each.fault for (_, name), each in known.all().items()}["gone"] == ""


@pytest.mark.parametrize(("choice", "why"), [("gone", LINK), ("deep", FOLDER), ("bare", EMPTY)])
def test_one_that_is_chosen_by_hand_is_told_why(choice: str, why: str, menu: Menu) -> None:
    """Not that there is no such account alone, nor what an empty one lacks, field by field."""
    ran = command("mode=rulebook", f"account={choice}", home=menu.home)
    assert ran.status == 2
    assert why in ran.err
    assert "1 problem" in ran.err
