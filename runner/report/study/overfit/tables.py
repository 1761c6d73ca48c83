"""The tables of mode=overfit: trials.csv, splits.csv, daily.csv, each as rows of text, the header first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from runner.model.duration import DAY_MS
from runner.report.figures import money, number, text
from runner.report.study.about import day, parameters
from runner.report.study.overfit.found import Overfitted

type Rows = list[tuple[str, ...]]
SPLIT = ("split", "blocks_in_sample", "best", "inside", "outside", "rank", "logit")


def tables(found: Overfitted) -> dict[str, Rows]:
    """Every table by its file."""
    return {name: make(found) for name, make in TABLES.items()}


def tries(found: Overfitted) -> Rows:
    """A row for each try: its values, its figures, in which share of the splits it was the best in sample."""
    keys = list(parameters(found.about.values))
    rows = [
        (
            str(each.number),
            *(str(values.get(key, "")) for key in keys),
            text(money(each.profit)),
            text(number(each.sharpe)),
            str(each.trades),
            text(number(found.chosen(each))),
            each.why,
        )
        for each, values in zip(found.tries, found.about.values, strict=True)
    ]
    return [("number", *keys, "profit", "sharpe", "trades", "best_in_sample", "left_out"), *rows]


def splits(found: Overfitted) -> Rows:
    """A row for each split, in the order of SPLIT: blocks count from 1, `best` is a try's number, ratios are yearly."""
    made, numbers = found.overfit, [each.number for each in found.compared]
    rows: Rows = [SPLIT]
    for row, held in enumerate(made.held):
        figures = (found.shown(float(made.inside[row])), found.shown(float(made.outside[row])), made.rank[row], made.logits[row])
        blocks = " ".join(str(block + 1) for block in np.flatnonzero(held))
        rows.append((str(row + 1), blocks, str(numbers[made.chosen[row]]), *(text(number(each)) for each in figures)))
    return rows


def daily(found: Overfitted) -> Rows:
    """A row for each day, a column for each try that was compared, by its number: profits in account currency."""
    head = ("day", *(f"try_{each.number}" for each in found.compared))
    return [
        head,
        *((day(int(at) * DAY_MS), *(text(money(each)) for each in row)) for at, row in zip(found.days, found.series, strict=True)),
    ]


TABLES: Mapping[str, Callable[[Overfitted], Rows]] = {"trials.csv": tries, "splits.csv": splits, "daily.csv": daily}
