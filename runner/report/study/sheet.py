"""The page of a study, put together as every page of the house: the sentence first, then figures, pictures, tables, what to mind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runner import __version__
from runner.report.html.page import asset, head, scripts, section
from runner.report.html.tags import Markup, tag
from runner.report.study.about import About


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands on the page. line: the one plain sentence. tiles: up to eight figures with their names. sections: made by `section`."""

    about: About
    line: str
    tiles: Sequence[tuple[str, str]]
    sections: Iterable[Markup]


def html(sheet: Sheet) -> str:
    """The whole page as HTML text. Equal findings give equal text. Raises RunnerError without plotly's script."""
    mind = section("Mind", tag("ul", *(tag("li", line) for line in sheet.about.warnings)))
    body = tag("body", top(sheet), tag("main", *sheet.sections, mind), foot(sheet.about), *scripts())
    return f'<!DOCTYPE html>\n<html lang="en">{head(f"{sheet.about.who}: {sheet.line}", asset("odds/page.css"))}{body}</html>\n'


def top(sheet: Sheet) -> Markup:
    """Who, the sentence, what was looked at, and the figures one looks for first."""
    toggle = tag("button", "◐", type="button", id="theme", aria_label="light or dark", title="light or dark", hidden=True)
    return tag(
        "header",
        tag("div", tag("p", sheet.about.who, class_="who"), toggle, class_="bar"),
        tag("h1", sheet.line),
        tag("p", sheet.about.scope, class_="quiet"),
        tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in sheet.tiles), class_="tiles"),
    )


def foot(about: About) -> Markup:
    """The identity of the study."""
    return tag(
        "footer", tag("p", f"config {about.config_hash}, version {__version__}. Times are UTC. Every figure is that of {about.mode}.json.")
    )
