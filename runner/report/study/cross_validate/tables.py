"""The tables of mode=cross_validate: trials.csv, splits.csv, paths.csv, daily.csv, each as rows of text, the header first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from runner.model.duration import DAY_MS
from runner.report.figures import money, number, text
from runner.report.study.about import day, parameters
from runner.report.study.cross_validate.found import CrossValidated

type Rows = list[tuple[str, ...]]


def tables(found: CrossValidated) -> dict[str, Rows]:
    """Every table by its file."""
    return {name: make(found) for name, make in TABLES.items()}


def trials(found: CrossValidated) -> Rows:
    """A row for each trial: its values, its profit and objective on each group, in how many splits it was chosen."""
    keys, count = list(parameters(found.about.values)), dict(found.picked())
    groups = range(1, len(found.crossed.groups) + 1)
    head = ("number", *keys, *(f"profit_{group}" for group in groups), *(f"objective_{group}" for group in groups), "splits")
    rows = [
        (
            str(number_ + 1),
            *(str(values.get(key, "")) for key in keys),
            *(text(money(each.profit)) for each in found.crossed.results[number_]),
            *(text(number(found.shown(each.score[0]))) for each in found.crossed.results[number_]),
            str(count.get(number_, 0)),
        )
        for number_, values in enumerate(found.about.values)
    ]
    return [head, *rows]


def splits(found: CrossValidated) -> Rows:
    """A row for each split: groups held out (from 1), the trial chosen, the objective in sample and out of sample."""
    crossed = found.crossed
    rows: Rows = [("split", "held_out", "chosen", "in_sample", "out_of_sample")]
    for place, split in enumerate(crossed.splits):
        figures = (found.shown(float(crossed.inside[place])), found.shown(float(crossed.outside[place])))
        held = " ".join(str(group + 1) for group in split.held)
        rows.append((str(place + 1), held, str(int(crossed.chosen[place]) + 1), *(text(number(each)) for each in figures)))
    return rows


def paths(found: CrossValidated) -> Rows:
    """A row for each path: the trial on each group, and what it made."""
    groups = [f"group_{number}" for number in range(1, len(found.crossed.groups) + 1)]
    head = ("path", *groups, "profit", "sharpe", "drawdown", "objective", "failed_accounts")
    rows = [
        (
            str(place + 1),
            *(str(trial + 1) for trial in path.trials),
            text(money(path.profit)),
            text(number(found.yearly(path.sharpe))),
            text(money(path.drawdown)),
            text(number(found.shown(path.score))),
            str(path.failed),
        )
        for place, path in enumerate(found.crossed.paths)
    ]
    return [head, *rows]


def daily(found: CrossValidated) -> Rows:
    """A row for each day, a column for each path: profits in account currency."""
    series = np.stack([path.profits for path in found.crossed.paths], axis=1)
    head = ("day", *(f"path_{number}" for number in range(1, series.shape[1] + 1)))
    days = [day(int(at) * DAY_MS) for at in found.crossed.days]
    return [head, *((at, *(text(money(each)) for each in row)) for at, row in zip(days, series, strict=True))]


TABLES: Mapping[str, Callable[[CrossValidated], Rows]] = {
    "trials.csv": trials,
    "splits.csv": splits,
    "paths.csv": paths,
    "daily.csv": daily,
}
