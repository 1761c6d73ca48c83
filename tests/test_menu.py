"""The menu: the user's folder before what ships, accounts as a group, nothing outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.menu import Menu, home, shipped
from tests.command import written


def menu(folder: Path) -> Menu:
    """A home with an account of its own, one that hides ours, and a strategy."""
    files = {"accounts/mine.yaml": "", "accounts/own_money.yaml": "", "conf/strategy/mine.yaml": "", "conf/hydra/callbacks/x.yaml": ""}
    return Menu(written(folder, files))


def test_the_users_file_comes_first(tmp_path: Path) -> None:
    """A choice that both have is the user's; `shipped/` asks for ours."""
    found = menu(tmp_path)
    assert found.find("account/own_money") == tmp_path / "accounts/own_money.yaml"
    assert found.find("account/shipped/own_money") == shipped("accounts") / "own_money.yaml"
    assert found.find("account/hyro_2step") == shipped("accounts") / "hyro_2step.yaml"


def test_choices_of_both_are_listed_once(tmp_path: Path) -> None:
    """Options are the union, sorted."""
    options = menu(tmp_path).options("account")
    assert options == sorted(set(options))
    assert {"mine", "own_money", "hyro_2step"} <= set(options)


def test_nested_choices_have_paths(tmp_path: Path) -> None:
    """A firm's programs are choices of the group `firm`."""
    assert "hyrotrader/2step" in menu(tmp_path).choices("firm")


@pytest.mark.parametrize(
    "name",
    ["../accounts/mine", "account/../../x", "hydra/callbacks/x", "/hydra/callbacks/x", "mine", "strategy//fvg", "strategy/.", "a\\b/c"],
)
def test_nothing_outside_the_menu_is_found(name: str, tmp_path: Path) -> None:
    """No way up, no hydra folder, no file beside the groups."""
    written(tmp_path, {"conf/mine.yaml": "", "x.yaml": ""})
    assert menu(tmp_path).find(name) is None


def test_hydra_is_no_group_of_ours(tmp_path: Path) -> None:
    """A hydra folder in the user's menu is not listed."""
    assert "hydra" not in menu(tmp_path).groups()
    assert not menu(tmp_path).is_group("hydra/callbacks")


def test_the_primary_config_is_always_the_shipped_one(tmp_path: Path) -> None:
    """A config.yaml in the user's folder changes nothing."""
    written(tmp_path, {"conf/config.yaml": "hydra: {}"})
    assert menu(tmp_path).find("config") == shipped("conf") / "config.yaml"


def test_a_clone_is_its_own_home() -> None:
    """Where the home is the clone, files are the user's and there is no second layer."""
    clone = Menu(shipped("conf").parent)
    assert clone.conf_folders == (shipped("conf"),)
    assert clone.display(shipped("conf") / "config.yaml") == "conf/config.yaml"


def test_files_are_shown_as_people_know_them(tmp_path: Path) -> None:
    """The user's relative to the home; ours say that they ship."""
    found = menu(tmp_path)
    assert found.display(tmp_path / "accounts/mine.yaml") == "accounts/mine.yaml"
    assert found.display(shipped("accounts") / "hyro_2step.yaml") == "accounts/hyro_2step.yaml (shipped)"


def test_a_further_folder_comes_last(tmp_path: Path) -> None:
    """--config-dir adds choices and hides none."""
    extra = written(tmp_path / "extra", {"strategy/theirs.yaml": "", "strategy/fvg.yaml": ""})
    found = Menu(tmp_path / "home", (extra,))
    assert found.find("strategy/theirs") == extra / "strategy/theirs.yaml"
    assert found.find("strategy/fvg") == shipped("conf") / "strategy/fvg.yaml"


def test_home_is_the_variable_or_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute in both cases."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNNER_HOME", raising=False)
    assert home() == tmp_path.resolve()
    monkeypatch.setenv("RUNNER_HOME", "below")
    assert home() == (tmp_path / "below").resolve()


def test_modes_are_typed_with_dashes(tmp_path: Path) -> None:
    """Their files have underscores; every other choice is typed as its file is called."""
    known = menu(tmp_path)
    assert {"new-strategy", "new-account"} <= set(known.typed("mode"))
    assert not any("_" in choice for choice in known.typed("mode"))
    assert known.typed("strategy") == known.choices("strategy")
