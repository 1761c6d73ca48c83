"""leaderboard.html put together: one sentence, then every job, all settings at once, and two settings at a time."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import numpy as np

from runner import __version__
from runner.report.html.encode import as_json
from runner.report.html.leaderboard.axes import Axis, axes, mapped, telling
from runner.report.html.leaderboard.heat import along, heat, payload
from runner.report.html.leaderboard.parallel import parallel
from runner.report.html.page import asset, head, place, scripts, section
from runner.report.html.tags import Markup, tag
from runner.report.leaderboard.columns import Column
from runner.report.leaderboard.rows import ABSENT, Board, Placed, Row, short, told
from runner.report.leaderboard.sentence import by, counts, headline, leading, warnings, who

MOST = 2_000  # rows; what goes beyond stands in the csv alone
PAIR = 2


def page(board: Board) -> str:
    """The whole page as HTML text. Equal boards give equal text. Raises RunnerError without plotly's script."""
    own = tag("script", Markup(asset("leaderboard/page.js")))
    body = tag("body", top(board), tag("main", *sections(board)), foot(), *scripts(), own)
    return f'<!DOCTYPE html>\n<html lang="en">{head(headline(board), asset("leaderboard/page.css"))}{body}</html>\n'


def top(board: Board) -> Markup:
    """What is best, and what to hold against it."""
    toggle = tag("button", "◐", type="button", id="theme", aria_label="light or dark", title="light or dark", hidden=True)
    return tag(
        "header",
        tag("div", tag("p", f"Leaderboard: {who(board)}", class_="who"), toggle, class_="bar"),
        tag("h1", headline(board)),
        tag("p", f"{counts(board)}.", class_="quiet"),
        *(tag("p", line, class_="instead") for line in warnings(board)),
    )


def sections(board: Board) -> Iterator[Markup]:
    """Everything below the sentence."""
    if board.placed:
        front = (tag("p", f"● {line}.", class_="quiet") for line in leading(board))
        yield section(f"Every job, by {by(board)}", table(board), *front, tag("p", cut(board), class_="quiet"))
    if len(board.judged) > 1:
        swept = axes(board)
        if len(swept) >= PAIR:
            yield section("All settings at once", place("parallel", parallel(board, swept), PARALLEL))
        yield from pairs(board, mapped(board, swept))
    if board.failed:
        yield section("Did not run", failures(board))
    yield section("Mind", tag("ul", *(tag("li", line) for line in ALWAYS)))


PARALLEL = (
    "One line for each job, from its settings on the left to what it is compared by, on the green axes; better is higher there. "
    "A click on a name in the legend hides these lines, a double click all others."
)
PAIRS = (
    "Every cell is a pair of settings, over all jobs that have it. A best cell amid bad means is a lucky one; a wide plateau is worth more."
)
ONE = "Every job, with the mean and the best of each value. A best value amid bad neighbours is a lucky one; a wide plateau is worth more."
ALWAYS = (
    "Every figure is that of the job's own summary.json or challenge.json; leaderboard.csv has them with all digits.",
    "Jobs that are equally good share a place and stand in the order of their settings.",
    "The best of many tries looks better than it is, because it was picked by its result. The same settings on other bars will do worse.",
)


def cut(board: Board) -> str:
    """How to sort, and what is left out."""
    said = "A click on a column's head sorts by it. A job's place leads to its folder."
    rest = len(board.placed) - MOST
    return f"{said} {rest:,} more jobs stand in leaderboard.csv." if rest > 0 else said


def table(board: Board) -> Markup:
    """Every job, what it is compared by first; the script sorts it."""
    names = short(board.keys)
    heads = [
        tag("th", "#", scope="col"),
        *(tag("th", each.name, scope="col", title=each.path, class_="aim") for each in board.aims),
        *(tag("th", "front", scope="col", title=line, class_="w") for line in leading(board)),
        *(tag("th", names[key], scope="col", title=key, class_="w") for key in board.keys),
        *(tag("th", each.name, scope="col", title=each.path) for each in board.columns),
    ]
    rows = [tag("tr", *row(board, each)) for each in board.placed[:MOST]]
    whole = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="board")
    return tag("div", whole, class_="scroll tall")


def row(board: Board, placed: Placed) -> Iterator[Markup]:
    """One job."""
    told_rank = "–" if placed.rank is None else f"{placed.rank:,}"
    link = tag("a", told_rank, href=f"{quote(placed.folder)}/") if placed.folder else told_rank
    yield tag("td", link, data_v=placed.rank)
    yield from (measure(each, placed, "aim") for each in board.aims)
    if board.front:
        yield tag("td", "●" if board.ahead(placed) else "", class_="w")
    for key in board.keys:
        value = placed.row.values.get(key, ABSENT)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        yield tag("td", told(value), class_="w", data_v=told(value) if number else None)
    yield from (measure(each, placed) for each in board.columns)


def measure(column: Column, placed: Placed, kind: str | None = None) -> Markup:
    """A figure, rounded; it sorts by all of its digits."""
    found = column.of(placed.page)
    exact = None if found is None or isinstance(found, str) else f"{found:.12g}"
    return tag("td", column.shown(found), class_=kind, data_v=exact)


def pairs(board: Board, swept: tuple[Axis, ...]) -> Iterator[Markup]:
    """Heat maps of the two settings that matter most; a menu for the others. One setting alone is a line."""
    if len(swept) == 1:
        yield section(f"By {swept[0].name}", place("along", along(board, swept[0]), ONE))
    if len(swept) < PAIR:
        return
    first = telling(swept, np.array(board.values))
    across, up = (swept[place] for place in first)
    menus = [menu("across", swept, first[0]), " and ", menu("up", swept, first[1])]
    choice = tag("p", *menus, class_="choice", hidden=len(swept) == PAIR)
    maps = (tag("div", tag("h3", title), place(f"heat-{how}", heat(board, across, up, how))) for how, title in HOW.items())
    data = tag("script", Markup(as_json(payload(board, swept)).replace("<", "\\u003c")), type="application/json", id="jobs")
    yield section("Two settings at a time", choice, tag("div", *maps, class_="grid"), tag("p", PAIRS, class_="quiet"), data)


HOW = {"mean": "mean over all other settings", "best": "best over all other settings"}


def menu(name: str, swept: tuple[Axis, ...], chosen: int) -> Markup:
    """A list of the settings to choose from."""
    options = (tag("option", axis.name, value=at, selected=at == chosen) for at, axis in enumerate(swept))
    return tag("select", *options, id=name, aria_label=f"setting {name}")


def failures(board: Board) -> Markup:
    """Jobs that did not run and why."""
    names = short(board.keys)
    heads = tag("tr", *(tag("th", names[key], scope="col", class_="w") for key in board.keys), tag("th", "why", scope="col", class_="w"))
    rows = (tag("tr", *failure(board, each)) for each in board.failed[:MOST])
    return tag("div", tag("table", tag("thead", heads), tag("tbody", *rows)), class_="scroll short")


def failure(board: Board, failed: Row) -> Iterator[Markup]:
    """One of them."""
    for key in board.keys:
        yield tag("td", told(failed.values.get(key, ABSENT)), class_="w")
    yield tag("td", failed.said, class_="w long")


def foot() -> Markup:
    """What wrote it."""
    return tag("footer", tag("p", f"version {__version__}"))
