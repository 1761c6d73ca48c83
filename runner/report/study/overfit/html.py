"""overfit.html: the sentence, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from runner.report.html.page import place, section
from runner.report.html.tags import Markup, join, table, tag
from runner.report.study import sheet
from runner.report.study.about import parameters, short
from runner.report.study.overfit import charts
from runner.report.study.overfit.found import Overfitted, Try
from runner.report.study.overfit.sentence import percent
from runner.report.study.say import signed

MOST_TRIES = 200
Page = Mapping[str, Any]


def html(found: Overfitted, page: Page) -> str:
    """The whole page as HTML text; equal results give equal text. Raises RunnerError without plotly's script."""
    return sheet.html(sheet.Sheet(about=found.about, line=page["line"], tiles=tiles(found), sections=sections(found, page)))


def tiles(found: Overfitted) -> list[tuple[str, str]]:
    """What one looks for first."""
    made, ratio = found.overfit, found.deflated
    return [
        ("overfitting", percent(made.probability)),
        ("more than luck", percent(ratio.probability)),
        ("best Sharpe ratio", f"{found.yearly(ratio.found.sharpe):.2f}"),
        ("of worthless tries", f"{found.yearly(ratio.expected):.2f}"),
        ("lost out of sample", percent(made.loss)),
        ("tries counted", f"{ratio.counted:,}"),
        ("in sample", f"{found.shown(float(np.median(made.inside))):.2f}"),
        ("out of sample", f"{found.shown(float(np.median(made.outside))):.2f}"),
    ]


def sections(found: Overfitted, page: Page) -> Iterator[Markup]:
    """Everything below the sentence, in the order one asks."""
    yield section("Does the best one stay good?", place("logits", charts.logits(found), LOGITS))
    yield section("What it promised and what it kept", place("degradation", charts.degradation(found), DEGRADATION), kept(page))
    yield section("Is choosing better than not choosing?", place("dominance", charts.dominance(found), DOMINANCE), chosen(page))
    yield section("The tries beside luck", place("ratios", charts.ratios(found), RATIOS))
    yield section("How many tries are reckoned with", place("against", charts.against(found), AGAINST), luck(page))
    yield section("Every try", every(found))


LOGITS = (
    "The days are cut into blocks; each way to take half of them is a split. The try that did best on that half is looked up on the other "
    "one. Left of 0 it fell below the middle of all tries there: the share of these splits is the probability of overfitting. Choosing "
    "among worthless tries gives about 50 %."
)
DEGRADATION = (
    "One point for each split (of very many an even sample). On the dotted line nothing would be lost. Part of a fall from left to right "
    "is arithmetic: a try's best days are on one side or on the other."
)
DOMINANCE = (
    "Out of sample, the share of the splits in which no more than this was reached. Where choosing helps, the solid line runs to the "
    "right of the dashed one."
)
RATIOS = "Over all days. With enough tries even worthless ones reach the dashed line by luck alone."
AGAINST = (
    "How sure one can be that the best try's true Sharpe ratio is above 0, by the number of tries it was chosen from: the more were made, "
    "the less a good result says. Above the dashed line, 95 %, luck is ruled out as far as statistics can. Tries made before this study "
    "count as well: mode.tried=100."
)


def kept(page: Page) -> Markup:
    """The line in words."""
    made = page["overfitting"]
    promised = f"The middle one of the splits promised {made['inside']:.2f} in sample and kept {made['outside']:.2f} out of sample"
    slope = made["degradation"]["slope"]
    more = f"each 1.00 more in sample came with {slope:+.2f} out of sample (R² {made['degradation']['r2']:.2f})"
    return tag("p", f"{promised}; {more}. It lost in {percent(made['loss'])} of the splits.", class_="instead")


def chosen(page: Page) -> Markup:
    """Dominance in words."""
    found = page["overfitting"]["dominance"]
    if found["first_order"]:
        said = "Choosing beats not choosing at every level (first-order stochastic dominance)."
    elif found["second_order"]:
        said = "For whoever shuns risk choosing beats not choosing (second-order stochastic dominance), though not at every level."
    else:
        said = "Choosing the best in sample does not dominate taking any try at random."
    return tag("p", said, class_="instead")


def luck(page: Page) -> Markup:
    """The parts of the deflated ratio."""
    made, tries = page["deflated"], page["tries"]
    needed = made["days_needed"]
    rows = [
        ("Sharpe ratio a year of the best try", f"{page['best']['sharpe']:.2f}"),
        (f"expected of the best of {tries['counted']} worthless tries", f"{made['expected_maximum']:.2f}"),
        ("spread of the tries' ratios", f"{made['spread']:.2f}"),
        ("deflated: sure to be more than luck", f"{made['probability']:.1%}"),
        ("had it been the only try", f"{made['without_choice']:.1%}"),
        ("p-value, after Bonferroni", f"{made['p_value']:.3f}, {made['adjusted_p_value']:.3f}"),
        ("haircut of the ratio for the tries", f"{made['haircut']:.0%}"),
        (
            "days such a record would need",
            "no number is enough" if needed is None else f"{needed:,.0f} (there are {page['days_compared']:,})",
        ),
        ("skew, kurtosis of its days", f"{page['best']['skew']:.2f}, {page['best']['kurtosis']:.2f}"),
        ("average correlation of the tries", f"{tries['average_correlation']:.2f}"),
        ("independent tries that would be worth", f"{tries['independent']:.1f} (deflated with so many: {made['if_independent']:.1%})"),
    ]
    return table(["", ""], rows, kind="slim")


def every(found: Overfitted) -> Markup:
    """A table of the tries, the best first; those left out come last, with the reason."""
    order = sorted(found.tries, key=lambda each: (each.column is None, -each.sharpe if each.column is not None else 0.0, each.number))
    keys = parameters(found.about.values)
    head = ["try", *short(list(keys)).values(), f"profit, {found.about.currency}", "Sharpe", "trades", "best in sample"]
    rows = [row(found, each, list(keys)) for each in order[:MOST_TRIES]]
    rest = f"The first {MOST_TRIES} of {len(order):,}; trials.csv has all." if len(order) > MOST_TRIES else ""
    return join([tag("div", table(head, rows), class_="tall"), tag("p", rest, class_="quiet") if rest else ""])


def row(found: Overfitted, each: Try, keys: list[str]) -> list[object]:
    """One try."""
    values = found.about.values[each.number - 1]
    named = [str(each.number), *(str(values.get(key, "–")) for key in keys), signed(each.profit)]
    last = each.why if each.column is None else percent(found.chosen(each))
    return [*named, f"{each.sharpe:.2f}" if each.trades else "–", f"{each.trades:,}", last]
