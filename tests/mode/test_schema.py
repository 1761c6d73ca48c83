"""`mode=schema`: the user's own folder in an editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.compose.document import read
from runner.menu import Menu
from tests.command import command, written
from tests.schema.editor import Editor

HOME = {
    "blocks/filter/first_days.py": '''"""First days."""

from pydantic import Field

from runner.model.block import Filter


class FirstDays(Filter):
    """Passes on the first days."""

    days: int = Field(5, ge=1, le=7, description="how many")
''',
    "conf/filter/first_days.yaml": "_target_: blocks.filter.first_days.FirstDays\ndays: 5\n",
    "conf/strategy/mine.yaml": """\
defaults:
  - /entry@entry: ema_cross
  - /filter@entry.when.week: first_days
  - /exit@exit.stop: atr_stop
  - /sizing@sizing: fixed_risk
  - _self_
symbols: [BTCUSDT]
timeframe: 4h
entry: {when: {week: {days: 3}}}
""",
}


def test_own_blocks_and_files_are_known(tmp_path: Path) -> None:
    """The user's strategy has nothing underlined, a slip in their own block's parameter has."""
    home = written(tmp_path, HOME)
    done = command("mode=schema", home=home)
    assert (done.status, done.err) == (0, "")
    assert (home / "schema/strategy/mine.json").is_file()
    assert (home / ".vscode/settings.json").is_file()
    assert str(home / "schema") in done.out
    editor, data = Editor(Menu(home)), read(home / "conf/strategy/mine.yaml").data
    assert editor.underlined("strategy/mine.json", data) == []
    assert editor.underlined("strategy/mine.json", {**data, "entry": {"when": {"week": {"dayz": 3}}}})
    assert editor.underlined("strategy/mine.json", {**data, "entry": {"when": {"week": {"days": 9}}}})


def test_only_the_schemas(tmp_path: Path) -> None:
    """Other editors need no settings of VS Code."""
    assert command("mode=schema", "vscode=false", home=tmp_path).status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["schema"]


def test_settings_with_comments_stop_it_before_anything_is_written(tmp_path: Path) -> None:
    """Status 2, one block of text."""
    done = command("mode=schema", home=written(tmp_path, {".vscode/settings.json": "// mine\n{}"}))
    assert done.status == 2
    assert done.err.count("\n") == 2
    assert not (tmp_path / "schema").exists()


@pytest.mark.parametrize("name", ["schema", ".vscode"])
def test_a_file_where_a_folder_is_wanted(tmp_path: Path, name: str) -> None:
    """Status 2 and one line that names it; nothing else is there afterwards."""
    done = command("mode=schema", home=written(tmp_path, {name: "mine"}))
    assert (done.status, done.out) == (2, "")
    assert done.err == f"no schema was written: 1 problem\n  {tmp_path / name}  expected a folder, is a file; move it away\n"
    assert [path.name for path in tmp_path.rglob("*")] == [name]


def test_a_disk_that_takes_nothing_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Schemas of an earlier time stay as they were, and none of the new ones is there."""
    home = written(tmp_path, {"schema/strategy.json": '{"$comment": "older"}', **HOME})
    write, before = Path.write_text, sorted(home.rglob("*"))

    def full(file: Path, *given: Any, **named: Any) -> int:
        if file.name == "settings.json":
            raise OSError(28, "No space left on device", str(file))
        return write(file, *given, **named)

    monkeypatch.setattr(Path, "write_text", full)
    done = command("mode=schema", home=home)
    assert (done.status, "No space left on device" in done.err) == (2, True)
    assert [path for path in sorted(home.rglob("*")) if "__pycache__" not in path.parts] == before
    assert (home / "schema/strategy.json").read_text(encoding="utf-8") == '{"$comment": "older"}'


def test_empty_settings_are_settings(tmp_path: Path) -> None:
    """As if they were `{}`."""
    home = written(tmp_path, {".vscode/settings.json": "\n"})
    assert command("mode=schema", home=home).status == 0
    assert "yaml.schemas" in (home / ".vscode/settings.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", ["vscod=true"], ids=["misspelt"])
def test_a_misspelt_option_is_refused(tmp_path: Path, word: str) -> None:
    """As any other key."""
    assert command("mode=schema", word, home=tmp_path).status == 2
