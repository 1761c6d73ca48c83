"""leaderboard.csv and leaderboard.html, each whole or as it was before."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from runner.model.errors import Problem, UnwritableError
from runner.report.figures import text
from runner.report.folder import reason
from runner.report.html.leaderboard.page import page
from runner.report.leaderboard.columns import Column
from runner.report.leaderboard.rows import ABSENT, CSV, HTML, Board, Placed, Row, board, told
from runner.report.objective import Objective

STAGING = ".leaderboard-"


def leave(folder: Path, rows: Sequence[Row], objectives: Sequence[Objective]) -> str:
    """Write both files; see the package."""
    made = board(folder, rows, objectives)
    content = as_csv(made)
    return replace(folder, {HTML: page(made), CSV: content}, kept=lost(folder / CSV, content))


def length(folder: Path) -> int:
    """The rows of the csv, which is written last; see the package."""
    try:
        return sum(1 for _ in csv.reader(io.StringIO((folder / CSV).read_text(encoding="utf-8")))) - 1
    except (OSError, UnicodeDecodeError):
        return -1


def lost(before: Path, content: str) -> bool:
    """Whether a leaderboard that lies there has runs that the new one does not have."""
    try:
        known = runs(before.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return False
    return bool(known - runs(content))


def runs(content: str) -> set[str]:
    """The runs of a leaderboard by their config_hash."""
    return {row.get("config_hash") or "" for row in csv.DictReader(io.StringIO(content))} - {""}


def replace(folder: Path, contents: Mapping[str, str], *, kept: bool = False) -> str:
    """Let every file appear whole, in the place of one of the same name; `kept`: which gets a number first. The name it has then, or ''."""
    number = next(n for n in count(1) if not any((folder / numbered(name, n)).exists() for name in contents)) if kept else 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
        try:
            for name, content in contents.items():
                (staging / name).write_text(content, encoding="utf-8", newline="\n")
            for name in contents:
                if kept and (folder / name).exists():
                    (folder / name).replace(folder / numbered(name, number))
                (staging / name).replace(folder / name)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        message = f"{reason(error)}; every job's own files are whole, and the same command again writes it"
        raise UnwritableError("the leaderboard could not be written", [Problem(path=str(folder), message=message)]) from error
    return numbered(HTML, number) if kept else ""


def numbered(name: str, number: int) -> str:
    """`leaderboard-1.csv`."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{number}.{suffix}"


def as_csv(made: Board) -> str:
    """Every job in a row, the best first and those that did not run last; figures as they stand in the jobs' own files."""
    kept = io.StringIO()
    csv.writer(kept, lineterminator="\n").writerows([header(made), *lines(made)])
    return kept.getvalue()


def header(made: Board) -> list[str]:
    """Figures are called by their paths."""
    aims, front = (each.path for each in made.aims), ["front"] if made.front else []
    return ["rank", *made.keys, *aims, *front, *(each.path for each in made.columns), "config_hash", "folder", "problem"]


def lines(made: Board) -> Iterator[list[str]]:
    """One row after the other."""
    for each in made.placed:
        yield [
            "" if each.rank is None else str(each.rank),
            *values(made, each.row),
            *figures(made.aims, each),
            *(["yes" if made.ahead(each) else ""] if made.front else []),
            *figures(made.columns, each),
            str(each.page.get("config_hash", "")),
            each.folder,
            "",
        ]
    for row in made.failed:
        yield ["", *values(made, row), *("" for _ in range(len(header(made)) - len(made.keys) - 2)), row.said]


def figures(columns: Sequence[Column], placed: Placed) -> list[str]:
    """Figures of a job with all their digits."""
    return [value if isinstance(value, str) else text(value) for value in (column.of(placed.page) for column in columns)]


def values(made: Board, row: Row) -> list[str]:
    """What sets the job apart."""
    return [told(row.values.get(key, ABSENT)) for key in made.keys]
