"""cross_validate.html: the sentence, then what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from runner.report.html.page import place, section
from runner.report.html.tags import Markup, join, table, tag
from runner.report.study import sheet
from runner.report.study.cross_validate import charts
from runner.report.study.cross_validate.found import CrossValidated
from runner.report.study.say import percent, plain, signed

MOST_PATHS = 200
Page = Mapping[str, Any]


def html(found: CrossValidated, page: Page) -> str:
    """The whole page as HTML text; equal results give equal text. Raises RunnerError without plotly's script."""
    return sheet.html(sheet.Sheet(about=found.about, line=page["line"], tiles=tiles(found, page), sections=sections(found, page)))


def tiles(found: CrossValidated, page: Page) -> list[tuple[str, str]]:
    """What one looks for first."""
    money = found.about.currency
    return [
        (f"middle path, {money}", signed(page["profit"]["median"])),
        (f"worst path, {money}", signed(page["profit"]["least"])),
        (f"in hindsight, {money}", signed(found.crossed.hindsight.profit)),
        ("paths that lost", f"{found.lost} of {len(found.crossed.paths)}"),
        ("Sharpe, middle path", f"{page['sharpe']['median']:.2f}"),
        ("Sharpe in hindsight", f"{page['hindsight']['sharpe']:.2f}"),
        ("in sample", figure(page["in_sample"]["median"])),
        ("out of sample", figure(page["out_of_sample"]["median"])),
    ]


def figure(value: float | None) -> str:
    """An objective in three digits."""
    return plain(math.nan if value is None else value)


def sections(found: CrossValidated, page: Page) -> Iterator[Markup]:
    """Everything below the sentence, in the order one asks."""
    hindsight, money = found.crossed.hindsight, found.about.currency
    yield section("Paths out of sample", tag("p", cut(found), class_="quiet"), place("fan", charts.fan(found), FAN))
    pictures = [
        place("profits", charts.sorted_paths(found.profits, hindsight.profit, f"profit, {money}")),
        place("sharpes", charts.sorted_paths(found.sharpes, found.yearly(hindsight.sharpe), "Sharpe ratio a year")),
    ]
    yield section(
        "What the paths made",
        tag("div", *pictures, class_="grid"),
        tag("p", SORTED, class_="quiet"),
        distribution(page),
        paths(found, page),
    )
    yield section("What was promised and what was kept", place("degradation", charts.degradation(found), DEGRADATION))
    yield section("What was chosen", place("chosen", charts.chosen(found), CHOSEN))


FAN = (
    "Each path is the whole of the days, every group of them traded with what was chosen without it. Groups begin at the thin vertical "
    "lines, each with a new account."
)
SORTED = "Out of sample there is no best path to pick: the spread is what another course of the same days might have brought."
DEGRADATION = (
    "One point for each split: how good the chosen try was on the groups it was chosen on, and on those held out. On the dotted line "
    "nothing would be lost. Part of a fall from left to right is arithmetic: a try's best days are on one side or on the other."
)
CHOSEN = "In how many splits each try was the best. Few different ones speak for settings that do not hang on some months."


def cut(found: CrossValidated) -> str:
    """How the days were divided and cut."""
    groups, purged = len(found.crossed.groups), found.crossed.purged
    splits, made = len(found.crossed.splits), len(found.crossed.paths)
    held = f"{groups} groups of days, {found.held} held out at a time: {splits:,} splits, {made:,} paths"
    before = f"before a trade that reaches into them ({purged:,} were)" if found.purge is None else f"{found.purge} before them"
    return f"{held}. What is learnt on ends {before}, and begins {found.embargo_days:g} days after them."


def distribution(page: Page) -> Markup:
    """Five numbers of each figure."""
    rows = [
        (name, *(signed(page[key][each]) if key != "sharpe" else f"{page[key][each]:.2f}" for each in NAMES))
        for key, name in (("profit", f"profit, {page['currency']}"), ("sharpe", "Sharpe ratio"))
    ]
    deepest = ("deepest fall", *(f"{page['drawdown'][each]:,.0f}" for each in NAMES))
    return table(["of the paths", "least", "quarter", "middle", "three quarters", "most"], [*rows, deepest], kind="slim")


NAMES = ("least", "lower", "median", "upper", "most")


def paths(found: CrossValidated, page: Page) -> Markup:
    """Every path, and the best trial in hindsight below."""
    head = ["path", "profit", "Sharpe", "deepest fall", found.about.objectives[0].path, "failed accounts", "tries, group by group"]
    each = [row(str(one["path"]), one) for one in page["each"][:MOST_PATHS]]
    last = row("in hindsight", page["hindsight"])
    rest = f"The first {MOST_PATHS} of {len(page['each']):,}; paths.csv has all." if len(page["each"]) > MOST_PATHS else ""
    lost = tag("p", f"{percent(page['losing_paths'])} of the paths lost money.", class_="quiet")
    return join([lost, tag("div", table(head, [*each, last]), class_="tall"), tag("p", rest, class_="quiet") if rest else ""])


def row(name: str, one: Page) -> list[object]:
    """One path."""
    figures = [signed(one["profit"]), f"{one['sharpe']:.2f}", f"{one['drawdown']:,.0f}", figure(one["objective"])]
    return [name, *figures, str(one["failed_accounts"]), " ".join(str(trial) for trial in one["trials"])]
