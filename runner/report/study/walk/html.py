"""walk_forward.html: the sentence, the stitched equity, what was chosen when, and how steady the parameters are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from runner.report.html.page import place, section
from runner.report.html.tags import Markup, table, tag
from runner.report.study.about import About, dates
from runner.report.study.maps import stability
from runner.report.study.say import NOT_MEASURED, percent, plain, ratio, signed
from runner.report.study.sheet import Sheet
from runner.report.study.sheet import html as page
from runner.report.study.walk import charts
from runner.report.study.walk.line import line
from runner.report.study.walk.page import failed, figure, signless
from runner.study.result import Result
from runner.study.segment import Segment
from runner.study.walked import Walked

MANY = 30  # trials in the table; all of them are in trials.csv


def html(about: About, walked: Walked) -> str:
    """The whole page."""
    return page(Sheet(about=about, line=line(walked, about.currency), tiles=tiles(walked), sections=sections(about, walked)))


def tiles(walked: Walked) -> list[tuple[str, str]]:
    """Eight figures."""
    inside, outside = walked.in_sample, walked.out_of_sample
    return [
        ("out of sample, a year", signed(outside.pace)),
        ("in sample, a year", signed(inside.pace)),
        ("efficiency", percent(walked.efficiency)),
        ("windows won", f"{outside.won} of {len(walked.windows)}"),
        ("Sharpe, out", ratio(outside.sharpe)),
        ("Sharpe, in", ratio(inside.sharpe)),
        ("rank of the chosen", percent(walked.rank)),
        ("deepest fall", f"{walked.drawdown:,.0f}"),
    ]


def sections(about: About, walked: Walked) -> Iterator[Markup]:
    """Everything below the sentence."""
    yield section("The tests, one after the other", place("equity", charts.equity(about, walked), EQUITY))
    yield section("Each window", place("paces", charts.paces(about, walked), PACES), window_table(about, walked))
    yield section("In sample and out of sample", sides(about, walked))
    if len(walked.values) > 1:
        maps = (
            tag("div", tag("h3", title), place(name, charts.windows_map(about, walked, tests=tests)))
            for title, name, tests in (("on the past (trains)", "trains", False), ("after it (tests)", "tests", True))
        )
        yield section(
            "How good each trial was in each window",
            tag("div", *maps, class_="grid"),
            tag("p", charts.caption(about, walked), class_="quiet"),
        )
        yield from steadiness(walked)
        yield section("Trials", trial_table(about, walked))


def steadiness(walked: Walked) -> Iterator[Markup]:
    """Mean rank over the parameters; nothing where no parameter is a number."""
    sides = (("in sample", walked.inside.mean(axis=0)), ("out of sample", walked.outside.mean(axis=0)))
    drawn = stability(walked.values, sides)
    if drawn:
        maps = (tag("div", tag("h3", title) if title else "", place(f"stability-{n}", made)) for n, (title, made) in enumerate(drawn))
        pictures = tag("div", *maps, class_="grid" if len(drawn) > 1 else None)
        yield section("How steady the parameters are", pictures, tag("p", STEADY, class_="quiet"))


EQUITY = (
    "What following the choices would have made, from the initial balance; every window begins with a new account, so profits are added up "
    "and not compounded. Shades and numbers are the windows."
)
PACES = (
    "Profit for 365 days of the trial that was chosen, on the days it was chosen on and on those after them. "
    "Rank: the share of the other trials that the chosen one beats in the test; 50 % is what choosing by chance gives. "
    "Plateau: the same in the train, of the trials beside it (one step of one value away); high is a plateau, low a lone peak."
)
STEADY = (
    "Mean rank over all windows, other parameters averaged over. A wide area of one colour that is there on both sides speaks for "
    "the settings; a single bright spot in sample that is gone out of sample was luck."
)


def window_table(about: About, walked: Walked) -> Markup:
    """One row for each window."""
    head = ("window", "trained on", "tested on", "chosen", "in sample, a year", "out of sample, a year", "rank", "plateau")
    rows = []
    for number, each in enumerate(walked.windows):
        chosen = walked.chosen[number]
        label = NOT_MEASURED if chosen is None else about.labels[chosen]
        rank = float("nan") if chosen is None or len(walked.values) == 1 else float(walked.outside[number, chosen])
        pair = (pace(walked.in_sample.results[number], each.train), pace(walked.out_of_sample.results[number], each.test))
        rows.append(
            (
                str(number + 1),
                dates(each.train),
                dates(each.test),
                tag("td", label, class_="w long"),
                *pair,
                percent(rank),
                percent(walked.plateau(number)),
            )
        )
    return table(head, rows, words=4)


def pace(result: Result | None, segment: Segment) -> Markup:
    """A cell with the profit a year."""
    made = float("nan") if result is None else result.profit / segment.days * 365
    return tag("td", signed(made), class_="gain" if made > 0 else "loss" if made < 0 else None)


def sides(about: About, walked: Walked) -> Markup:
    """The same figures on both sides."""
    inside, outside = walked.in_sample, walked.out_of_sample
    rows = [
        (f"net profit a year, {about.currency}", signed(inside.pace), signed(outside.pace)),
        (f"{about.objectives[0].path}, mean of the windows", *(objective(each.score, about) for each in (inside, outside))),
        ("Sharpe of the days", ratio(inside.sharpe), ratio(outside.sharpe)),
        (f"deepest fall in a window, {about.currency}", *(f"{worst(each.made):,.0f}" for each in (inside, outside))),
        (
            "trades a year",
            *(f"{sum(int(one.page.get('trades', 0)) for one in each.made) / each.days * 365:,.0f}" for each in (inside, outside)),
        ),
        ("accounts failed a year", *(plain(sum(failed(one) for one in each.made) / each.days * 365) for each in (inside, outside))),
        ("windows with a profit", *(f"{each.won} of {len(walked.windows)}" for each in (inside, outside))),
    ]
    return table(("", "in sample", "out of sample"), rows, kind="slim")


def objective(score: float, about: About) -> str:
    """The objective as summary.json has it."""
    value = signless(score, about)
    return NOT_MEASURED if value is None else plain(value)


def worst(results: list[Result]) -> float:
    """The deepest fall in any of them."""
    return max((figure(each, "worst_drawdown_money") for each in results), default=0.0)


def trial_table(about: About, walked: Walked) -> Markup:
    """The trials by their mean rank out of sample."""
    order = np.argsort(-walked.outside.mean(axis=0), kind="stable")
    days = sum(each.test.days for each in walked.windows)
    rows = []
    for number in order[:MANY]:
        made = sum(window[number].profit for window in walked.test) / days * 365
        cell = tag("td", signed(made), class_="gain" if made > 0 else "loss" if made < 0 else None)
        ranks = (percent(float(walked.inside[:, number].mean())), percent(float(walked.outside[:, number].mean())))
        rows.append((about.labels[number], walked.chosen.count(number) or "", *ranks, cell))
    left = len(walked.values) - len(rows)
    caption = f"{left:,} more are in trials.csv" if left > 0 else ""
    return table(("trial", "chosen", "mean rank in sample", "mean rank out of sample", "all tests, a year"), rows, caption=caption)
