"""The pages under docs/ as data: every command they show is run as a reader would type it.

Each page is read from top to bottom in an empty folder of its own, with docs/samples in it where the page names them. A file whose
name stands in bold above its block is written there.
Commands of the runner run in this process, those of scripts/ beside a small clone, all others in a shell. A comment
`<!-- not run: REASON -->` above a block keeps its commands from being run; `unrun` lists them.

`python -m tests.docs.pages` writes what the commands print now into the pages.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.command import Ran
from tests.docs.readme import ROOT, Block, Typed, blocks, is_ours, kept, ran, screen, settled, typed

DOCS = ROOT / "docs"
MARK = re.compile(r"<!-- not run: (.+?) -->\s*\Z")
TOOLS = {"scripts/new-block": ["scripts/new_block.py"], "scripts/test": ["-m", "pytest", "-q"]}
CLONE = ("scripts/templates", "scripts/new_block.py", "tests/samples.py", "pyproject.toml")
ANYTHING = "…"  # a line that stands for any number of lines
STATUS = "echo $?"


@dataclass(frozen=True)
class Step:
    """One command of a page: what was typed, the block it stands in, and what it did."""

    block: Block
    typed: Typed
    done: Ran

    @property
    def shown(self) -> list[str]:
        """The lines of the terminal."""
        return (self.done.err + self.done.out).splitlines()


def pages() -> list[Path]:
    """Every page that is written by hand."""
    return sorted(DOCS.rglob("*.md"))


def reason(page: str, block: Block) -> str:
    """Why the commands of a block are not run; empty when they are."""
    above = page[: page.rfind("```", 0, block.start)]
    found = MARK.search(above)
    return found[1] if found else ""


def shells(page: str) -> list[Block]:
    """The blocks that show commands."""
    return [block for block in blocks(page) if block.language in ("sh", "console")]


def unrun(page: str) -> list[tuple[str, str]]:
    """Commands that are not run, each with the reason."""
    return [(each.words, reason(page, block)) for block in shells(page) if reason(page, block) for each in typed(block)]


def played(page: str, folder: Path) -> Iterator[Step]:
    """Read a page: write the files it shows and run its commands one after the other."""
    status = 0
    if "samples/" in page:
        shutil.copytree(DOCS / "samples", folder / "samples")
    for block in blocks(page):
        if block.own:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
        if block.language not in ("sh", "console") or reason(page, block):
            continue
        for each in typed(block):
            done = Ran(0, f"{status}\n", "") if each.words == STATUS else run(each.words, folder)
            status = done.status
            yield Step(block, each, done)


def run(words: str, folder: Path) -> Ran:
    """Run one command in `folder`; its output is cut as the page cuts it."""
    if is_ours(words) and ("|" not in words or " | head -n " in words):
        done = ran(words, folder)
        return Ran(done.status, "".join(f"{line}\n" for line in screen(done, words, folder)), "")
    tool = next((name for name in TOOLS if words == name or words.startswith(name + " ")), None)
    command = ["bash", "-c", words] if tool is None else [sys.executable, *TOOLS[tool], *shlex.split(words.removeprefix(tool))]
    if tool is not None:
        clone(folder)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    beside = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "RUNNER_HOME": str(folder)}
    ended = subprocess.run(command, cwd=folder, env=beside, capture_output=True, text=True, check=False)
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def clone(folder: Path) -> None:
    """What the scripts need of a clone; the rest of the project stands beside it."""
    for name in CLONE:
        source, target = ROOT / name, folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _ = shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)


def fits(found: list[str], wanted: list[str]) -> bool:
    """Whether lines are those of the page; `…` stands for any number of them."""
    pattern = "".join("(?:.*\n)*" if line == ANYTHING else re.escape(line) + "\n" for line in settled(wanted))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in settled(found))) is not None


def rewritten(page: str, folder: Path) -> str:
    """The page with every console block's output as it is now; blocks that leave lines out stay."""
    fresh: dict[int, list[str]] = {}
    for step in played(page, folder):
        if step.block.language == "console":
            output = step.typed.output if ANYTHING in step.typed.output else kept(step.shown, step.typed.output)
            fresh.setdefault(step.block.start, []).extend([f"$ {step.typed.words}", *output])
    for block in reversed(blocks(page)):
        if block.start in fresh:
            page = page[: block.start] + "\n".join(fresh[block.start]) + "\n" + page[block.end :]
    return page


if __name__ == "__main__":
    for file in [Path(name).resolve() for name in sys.argv[1:]] or pages():
        with tempfile.TemporaryDirectory() as place:
            file.write_text(rewritten(file.read_text(encoding="utf-8"), Path(place).resolve()), encoding="utf-8")
