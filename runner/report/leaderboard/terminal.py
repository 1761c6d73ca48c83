"""The best jobs of a sweep on a screen of 80 columns."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from rich.console import RenderableType
from rich.text import Text

from runner.report.leaderboard.columns import Column
from runner.report.leaderboard.rows import ABSENT, CSV, HTML, Board, Placed, Row, board, short, told
from runner.report.leaderboard.sentence import counts, headline, leading, warnings
from runner.report.objective import Objective
from runner.report.terminal import WIDTH, bullets, console, indented, plain_table, readable, section
from runner.words import listed

BEST = 20
REASONS = 12
GAP = 3
BRIEF = {"profit_per_headroom": "per headroom", "days_to_pass": "days"}  # headings that would take the room of a figure
WORDS = ("verdict.rule",)  # too wide for what it tells beside the verdict


def show(folder: Path, rows: Sequence[Row], objectives: Sequence[Objective], file: TextIO | None = None, *, left: bool = True) -> None:
    """Print the best of them, what did not run and why, and, if it was left, where the leaderboard lies; plain text without a terminal."""
    target, made = file or sys.stdout, board(folder, rows, objectives)
    out = console(target)
    with out.capture() as page:
        for part in parts(made, out.width):
            out.print(part)
        if left:
            out.print(Text(f"leaderboard: {folder / HTML}, {CSV}"), soft_wrap=True)
    content = "".join(f"{line.rstrip()}\n" for line in page.get().splitlines())
    target.write(readable(content, target.encoding or "utf-8"))
    target.flush()


def parts(made: Board, width: int = WIDTH) -> Iterator[RenderableType]:
    """What is printed, top to bottom."""
    yield Text(headline(made), "bold")
    yield from indented([counts(made, skipped=True)])
    if made.placed:
        yield Text()
        yield best(made, width)
        if len(made.placed) > BEST:
            yield Text(f"and {len(made.placed) - BEST:,} more", "dim")
        yield from indented([f"* {line}" for line in leading(made)])
    if made.failed:
        yield from section("Did not run", bullets([f"{name}: {said}" for name, said in reasons(made)]))
    if found := warnings(made):
        yield from section("Mind", bullets(found))
    yield Text()


def best(made: Board, width: int) -> RenderableType:
    """Beside the settings and the objectives as many figures as there is room for, of those in which the jobs differ."""
    shown, names = made.placed[:BEST], short(made.keys)
    left = [("", [f"{each.rank or '-'}{'*' if made.front and made.ahead(each) else ''}" for each in shown])]
    left += [(names[key], [told(each.row.values.get(key, ABSENT)) for each in shown]) for key in made.keys]
    cells = [*left, *(figures(column, shown) for column in made.aims)]
    room = width - sum(wide(*cell) for cell in cells)
    for column in made.columns:
        cell = figures(column, shown)
        apart = len(set(cell[1])) > 1 or len(shown) == 1
        if apart and column.path not in WORDS and wide(*cell) <= room:
            cells.append(cell)
            room -= wide(*cell)
    table = plain_table(*(name for name, _ in cells), text=len(left))
    for row in zip(*(content for _, content in cells), strict=True):
        table.add_row(*row)
    return table


def figures(column: Column, shown: Sequence[Placed]) -> tuple[str, list[str]]:
    """A column's heading and cells."""
    return BRIEF.get(column.path, column.name), [column.shown(column.of(each.page)) for each in shown]


def wide(name: str, cells: Sequence[str]) -> int:
    """The characters a column takes."""
    return max(map(len, (name, *cells))) + GAP


def reasons(made: Board) -> list[tuple[str, str]]:
    """Jobs that did not run and why; many with one reason are counted."""
    told_by = Counter(row.said for row in made.failed)
    if len(made.failed) <= REASONS:
        return [(job(made, row), row.said) for row in made.failed]
    kinds = [(f"{count:,} jobs" if count > 1 else "1 job", said) for said, count in told_by.most_common(REASONS)]
    rest = [said for said, _ in told_by.most_common()[REASONS:]]
    return [*kinds, *([("and", listed(rest))] if rest else [])]


def job(made: Board, row: Row) -> str:
    """The job's settings."""
    names = short(made.keys)
    return " ".join(f"{names[key]}={told(row.values[key])}" for key in made.keys if key in row.values) or "the job"
