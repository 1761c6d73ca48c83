"""A sensitivity on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from runner.report.study import screen
from runner.report.study.about import About
from runner.report.study.say import NOT_MEASURED, plain, signed
from runner.report.study.sense.charts import NAMES
from runner.report.study.sense.line import even, line
from runner.report.study.sense.page import objective
from runner.report.terminal import plain_table
from runner.study.sensitivity import Sensitivity


def show(about: About, found: Sequence[Sensitivity], folder: Path) -> None:
    """Print it."""
    screen.show(about, line(found[0], about.currency), parts(about, found), folder)


def parts(about: About, found: Sequence[Sensitivity]) -> Iterator[tuple[str, RenderableType]]:
    """The cases of the best trial, and where its profit is gone."""
    table = plain_table("case", "verdict", "by", "a year", about.objective, text=3)
    for one in found[0].cases:
        value = objective(one, about)
        table.add_row(
            one.case.label, NAMES[one.fate], one.rule or NOT_MEASURED, signed(one.pace), NOT_MEASURED if value is None else plain(value)
        )
    yield ("Cases" if len(found) == 1 else f"Cases of {about.labels[0]}, of {len(found)} trials the best as it is"), table
    if said := even(found[0]):
        yield "Where the profit is gone", Text("\n".join(said))
