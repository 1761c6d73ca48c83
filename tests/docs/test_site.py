"""The documentation builds without a network, and every page of it is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from runner.check import modes
from runner.menu import Menu, shipped
from runner.schema.rooms import ROOMS, Blocks, stem
from tests.docs.pages import DOCS, pages
from tests.docs.readme import ROOT

LOADED = re.compile(r"""(?:src=|<link[^>]+href=)["']?https?://|@import|url\(["']?https?:""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages; a warning would have stopped it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "pages.py"), str(folder)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(folder / "index.html")
    return folder


def test_every_page_is_reachable(site: Path) -> None:
    """Each page written by hand is built and stands in the table of contents."""
    names = [str(page.relative_to(DOCS).with_suffix(".html")) for page in pages() if page.parent.name != "pictures"]
    index = (site / "index.html").read_text(encoding="utf-8")
    assert [name for name in names if not (site / name).is_file()] == []
    assert [name for name in [*names, "guide.html", "commands.html"] if name != "index.html" and f'href="{name}"' not in index] == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """No font, script or picture of another host."""
    texts = [file for ending in ("html", "css") for file in site.rglob(f"*.{ending}")]
    assert texts
    assert [str(file.relative_to(site)) for file in texts if LOADED.search(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_block_and_parameter_is_described(site: Path, room: str) -> None:
    """The room's page has each block's name and each parameter."""
    page = (site / "blocks" / f"{room}.html").read_text(encoding="utf-8")
    blocks = Blocks(Menu(shipped("conf").parent)).of(room)
    names = {stem(target) for target in blocks} | {key for cls in blocks.values() for key in cls.model_fields}
    assert sorted(name for name in names if name not in page) == []


def test_every_mode_is_described(site: Path) -> None:
    """Each mode has a heading."""
    page = (site / "modes.html").read_text(encoding="utf-8")
    assert [mode for mode in modes() if f"<h2>{mode}<" not in page] == []
