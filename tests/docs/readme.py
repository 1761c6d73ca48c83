"""README.md as data: the files it shows, the commands it types and what stood on the terminal.

`python -m tests.docs.readme` runs every command again and writes what it prints now into README.md.
"""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runner.mode.compiling import NOTICE
from tests.command import Ran, command

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "README.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"\*\*`(\$RUNNER_HOME/)?([\w./-]+)`\*\*[^\n]*\n(?:[^\n]+\n)*\n\Z")
HEAD = re.compile(r" \| head -n (\d+)$")
CHANGING = ("config ", "seconds: ", "files: ")  # code, clock and folder decide these
KEPT = ("seconds: ", "files: ")  # of a process of its own, which this one is not
FOLDER = "/home/you/trading"  # stands for the folder the commands were run in
RUNNERS = ("scripts/run", "runner", "python -m runner")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text and where it stands; `**`path`**` opening the paragraph before names the file it shows.

    `own`: a file the reader writes into a folder of theirs, not one that ships.
    """

    language: str
    text: str
    start: int
    end: int
    file: str = ""
    own: bool = False


@dataclass
class Typed:
    """One command of a console block and the lines that follow it."""

    words: str
    output: list[str] = field(default_factory=list)


def blocks(page: str) -> list[Block]:
    """Every fenced block, in order."""
    found = [(fence, NAMED.search(page[: fence.start()])) for fence in FENCE.finditer(page)]
    return [
        Block(fence[1], fence[2], fence.start(2), fence.end(2), named[2] if named else "", bool(named and named[1]))
        for fence, named in found
    ]


def prose(page: str) -> str:
    """The page without its fenced blocks."""
    return FENCE.sub("", page)


def typed(block: Block) -> list[Typed]:
    """The commands of a block; in `sh` blocks each line is one, in `console` blocks those after `$ `."""
    commands: list[Typed] = []
    for line in block.text.splitlines():
        if block.language == "sh" or line.startswith("$ "):
            commands.append(Typed(line.removeprefix("$ ").partition("  #")[0].rstrip()))
        else:
            commands[-1].output.append(line)
    return commands


def is_ours(words: str) -> bool:
    """Whether a command is the runner, under any of its names."""
    return any(words == name or words.startswith(name + " ") for name in RUNNERS)


def ran(words: str, folder: Path) -> Ran:
    """Run one runner command of the README in `folder`, inside this process."""
    plain = HEAD.sub("", words)
    name = next(name for name in RUNNERS if plain == name or plain.startswith(name + " "))
    return command(*shlex.split(plain.removeprefix(name)), home=folder)


def screen(done: Ran, words: str, folder: Path) -> list[str]:
    """What the terminal shows, `| head -n N` applied, the folder under its name in the README."""
    lines = [line for line in (done.err + done.out).replace(str(folder), FOLDER).splitlines() if line != NOTICE]
    cut = HEAD.search(words)
    return lines[: int(cut[1])] if cut else lines


def settled(lines: list[str]) -> list[str]:
    """Lines with what changes from run to run cut off."""
    return [next((start for start in CHANGING if line.startswith(start)), line) for line in lines]


def played(page: str, folder: Path) -> Iterator[tuple[Block, Typed, Ran | None]]:
    """Walk the page: write the files it shows, run its Python, run its commands; `None` for commands that are not the runner's."""
    for block in blocks(page):
        if block.own:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.language in ("sh", "console"):
            for each in typed(block):
                yield block, each, ran(each.words, folder) if is_ours(each.words) else None
        elif block.language == "python":
            yield block, Typed(block.text), None


def rewritten(page: str, folder: Path) -> str:
    """The page with every console block's output as it is now."""
    fresh: dict[int, list[str]] = {}
    status = 0
    for block, each, done in played(page, folder):
        if block.language == "python":
            calculate(each.words, folder)
        elif block.language == "console":
            output = [str(status)] if done is None else kept(screen(done, each.words, folder), each.output)
            fresh.setdefault(block.start, []).extend([f"$ {each.words}", *output])
        status = done.status if done is not None else status
    for block in reversed(blocks(page)):
        if block.start in fresh:
            page = page[: block.start] + "\n".join(fresh[block.start]) + "\n" + page[block.end :]
    return page


def kept(lines: list[str], before: list[str]) -> list[str]:
    """Fresh lines, but seconds and folder as they stood on the page."""
    old = {start: line for line in before for start in KEPT if line.startswith(start)}
    return [next((old[start] for start in old if line.startswith(start)), line) for line in lines]


def calculate(source: str, folder: Path) -> None:
    """Run a Python block with `folder` as the working directory, on a candles.csv as a reader might have it."""
    import contextlib

    import pandas as pd
    from pyarrow.parquet import read_table

    shipped = read_table(ROOT / "runner/data/bars/binance/futures/BTCUSDT-4h.parquet").to_pandas().head(2000)
    shipped["time"] = pd.to_datetime(shipped["time"], utc=True).dt.strftime("%Y-%m-%d %H:%M:%S")
    shipped.to_csv(folder / "candles.csv", index=False)
    with contextlib.chdir(folder):
        exec(compile(source, "README.md", "exec"), {})  # noqa: S102 - our own page


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), Path(place).resolve()), encoding="utf-8")
