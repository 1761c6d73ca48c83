"""The months of a run: what each brought in money and as a return, and each year's whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.report.html.tags import Markup, join, table, tag

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FORMS = {"profit": "{:,.2f}", "return": "{:+.2%}"}
NOTHING = 0.005  # less is no money


def monthly(page: Mapping[str, Any]) -> Markup:
    """Two tables of years and months, tinted by result: money and returns; a sentence without a mark."""
    found = page["analysis"]
    if not found["months"]:
        return tag("p", "No bar was walked, so there is no month to show.", class_="quiet")
    returns = tag("p", "The same as returns on what each month began with, UTC months.", class_="quiet")
    return join([grid(found, "profit"), returns, grid(found, "return")])


def grid(found: Mapping[str, Any], key: str) -> Markup:
    """One table: a row for each year, its months, its whole."""
    of_month = {each["month"]: each for each in found["months"]}
    most = max(abs(each["profit"]) for each in found["months"]) or 1.0
    rows = [
        [year["year"], *(cell(of_month.get(f"{year['year']}-{month:02d}"), key, most) for month in range(1, 13)), whole(year, key)]
        for year in found["years"]
    ]
    return table(["year", *MONTHS, "year"], rows, kind="months")


def cell(month: Mapping[str, Any] | None, key: str, most: float) -> Markup:
    """One month, tinted the stronger the more it won or lost; losses carry a minus as well as a colour."""
    if month is None:
        return tag("td")
    won = month["profit"]
    strength = round(100 * min(1.0, abs(won) / most) ** 0.7)
    kind = "zero" if abs(won) < NOTHING else "gain" if won > 0 else "loss"
    return tag("td", said(month, key), class_=kind, style=f"--k:{strength}%")


def whole(year: Mapping[str, Any], key: str) -> Markup:
    """A year's whole."""
    return tag("td", said(year, key), class_="sum")


def said(row: Mapping[str, Any], key: str) -> str:
    """The figure of a month or a year."""
    return FORMS[key].format(row[key])
