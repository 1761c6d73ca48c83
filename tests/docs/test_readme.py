"""The README shows what is there: its files are the shipped ones, its commands work and print what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Ran
from tests.docs.readme import PAGE, ROOT, Block, Typed, blocks, calculate, played, prose, screen, settled

TEXT = PAGE.read_text(encoding="utf-8")
Played = list[tuple[Block, Typed, Ran | None]]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader's folder."""
    return tmp_path_factory.mktemp("trading").resolve()


@pytest.fixture(scope="module")
def read_through(folder: Path) -> Played:
    """Every command of the page, run in order as a reader would."""
    steps: Played = []
    for block, each, done in played(TEXT, folder):
        if block.language == "python":
            calculate(each.words, folder)
        steps.append((block, each, done))
    return steps


def test_commands_end_as_the_page_says(read_through: Played) -> None:
    """Status 0, or the one that `echo $?` shows in the next line."""
    found = [(each, done) for block, each, done in read_through if block.language != "python"]
    told = [following.output for (_, done), (following, _) in zip(found, [*found[1:], (Typed(""), None)], strict=True) if done]
    wanted = [int(output[0]) if output and output[0].isdigit() and len(output) == 1 else 0 for output in told]
    assert [done.status for _, done in found if done] == wanted
    assert len(wanted) >= 12


def test_the_screen_shows_what_the_page_shows(read_through: Played, folder: Path) -> None:
    """Console output line by line; `python -m tests.docs.readme` writes the present one into the page."""
    for block, each, done in read_through:
        if block.language == "console" and done is not None:
            assert settled(screen(done, each.words, folder)) == settled(each.output), each.words


def test_lines_fit_a_terminal() -> None:
    """80 columns for the main job's page."""
    main = next(block for block in blocks(TEXT) if block.language == "console")
    assert max(len(line) for line in main.text.splitlines()) <= 80


def test_excerpts_are_the_shipped_files() -> None:
    """A block that names a shipped file holds that file, whole."""
    shown = [block for block in blocks(TEXT) if block.file and not block.own]
    assert [block.file for block in shown] == ["conf/strategy/fvg.yaml"]
    for block in shown:
        assert block.text == (ROOT / block.file).read_text(encoding="utf-8")


def test_every_line_of_the_strategy_is_explained() -> None:
    """Each setting of fvg.yaml stands in the table below it."""
    text = (ROOT / "conf/strategy/fvg.yaml").read_text(encoding="utf-8")
    lines = [line.partition("  #")[0].strip().removeprefix("- ") for line in text.splitlines() if not line.startswith("#")]
    explained = re.findall(r"^\| (.+?) \|", prose(TEXT), re.MULTILINE)
    missing = [
        line for line in lines if line not in ("exit:", "trail:", "entry:", "sizing:") and not any(f"`{line}`" in row for row in explained)
    ]
    assert missing == []


def test_every_file_and_column_of_a_run_is_named(read_through: Played, folder: Path) -> None:
    """Files, columns of the tables and keys of summary.json."""
    import pyarrow.parquet as pq

    assert read_through
    run = next(path.parent for path in sorted((folder / "outputs/hyro_2step/fvg").glob("*/summary.json")))
    text = prose(TEXT)
    names = {path.name for path in run.iterdir()} | set(json.loads((run / "summary.json").read_text(encoding="utf-8")))
    names |= set((run / "trades.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(","))
    columns = {name for table in ("equity", "decisions") for name in pq.read_schema(run / f"{table}.parquet").names}
    names |= {re.sub(r"^(floor|contribution|level|filter)_.*", r"\1_NAME", name) for name in columns}
    assert sorted(name for name in names if f"`{name}`" not in text) == []


def test_links_lead_somewhere() -> None:
    """Every relative link of the README and the pages under docs/ is a file or folder of ours."""
    pages = [PAGE, *(ROOT / "docs").rglob("*.md")]
    lost = [
        f"{page.name}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert lost == []


def test_scripts_that_are_named_exist() -> None:
    """scripts/run, scripts/test and the others."""
    named = set(re.findall(r"scripts/[a-z-]+", TEXT))
    assert {"scripts/run", "scripts/test", "scripts/new-block"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_the_package_is_a_command() -> None:
    """`python -m runner` answers like `runner`."""
    done = subprocess.run([sys.executable, "-m", "runner", "--version"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("runner ")
