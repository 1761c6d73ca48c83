"""`mode=schema`: the user's own folder in an editor."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.parametrize("word", ["vscod=true"], ids=["misspelt"])
def test_a_misspelt_option_is_refused(tmp_path: Path, word: str) -> None:
    """As any other key."""
    assert command("mode=schema", word, home=tmp_path).status == 2
