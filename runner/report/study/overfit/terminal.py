"""mode=overfit on a screen of 80 columns: the sentence, and a small table."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

from rich.table import Table

from runner.report.study import screen
from runner.report.study.overfit.found import Overfitted
from runner.report.study.overfit.sentence import percent
from runner.report.terminal import plain_table

MOST = 5  # tries; trials.csv has all


def show(found: Overfitted, page: dict[str, Any], folder: Path, file: TextIO | None = None) -> None:
    """Print the study; without a terminal, or with NO_COLOR, as plain text."""
    screen.show(found.about, page["line"], [("Luck", figures(page)), ("The best tries", best(found))], folder, file)


def figures(page: dict[str, Any]) -> Table:
    """Figures in two columns."""
    cut, luck = page["overfitting"], page["deflated"]
    grid = Table.grid(padding=(0, 2))
    for place in range(4):
        grid.add_column(justify="right" if place % 2 else "left")
    needed = luck["days_needed"]
    rows = [
        ("probability of overfitting", percent(cut["probability"]), "best Sharpe ratio", f"{page['best']['sharpe']:.2f}"),
        ("lost out of sample", percent(cut["loss"]), "of worthless tries", f"{luck['expected_maximum']:.2f}"),
        ("in sample", f"{cut['inside']:.2f}", "deflated", f"{luck['probability']:.1%}"),
        ("out of sample", f"{cut['outside']:.2f}", "days needed", "-" if needed is None else f"{needed:,.0f}"),
    ]
    for row in rows:
        grid.add_row(*row)
    return grid


def best(found: Overfitted) -> Table:
    """The best few."""
    made = plain_table("try", "profit", "Sharpe", "trades", "best in sample")
    order = sorted(found.compared, key=lambda each: (-each.sharpe, each.number))
    for each in order[:MOST]:
        share = percent(found.chosen(each))
        made.add_row(found.name(each), f"{each.profit:,.2f}", f"{each.sharpe:.2f}", f"{each.trades:,}", share)
    return made
