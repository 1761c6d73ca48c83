"""The page's tables as real HTML: endings, approaches, inputs, published rates."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from runner.model.rules import Code
from runner.odds.results import Challenge, Histories, Interval, Point, Value
from runner.report.figures import minute
from runner.report.html.look import DARK
from runner.report.html.odds.colours import FAILURES, OTHER, PASSED, UNFINISHED, causes, key
from runner.report.html.odds.risk import size
from runner.report.html.tags import Markup, join, table, tag
from runner.report.sentences import amount, shown
from runner.report.words import COUNT, DURATION, FRACTION, MONEY, UNITS, short

ADDRESS = re.compile(r"https://[^\s,;)]+")


def share(value: float) -> str:
    """A share as people read it."""
    return f"{value:.1%}"


def interval(found: Interval, form: str = "{:.1%}") -> str:
    """A figure with its interval; the figure alone where nothing more is known."""
    if not np.isfinite(found.value):
        return "–"
    known = np.isfinite(found.low) and np.isfinite(found.high)
    return form.format(found.value) + (f" ({form.format(found.low)} to {form.format(found.high)})" if known else "")


def endings(challenge: Challenge) -> Markup:
    """How the starts ended: passed, each cause, unfinished; together all of them."""
    named = causes(challenge)
    colour = dict(zip(named, FAILURES, strict=False))
    found = challenge.shares
    rows: list[Sequence[object]] = [ending("passed", PASSED, found.passed, found.starts)]
    rows += [
        ending(f"failed: {cause.label}", colour.get(key(cause), OTHER), cause.count, found.starts, cause.ambiguous)
        for cause in found.causes
    ]
    rows.append(ending("unfinished: the data ended first", UNFINISHED, found.unfinished, found.starts))
    rows.append((tag("td", "all starts", class_="w sum"), tag("td", f"{found.starts:,}", class_="sum"), tag("td", "100.0%", class_="sum")))
    return table(["ending", "starts", "share"], rows, kind="slim")


def ending(name: str, colour: str, count: int, starts: int, ambiguous: int = 0) -> list[object]:
    """One ending with its colour."""
    doubt = tag("span", f" {ambiguous} by the order of prices inside a bar", class_="share") if ambiguous else ""
    mark = tag("i", class_="key", style=f"--light:{colour};--dark:{DARK[colour]}")
    return [tag("td", mark, name, doubt, class_="w"), f"{count:,}", share(count / starts if starts else 0.0)]


def approaches(challenge: Challenge) -> Markup:
    """How close all starts came to each rule."""
    rows = []
    for each in challenge.approaches:
        unit = UNITS.get(Code(each.code), MONEY)
        rows.append(
            (
                short(each.key),
                *(shown(value, unit) for value in (each.closest, each.median)),
                share(each.touched),
                minute(each.closest_start)[:10],
            )
        )
    if not rows:
        return tag("p", "No rule of the firm was measured.", class_="quiet")
    return table(["rule", "left at the closest", "left in the middle start", "broken by", "closest start (UTC)"], rows)


def sizes(challenge: Challenge) -> Markup:
    """The risk curve in numbers."""
    curve = challenge.curve
    if curve is None:
        return Markup()
    rows = [
        (
            tag("td", size(point, curve.unit), tag("span", " yours", class_="share") if point.own else "", class_="w"),
            interval(point.odds),
            share(point.shares.unfinished / point.shares.starts),
            days(point),
            interval(point.value, "{:+,.0f}") if point.value else "unknown",
            interval(point.ruin),
        )
        for point in curve.points
    ]
    return table([RISK[curve.unit], "pass", "unfinished", "median days", f"worth, {challenge.currency}", "lost before a payout"], rows)


RISK = {"risk": "risk per trade", "size": "size"}


def days(point: Point) -> str:
    """The median days of those that passed."""
    return f"{point.days.median:.0f}" if point.days.count else "–"


def worth(challenge: Challenge) -> Markup:
    """What an attempt is worth, part by part."""
    found = challenge.value
    rows = [
        ("received from payouts, the trader's share", part(found.received)),
        ("refund of the price", part(found.refund)),
        ("price and fees", part(None if found.cost is None else -found.cost)),
        (
            tag("td", "worth of an attempt on average", class_="w sum"),
            tag("td", interval(found.total, "{:+,.2f}") if found.total else "unknown", class_="sum"),
        ),
    ]
    said = [tag("p", f"Unknown because nobody says: {', '.join(found.missing)}.", class_="instead")] if found.missing else []
    said += [tag("p", f"Left out, for nobody says it: {', '.join(found.without)}.", class_="quiet")] if found.without else []
    reached = f"{found.reached_payout:.1%} of the starts reach a payout."
    return join([table(["", challenge.currency], rows, kind="slim"), *said, tag("p", reached, class_="quiet")])


def part(value: float | None) -> str:
    """An amount with its sign; unknown where there is none."""
    return "unknown" if value is None else f"{value:+,.2f}"


def inputs(value: Value) -> Markup:
    """Every number the value rests on, and where it is from."""
    rows = []
    for each in value.inputs:
        said = tag("td", figure(each.value, each.unit)) if each.value is not None else tag("td", "missing", class_="flag")
        rows.append((each.name, said, tag("td", linked("; ".join(filter(None, [each.missing, each.source]))), class_="w source")))
    return table(["input", "value", "source"], rows, kind="inputs")


def figure(value: float, unit: str) -> str:
    """A number in its own unit."""
    if unit == FRACTION:
        return f"{value:.4g}" if abs(value) > 1 else f"{100 * value:.4g} %"
    return f"{value:g}" if unit == COUNT else shown(value, unit) if unit == DURATION else f"{amount(value)} {unit}".rstrip()


def published(challenge: Challenge) -> Markup:
    """The ceilings phase by phase, and what others published."""
    ceiling = challenge.ceiling
    rows: list[Sequence[object]] = [
        ("most without an edge", share(each), tag("td", how, class_="w"), "")
        for each, how in zip(ceiling.phases, ceiling.how, strict=False)
        if np.isfinite(each)
    ]
    rows += [
        (f"{each.who}: {each.what}", share(each.share), tag("td", linked(each.source), class_="w source"), each.weight)
        for each in challenge.published
    ]
    return table(["figure", "share", "how, or where it was read", "weight"], rows, kind="inputs")


def linked(text: str) -> Markup:
    """Text in which addresses can be followed; nothing is asked of them before."""
    parts, at = [], 0
    for found in ADDRESS.finditer(text):
        parts += [text[at : found.start()], tag("a", found[0].removeprefix("https://"), href=found[0], rel="noreferrer")]
        at = found.end()
    return join([*parts, text[at:]])


def histories(challenge: Challenge, drawn: Histories) -> Markup:
    """The odds of drawn histories beside those of the one that happened."""
    rows = [
        ("pass", interval(challenge.odds), interval(drawn.odds)),
        ("pass of those decided", interval(challenge.decided), interval(drawn.decided)),
        ("unfinished", *(share(each.unfinished / each.starts if each.starts else 0.0) for each in (challenge.shares, drawn.shares))),
        ("median days to pass", *(f"{each.median:.0f}" if each.count else "–" for each in (challenge.days, drawn.days))),
        ("of half of the histories pass", "–", f"{share(drawn.spread.lower)} to {share(drawn.spread.upper)}"),
    ]
    return table(["share of the starts", "the one that happened", f"{drawn.drawn} drawn"], rows, kind="slim")
