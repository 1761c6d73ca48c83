"""A walk-forward on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from runner.report.study import screen
from runner.report.study.about import About, day
from runner.report.study.say import NOT_MEASURED, percent, ratio, signed
from runner.report.study.walk.line import line
from runner.report.terminal import plain_table
from runner.study.walked import Walked


def show(about: About, walked: Walked, folder: Path) -> None:
    """Print it."""
    screen.show(about, line(walked, about.currency), parts(about, walked), folder)


def parts(about: About, walked: Walked) -> Iterator[tuple[str, RenderableType]]:
    """The windows, and both sides."""
    table = plain_table("tested from", "chosen", "in, a year", "out, a year", "rank", text=2)
    for number, each in enumerate(walked.windows):
        chosen = walked.chosen[number]
        results = (walked.in_sample.results[number], walked.out_of_sample.results[number])
        paces = [
            float("nan") if one is None else one.profit / side.days * 365
            for one, side in zip(results, (each.train, each.test), strict=True)
        ]
        rank = float("nan") if chosen is None or len(walked.values) == 1 else float(walked.outside[number, chosen])
        label = NOT_MEASURED if chosen is None else about.labels[chosen]
        table.add_row(day(each.test.start_ms), label, *(signed(pace) for pace in paces), percent(rank))
    yield "Windows", table
    yield "Out of sample", Text("\n".join(told(about, walked)))


def told(about: About, walked: Walked) -> list[str]:
    """What the sentence leaves out."""
    inside, outside = walked.in_sample, walked.out_of_sample
    sharpe = f"Sharpe of the days {ratio(outside.sharpe)} against {ratio(inside.sharpe)} in sample"
    said = [f"{sharpe}; deepest fall {walked.drawdown:,.0f} {about.currency}"]
    if len(walked.values) > 1:
        said.append(f"the chosen trial beats {percent(walked.rank)} of the others in the tests; chance gives 50 %")
    return said
