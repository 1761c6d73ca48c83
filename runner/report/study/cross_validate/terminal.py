"""mode=cross_validate on a screen of 80 columns: the sentence, and a small table."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

from rich.table import Table

from runner.report.study import screen
from runner.report.study.cross_validate.found import CrossValidated
from runner.report.study.cross_validate.html import NAMES, figure
from runner.report.study.say import signed
from runner.report.terminal import plain_table

MOST = 5  # trials


def show(found: CrossValidated, page: dict[str, Any], folder: Path, file: TextIO | None = None) -> None:
    """Print the study; without a terminal, or with NO_COLOR, as plain text."""
    paths = len(found.crossed.paths)
    title = f"{paths} path{'s' if paths > 1 else ''} out of sample, from {len(found.crossed.splits)} splits"
    screen.show(found.about, page["line"], [(title, spreads(page)), ("Chosen most often", chosen(found))], folder, file)


def spreads(page: dict[str, Any]) -> Table:
    """Five numbers of each figure."""
    made = plain_table("", "least", "quarter", "middle", "3 quarters", "most")
    made.add_row(f"profit, {page['currency']}", *(signed(page["profit"][name]) for name in NAMES))
    made.add_row("Sharpe ratio", *(f"{page['sharpe'][name]:.2f}" for name in NAMES))
    made.add_row("deepest fall", *(f"{page['drawdown'][name]:,.0f}" for name in NAMES))
    made.add_row("objective, in sample", *(figure(page["in_sample"][name]) for name in NAMES))
    made.add_row("and out of sample", *(figure(page["out_of_sample"][name]) for name in NAMES))
    return made


def chosen(found: CrossValidated) -> Table:
    """The trials that were chosen most often."""
    made = plain_table("try", "splits")
    labels = found.about.labels
    for trial, count in found.picked()[:MOST]:
        made.add_row(labels[trial], str(count))
    return made
