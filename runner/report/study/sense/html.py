"""sensitivity.html: the sentence, every case as a bar, every case as a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.report.html.page import place, section
from runner.report.html.tags import Markup, table, tag
from runner.report.study.about import About, day
from runner.report.study.say import NOT_MEASURED, plain, signed
from runner.report.study.sense.charts import NAMES, tornado
from runner.report.study.sense.line import crossing, even, line
from runner.report.study.sense.page import objective
from runner.report.study.sheet import Sheet
from runner.report.study.sheet import html as page
from runner.study.sensitivity import Sensitivity, Standing

MANY = 30


def html(about: About, found: Sequence[Sensitivity]) -> str:
    """The whole page; `found` begins with the best trial."""
    first = found[0]
    return page(Sheet(about=about, line=line(first, about.currency), tiles=tiles(about, first), sections=sections(about, found)))


def tiles(about: About, found: Sensitivity) -> list[tuple[str, str]]:
    """Eight figures."""
    dearest, slowest = found.fees[-1], found.slippage[-1]
    return [
        ("verdict as it is", NAMES[found.base.fate]),
        (f"a year, {about.currency}", signed(found.base.pace)),
        ("break-even, fees", crossing(found.fees_gone, "× {:.2g}", "beyond × {:g}") or NOT_MEASURED),
        ("break-even, slippage", crossing(found.slippage_gone, "{:.2g} bps", "beyond {:g} bps") or NOT_MEASURED),
        (dearest.case.label, NAMES[dearest.fate]),
        (slowest.case.label, NAMES[slowest.fate]),
        ("signals late", NAMES[found.delay[-1].fate]),
        ("all together", NAMES[found.worst.fate]),
    ]


def sections(about: About, found: Sequence[Sensitivity]) -> Iterator[Markup]:
    """Everything below the sentence."""
    first = found[0]
    pictures = (
        tag(
            "div",
            tag("h3", f"net profit a year, {about.currency}"),
            place("profit", tornado(first, lambda one: round(one.pace, 8), "+,.0f")),
        ),
        tag("div", tag("h3", about.objective), place("objective", tornado(first, lambda one: objective(one, about), "+.3~g"))),
    )
    which = tag("p", f"Of {len(found)} trials this is the best as it is: {about.labels[0]}.", class_="quiet") if len(found) > 1 else ""
    more = (tag("p", f"{text[0].upper()}{text[1:]}.", class_="why") for text in even(first))
    yield section("What each change does", which, *more, tag("div", *pictures, class_="grid"), tag("p", BARS, class_="quiet"))
    yield section("Every case", cases(about, first), tag("p", CASES, class_="quiet"))
    if len(found) > 1:
        yield section("Every trial", trials(about, found))


BARS = (
    "Each bar reaches from what it is now (dotted) to what it becomes; green passes or is kept, orange is undecided when the bars end, "
    "red fails. The last bar is the dearest fees, the most slippage and the delay at once."
)

CASES = (
    "Verdict, rule and day are those of one account bought on the first day; all other figures are of the accounts bought one after "
    "another, of which so many passed and failed."
)


def cases(about: About, found: Sensitivity) -> Markup:
    """One row for each case."""
    head = ("case", "verdict", "rule", "on", about.objective, "a year", "trades", "passed", "failed")
    return table(head, [row(about, each) for each in found.cases], words=4)


def row(about: About, one: Standing) -> tuple[object, ...]:
    """One case."""
    value = objective(one, about)
    cell = tag("td", signed(one.pace), class_="gain" if one.pace > 0 else "loss" if one.pace < 0 else None)
    when = day(one.ended) if one.ended else NOT_MEASURED
    measured = NOT_MEASURED if value is None else plain(value)
    return (
        one.case.label,
        NAMES[one.fate],
        one.rule or NOT_MEASURED,
        when,
        measured,
        cell,
        f"{one.result.page.get('trades', 0):,}",
        one.passed,
        one.failed,
    )


def trials(about: About, found: Sequence[Sensitivity]) -> Markup:
    """The trials by their objective as it is, and what is left of them at the worst."""
    rows = [
        (label, NAMES[one.base.fate], signed(one.base.pace), NAMES[one.worst.fate], signed(one.worst.pace))
        for label, one in list(zip(about.labels, found, strict=True))[:MANY]
    ]
    left = len(found) - len(rows)
    head = ("trial", "as it is", "a year", "all together", "a year then")
    return table(head, rows, words=2, caption=f"{left:,} more are in cases.csv" if left > 0 else "")
