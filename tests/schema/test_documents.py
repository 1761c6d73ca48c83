"""YAML files that the README and the pages tell a reader to write have nothing underlined in an editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.compose.document import read
from runner.menu import Menu
from runner.schema.pages import page_of
from tests.command import written
from tests.docs.pages import pages
from tests.docs.readme import PAGE, blocks
from tests.schema.editor import Editor


def own_files(page: Path) -> dict[str, str]:
    """The files a page shows for the reader's own folder."""
    return {block.file: block.text for block in blocks(page.read_text(encoding="utf-8")) if block.own}


EXAMPLES = {"rulebook"}  # its YAML is worked examples, no configuration
SHOWING = [page for page in (PAGE, *pages()) if any(name.endswith(".yaml") for name in own_files(page)) and page.stem not in EXAMPLES]


@pytest.mark.parametrize("page", SHOWING, ids=lambda page: page.stem)
def test_shown_files_are_right(page: Path, tmp_path: Path) -> None:
    """Blocks of the page are known, too."""
    editor = Editor(Menu(written(tmp_path, own_files(page))))
    mine = [(name, file) for name, file in editor.menu.files() if file.is_relative_to(tmp_path)]
    assert mine
    assert [line for name, file in mine for line in editor.underlined(page_of(name, file), read(file).data)] == []
