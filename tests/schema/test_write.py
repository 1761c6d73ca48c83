"""Where the schemas go, and how editors are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.menu import Menu
from runner.model.errors import ConfigError
from runner.schema.pages import OURS
from runner.schema.write import LINE, associations, head, leave, settings, stale, stamped
from tests.command import written

OWN = {"accounts/mine.yaml": "defaults: [own_money]\nsize: 2500\n", "conf/exit/wide.yaml": "_target_: blocks.exit.atr_stop.AtrStop\n"}


def test_a_first_line_is_added_or_replaced() -> None:
    """The rest of the file stays."""
    assert stamped("# says\na: 1\n", LINE + "x.json") == f"{LINE}x.json\n# says\na: 1\n"
    assert stamped(f"{LINE}old.json\na: 1\n", LINE + "x.json") == f"{LINE}x.json\na: 1\n"
    assert head(Path("/h/conf/exit/wide.yaml"), Path("/h/schema/exit.json")) == f"{LINE}../../schema/exit.json"


def test_pages_come_and_go(tmp_path: Path) -> None:
    """What is left over is taken away, a file of the user's own is not; afterwards nothing is stale."""
    home = written(tmp_path, OWN)
    folder = home / "schema"
    assert "strategy.json" in stale(Menu(home), folder)
    (folder / "account").mkdir(parents=True)
    (folder / "account" / "gone.json").write_text(json.dumps({"$comment": OURS}), encoding="utf-8")
    (folder / "mine.json").write_text("{}", encoding="utf-8")
    leave(Menu(home), folder)
    assert stale(Menu(home), folder) == []
    assert (folder / "account" / "mine.json").is_file()
    assert not (folder / "account" / "gone.json").exists()
    assert (folder / "mine.json").is_file()


def test_an_editor_is_told_groups_and_single_files(tmp_path: Path) -> None:
    """A file with a defaults list has a page of its own besides its group's."""
    known = associations(Menu(written(tmp_path, OWN)))
    assert known["./schema/exit.json"] == ["conf/exit/**/*.yaml"]
    assert known["./schema/account.json"] == ["accounts/**/*.yaml"]
    assert known["./schema/account/mine.json"] == ["accounts/mine.yaml"]
    assert not any("wide" in page or "defaults" in page for page in known)


def test_other_settings_of_the_editor_stay(tmp_path: Path) -> None:
    """Only our associations are replaced."""
    old = {"editor.tabSize": 2, "yaml.schemas": {"./other.json": ["x.yaml"], "./schema/gone.json": ["y.yaml"]}}
    home = written(tmp_path, {**OWN, ".vscode/settings.json": json.dumps(old)})
    now = json.loads(settings(Menu(home))[1])
    assert now["editor.tabSize"] == 2
    assert now["yaml.schemas"]["./other.json"] == ["x.yaml"]
    assert "./schema/gone.json" not in now["yaml.schemas"]
    assert "./schema/strategy.json" in now["yaml.schemas"]


@pytest.mark.parametrize("text", ["{ // mine\n}", "[]", '{"yaml.schemas": 3}'], ids=["comments", "a list", "other schemas"])
def test_settings_that_cannot_be_read_are_left_alone(tmp_path: Path, text: str) -> None:
    """One clear line, and the file as it was."""
    home = written(tmp_path, {".vscode/settings.json": text})
    with pytest.raises(ConfigError, match=r"expected JSON without comments"):
        settings(Menu(home))
    assert (home / ".vscode/settings.json").read_text(encoding="utf-8") == text
