"""walk_forward.json: everything a walk-forward found, for programs, and its tables. docs/studies.md says what each key means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from runner.model.duration import DAY_MS
from runner.report.figures import iso, money, number, text
from runner.report.study.about import About, day
from runner.report.study.walk.line import line
from runner.study.result import Result
from runner.study.segment import Segment
from runner.study.walked import Part, Walked

Page = dict[str, Any]
TABLES = ("windows.csv", "trials.csv", "equity.csv")
WINDOWS = (
    "window",
    "train_start",
    "train_end",
    "test_start",
    "test_end",
    "trial",
    "chosen",
    "in_sample_objective",
    "in_sample_profit",
    "in_sample_profit_per_year",
    "out_of_sample_objective",
    "out_of_sample_profit",
    "out_of_sample_profit_per_year",
    "out_of_sample_trades",
    "rank",
    "plateau",
)
TRIALS = (
    "window",
    "trial",
    "values",
    "in_sample_objective",
    "in_sample_rank",
    "out_of_sample_objective",
    "out_of_sample_rank",
    "profit",
    "chosen",
)
EQUITY = ("day", "window", "profit", "equity")


def page(about: About, walked: Walked, *, anchored: bool, embargo_days: int) -> Page:
    """The whole; keys in a fixed order, equal studies differ in `seconds` only."""
    return {
        **about.page(),
        "line": line(walked, about.currency),
        "anchored": anchored,
        "embargo_days": embargo_days,
        "days_left_out": round((about.span.end_ms - walked.windows[-1].test.end_ms) / DAY_MS),
        "in_sample": part(walked.in_sample, about),
        "out_of_sample": part(walked.out_of_sample, about) | {"max_drawdown_money": money(walked.drawdown)},
        "efficiency": number(walked.efficiency),
        "rank": number(walked.rank),
        "windows": [window(about, walked, place) for place in range(len(walked.windows))],
        "each_trial": [trial(walked, place) for place in range(len(walked.values))],
        **about.end(),
    }


def part(one: Part, about: About) -> Page:
    """One side of the walk: figures of the chosen trials over all of its segments; the objective is their mean."""
    return {
        "days": round(one.days),
        "net_profit": money(one.profit),
        "profit_per_year": money(one.pace),
        "objective": signless(one.score, about),
        "sharpe": number(one.sharpe),
        "worst_drawdown_money": money(max((figure(each, "worst_drawdown_money") for each in one.made), default=0.0)),
        "trades": sum(int(each.page.get("trades", 0)) for each in one.made),
        "accounts_failed": sum(failed(each) for each in one.made),
        "segments_won": one.won,
        "segments_not_traded": len(one.segments) - len(one.made),
    }


def window(about: About, walked: Walked, place: int) -> Page:
    """One window: its two parts, what was chosen and what came of it."""
    one, number_of = walked.windows[place], walked.chosen[place]
    chosen = None if number_of is None else {"trial": number_of + 1, "values": dict(walked.values[number_of])}
    results = (None, None) if number_of is None else (walked.train[place][number_of], walked.test[place][number_of])
    return {
        "window": place + 1,
        "train": span(one.train),
        "test": span(one.test),
        "chosen": chosen,
        "in_sample": made(results[0], one.train, about),
        "out_of_sample": made(results[1], one.test, about),
        "rank": None if number_of is None else number(walked.outside[place, number_of]),
        "plateau": number(walked.plateau(place)),
    }


def trial(walked: Walked, place: int) -> Page:
    """One trial over all windows: how often it was chosen, where it stands, what all tests would have made."""
    tests = [results[place] for results in walked.test]
    days = sum(each.test.days for each in walked.windows)
    return {
        "trial": place + 1,
        "values": dict(walked.values[place]),
        "chosen": walked.chosen.count(place),
        "in_sample_rank": number(walked.inside[:, place].mean()),
        "out_of_sample_rank": number(walked.outside[:, place].mean()),
        "profit_per_year": money(sum(each.profit for each in tests) / days * 365),
        "segments_won": sum(each.profit > 0 for each in tests),
    }


def made(result: Result | None, segment: Segment, about: About) -> Page | None:
    """What a trial made of a segment."""
    if result is None:
        return None
    return {
        "objective": signless(result.score[0], about),
        "net_profit": money(result.profit),
        "profit_per_year": money(result.profit / segment.days * 365),
        "trades": int(result.page.get("trades", 0)),
        "worst_drawdown_money": money(figure(result, "worst_drawdown_money")),
        "accounts_failed": failed(result),
    }


def signless(score: float, about: About) -> float | None:
    """An objective as it stands in summary.json: without the sign that makes less the better."""
    return number(score if about.objectives[0].larger else -score) if math.isfinite(score) else None


def figure(result: Result, name: str) -> float:
    """A figure of its metrics; 0 where there is none."""
    return float(result.page.get("metrics", {}).get(name) or 0.0)


def failed(result: Result) -> int:
    """How many accounts failed in it."""
    return sum(phase["state"] == "failed" for phase in result.page.get("phases", ()))


def span(one: Segment) -> Page:
    """From when until when."""
    return {"start": iso(one.start_ms), "end": iso(one.end_ms), "days": round(one.days)}


def tables(about: About, walked: Walked) -> dict[str, list[Sequence[str]]]:
    """windows.csv, trials.csv (one row for each trial in each window) and equity.csv (the tests stitched together, day by day)."""
    return dict(zip(TABLES, (window_rows(about, walked), trial_rows(about, walked), equity_rows(about, walked)), strict=True))


def window_rows(about: About, walked: Walked) -> list[Sequence[str]]:
    """One row for each window."""
    rows: list[Sequence[str]] = [WINDOWS]
    for one in (window(about, walked, place) for place in range(len(walked.windows))):
        inside, outside, chosen = one["in_sample"] or {}, one["out_of_sample"] or {}, one["chosen"]
        dates = (one["train"]["start"], one["train"]["end"], one["test"]["start"], one["test"]["end"])
        name = about.labels[chosen["trial"] - 1] if chosen else ""
        before = (text(inside.get(key)) for key in ("objective", "net_profit", "profit_per_year"))
        after = (text(outside.get(key)) for key in ("objective", "net_profit", "profit_per_year", "trades"))
        rows.append(
            (
                str(one["window"]),
                *dates,
                str(chosen["trial"]) if chosen else "",
                name,
                *before,
                *after,
                text(one["rank"]),
                text(one["plateau"]),
            )
        )
    return rows


def trial_rows(about: About, walked: Walked) -> list[Sequence[str]]:
    """One row for each trial in each window; `profit` is that of the test."""
    rows: list[Sequence[str]] = [TRIALS]
    for place, (train, test) in enumerate(zip(walked.train, walked.test, strict=True)):
        for number_of, label in enumerate(about.labels):
            before = (text(signless(train[number_of].score[0], about)), text(number(walked.inside[place, number_of])))
            after = (text(signless(test[number_of].score[0], about)), text(number(walked.outside[place, number_of])))
            mark = "yes" if walked.chosen[place] == number_of else ""
            rows.append((str(place + 1), str(number_of + 1), label, *before, *after, text(money(test[number_of].profit)), mark))
    return rows


def equity_rows(about: About, walked: Walked) -> list[Sequence[str]]:
    """One row for each day with a bar: the initial balance and all profits until its end."""
    days, windows, profits = walked.stitched
    equity = about.initial + np.cumsum(profits)
    return [
        EQUITY,
        *(
            (day(int(one) * DAY_MS), str(int(place) + 1), text(money(made_then)), text(money(then)))
            for one, place, made_then, then in zip(days, windows, profits, equity, strict=True)
        ),
    ]
