"""The months of a run: what each brought, and each year's whole."""

from __future__ import annotations

import numpy as np

from runner.report.daily import trading_day
from runner.report.html.story import Story
from runner.report.html.tags import Markup, table, tag

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def months(story: Story) -> dict[tuple[int, int], float]:
    """Money by (year, month) between the last marks of the days, UTC; all of them add up to the run's change of equity."""
    day = trading_day(story.equity["time"][story.days], story.year).astype("datetime64[D]")
    month = day.astype("datetime64[M]").astype(np.int64)
    found, where = np.unique(month, return_inverse=True)
    sums = np.bincount(where, story.daily, len(found)) if len(found) else np.empty(0)
    return {(1970 + int(number) // 12, int(number) % 12 + 1): float(money) for number, money in zip(found, sums, strict=True)}


def monthly(story: Story) -> Markup:
    """A table of years and months, tinted by result; empty without a mark."""
    sums = months(story)
    if not sums:
        return tag("p", "No bar was walked, so there is no month to show.", class_="quiet")
    initial = story.outcome.book.initial
    most = max(abs(value) for value in sums.values()) or 1.0
    years = sorted({year for year, _ in sums})
    rows = [[str(year), *(cell(sums.get((year, month)), most) for month in range(1, 13)), *whole(sums, year, initial)] for year in years]
    return table(["year", *MONTHS, "year", "%"], rows, kind="months")


def cell(value: float | None, most: float) -> Markup:
    """One month: its money, tinted the stronger the larger it is; losses carry a minus as well as a colour."""
    if value is None:
        return tag("td")
    strength = round(100 * min(1.0, abs(value) / most) ** 0.7)
    kind = "zero" if abs(value) < 0.005 else "gain" if value > 0 else "loss"
    return tag("td", f"{value:,.2f}", class_=kind, style=f"--k:{strength}%")


def whole(sums: dict[tuple[int, int], float], year: int, initial: float) -> tuple[Markup, Markup]:
    """A year's money and its share of the initial balance."""
    money = sum(value for (each, _), value in sums.items() if each == year)
    return tag("td", f"{money:,.2f}", class_="sum"), tag("td", f"{money / initial:+.2%}", class_="sum")
