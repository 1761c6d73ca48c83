"""audit.html: the sentence, each leak with a picture of it, and what was compared of every block and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from runner import __version__
from runner.audit.proof import Column, Picture, Proof
from runner.report.audit.sentences import roots, where
from runner.report.html.encode import Figure, array, times
from runner.report.html.look import BLUE, VERMILION, figure, line, values
from runner.report.html.page import head, place, scripts, section
from runner.report.html.tags import Markup, join, table, tag

Page = Mapping[str, Any]
PICTURES = 12  # leaks that are drawn
STATES = {"causal": ("passed", "causal"), "leaks": ("failed", "looks ahead"), "unproven": ("paused", "not proven")}
PICTURE = (
    "The column with all bars, as a backtest sees it, and each value as it was known at the close of its own bar, as a bot that "
    "trades would. Where the two part, the column looks ahead. A value that was not there is left out."
)
COLUMNS = (
    "block",
    "column",
    "cuts",
    "held something at the cut",
    "values compared",
    "not empty",
    "known after",
    "settled after",
    "verdict",
)


def report(proofs: Sequence[Proof], page: Page) -> str:
    """The whole page as HTML text. Equal audits give equal text. Raises RunnerError without plotly's script."""
    body = tag("body", top(page), tag("main", *sections(proofs, page)), foot(page), *scripts())
    return f'<!DOCTYPE html>\n<html lang="en">{head(f"{page['strategy']}: {page['line']}")}{body}</html>\n'


def top(page: Page) -> Markup:
    """Who, the verdict, the sentence, and the figures one looks for first."""
    toggle = tag("button", "◐", type="button", id="theme", aria_label="light or dark", title="light or dark", hidden=True)
    look, word = STATES[page["verdict"]]
    return tag(
        "header",
        tag("div", tag("p", f"audit of {page['strategy']}", class_="who"), toggle, class_="bar"),
        tag("h1", tag("span", word, class_=f"state {look}")),
        tag("p", page["line"], class_="why"),
        tiles(page["strategies"]),
    )


def tiles(found: Sequence[Page]) -> Markup:
    """Figures of all strategies together."""
    held = sum(each["filled_share"] * each["values"] for each in found)
    compared = sum(each["values"] for each in found)
    shown = [
        ("columns × cuts", f"{sum(each['compared'] for each in found):,}"),
        ("cut histories", f"{sum(each['cuts'] for each in found):,}"),
        ("values compared", f"{compared:,}"),
        ("of them not empty", f"{held / compared:.1%}" if compared else "–"),
        ("bars", f"{sum(each['bars'] for each in found):,}"),
        ("signals", f"{sum(each['signals'] for each in found):,}"),
        ("cuts at a signal", f"{sum(each['spoken'] for each in found):,}"),
        ("leaking columns", f"{sum(len(each['leaks']) for each in found):,}"),
    ]
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", text)) for name, text in shown), class_="tiles")


def sections(proofs: Sequence[Proof], page: Page) -> Iterator[Markup]:
    """Leaks, blocks, columns and notes, strategy by strategy."""
    for number, (proof, found) in enumerate(zip(proofs, page["strategies"], strict=True)):
        of = f" of {found['strategy']}" if len(proofs) > 1 else ""
        if proof.leaks:
            yield section(f"Where it looks ahead{of}", *leaks(proof, number))
        yield section(f"Blocks{of}", tag("p", kinds(found), class_="quiet"), blocks(found))
        yield section(f"Columns{of}", columns(found), tag("p", NEEDED, class_="quiet"))
        if found["notes"]:
            yield section(f"Mind{of}", tag("ul", *(tag("li", each) for each in found["notes"])))


NEEDED = (
    "Known after: bars of history before the first value. Settled after: bars before the last value that a longer history would change, "
    "within a millionth; never: it depends on where history begins."
)


def kinds(found: Page) -> str:
    """Where history was cut."""
    cuts = ", ".join(f"{WHY[kind]} {count}" for kind, count in found["kinds"].items())
    return f"Cut {found['cuts']:,} times by close time: {cuts}." if cuts else "Nothing was cut."


WHY = {
    "signal": "at signals",
    "column": "where a column that seldom says something does",
    "boundary": "at the ends of days, weeks and higher timeframes",
    "gap": "at gaps",
    "first": "at the first bars",
    "known": "where a column begins",
    "neighbour": "at neighbouring bars",
    "random": "at random",
    "inside a bar": "inside a bar, where a finer one closes",
}


def leaks(proof: Proof, number: int) -> Iterator[Markup]:
    """A sentence and a picture for each of the first leaks, those of the innermost blocks first."""
    for order, column in enumerate(roots(proof)):
        said = tag("p", where(column))
        drawn = column.leak.picture if column.leak is not None and order < PICTURES else None
        yield said if drawn is None else join([said, place(f"leak-{number}-{order}", drawing(column, drawn), PICTURE)])


def drawing(column: Column, picture: Picture) -> Figure:
    """Both lines, and a mark at the first bar that leaks."""
    whole = trace("with all bars", picture, picture.whole, {"line": line(BLUE, width=2, shape="hv"), "marker": {"size": 5, "color": BLUE}})
    live = trace(
        "known at the bar's close",
        picture,
        picture.live,
        {"line": line(VERMILION, "dot", 2, "hv"), "marker": {"size": 7, "color": VERMILION}},
    )
    leak = column.leak
    marks = (
        [] if leak is None else [{"type": "line", "xref": "x", "yref": "paper", "x0": leak.close_ms, "x1": leak.close_ms, "y0": 0, "y1": 1}]
    )
    title = {"text": f"{column.path} {column.name}", "font": {"size": 11}}
    return figure(
        [whole, live],
        240,
        yaxis=values(title=title),
        shapes=[each | {"line": {"width": 1, "dash": "dot", "color": VERMILION}} for each in marks],
    )


def trace(name: str, picture: Picture, numbers: Any, look: dict[str, Any]) -> dict[str, Any]:
    """One line through the values that are there."""
    there = np.isfinite(numbers)
    shown = {"type": "scatter", "mode": "lines+markers", "name": name, "x": times(picture.close_time[there]), "y": array(numbers[there])}
    return shown | look | {"hovertemplate": f"{name}<br>%{{x|%Y-%m-%d %H:%M}}<br>%{{y}}<extra></extra>"}


def blocks(found: Page) -> Markup:
    """A row for each block."""
    rows = [
        (
            each["path"],
            each["block"] or "what the machine gets",
            f"{each['columns']:,}",
            f"{each['compared']:,}",
            share(each["filled_share"]),
            bars(each["known"]),
            settled(each),
            each["verdict"],
        )
        for each in found["blocks"]
    ]
    return table(["place", "block", "columns", "columns × cuts", "not empty", "known after", "settled after", "verdict"], rows, words=2)


def columns(found: Page) -> Markup:
    """A row for each column."""
    rows = [
        (
            each["path"],
            each["column"],
            f"{each['cuts']:,}",
            f"{each['at_the_edge']:,}",
            f"{each['values']:,}",
            share(each["filled_share"]),
            bars(each["known"]),
            settled(each),
            each["verdict"],
        )
        for each in found["columns"]
    ]
    return table(COLUMNS, rows, words=2)


def share(value: float | None) -> str:
    """A share in percent."""
    return "–" if value is None else f"{value:.1%}"


def bars(count: int | None) -> str:
    """A number of bars."""
    return "–" if count is None else f"{count:,}"


def settled(each: Page) -> str:
    """After how many bars, or never."""
    return "never" if each["from_start"] else bars(each["settled"])


def foot(page: Page) -> Markup:
    """What wrote it."""
    return tag(
        "footer", tag("p", f"config {page['config_hash']}, version {__version__}. Times are UTC. Every figure is that of audit.json.")
    )
