"""challenge.html put together: the sentence to repeat first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from runner import __version__
from runner.odds.results import Challenge
from runner.report.figures import minute
from runner.report.html.encode import Figure
from runner.report.html.odds import beside, colours, fan, risk, tables
from runner.report.html.odds.days import days
from runner.report.html.odds.starts import starts
from runner.report.html.page import asset, head, place, scripts, section
from runner.report.html.tags import Markup, join, tag


def page(challenge: Challenge) -> str:
    """The whole page as HTML text. Equal results give equal text. Raises RunnerError without plotly's script."""
    title = f"{challenge.strategy} on {challenge.account}: {challenge.line}"
    body = tag("body", top(challenge), tag("main", *sections(challenge)), foot(), *scripts())
    return f'<!DOCTYPE html>\n<html lang="en">{head(title, asset("odds/page.css"))}{body}</html>\n'


def top(challenge: Challenge) -> Markup:
    """Who, the line, what was started, and the figures one looks for first."""
    toggle = tag("button", "◐", type="button", id="theme", aria_label="light or dark", title="light or dark", hidden=True)
    return tag(
        "header",
        tag("div", tag("p", f"{challenge.strategy} on {challenge.account}", class_="who"), toggle, class_="bar"),
        tag("h1", challenge.line),
        tag("p", scope(challenge), class_="quiet"),
        tag("p", STOPPED.format(len(challenge.attempts), challenge.planned), class_="instead") if challenge.stopped else "",
        tiles(challenge),
    )


STOPPED = "Stopped early: {:,} of {:,} starts were run, and every figure is theirs."


def scope(challenge: Challenge) -> str:
    """The program, the money, the starts and their days."""
    began = challenge.attempts["start"]
    span = f", one on each day from {minute(int(began[0]))[:10]} to {minute(int(began[-1]))[:10]}" if len(began) else ""
    phases = " → ".join(challenge.phases[: challenge.goal + 1])
    program = " ".join(filter(None, [challenge.firm, challenge.program]))
    return f"{program} ({phases}), {challenge.size:,.0f} {challenge.currency}; {len(began):,} starts{span}"


def tiles(challenge: Challenge) -> Markup:
    """Eight figures."""
    found, value = challenge.shares, challenge.value
    drawn = challenge.histories
    shown = [
        ("pass", f"{challenge.odds.value:.1%}"),
        ("fail", f"{found.failed / found.starts:.1%}" if found.starts else "–"),
        ("unfinished", f"{found.unfinished / found.starts:.1%}" if found.starts else "–"),
        ("of the decided pass", f"{challenge.decided.value:.1%}" if challenge.decided.value == challenge.decided.value else "–"),
        ("median days to pass", f"{challenge.days.median:.0f}" if challenge.days.count else "–"),
        (f"an attempt costs, {challenge.currency}", "unknown" if value.cost is None else f"{value.cost:,.0f}"),
        (f"and is worth, {challenge.currency}", "unknown" if value.total is None else f"{value.total.value:+,.0f}"),
        ("pass in drawn histories", f"{drawn.odds.value:.1%}" if drawn is not None and drawn.drawn else "–"),
    ]
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", text)) for name, text in shown), class_="tiles")


def sections(challenge: Challenge) -> Iterator[Markup]:
    """Everything below the line, in the order one asks."""
    if not len(challenge.attempts):
        yield section("Nothing was started", tag("p", "No start was run, so there is nothing to tell.", class_="quiet"))
        return
    yield section("What became of every start", chart("starts", starts(challenge), STARTS), tables.endings(challenge))
    yield section("Equity since the start", *(fanned(challenge, phase) for phase in range(challenge.goal + 1)))
    passed = chart("days", days(challenge), DAYS) if challenge.shares.passed else tag("p", "No start passed.", class_="quiet")
    yield section("Days to pass", passed)
    yield section("How much to risk", *risked(challenge))
    yield section("What an attempt is worth", tables.worth(challenge), tables.inputs(challenge.value))
    yield section("Beside other figures", chart("beside", beside.beside(challenge), BESIDE), tables.published(challenge))
    yield section("Histories that might have been", *drawn(challenge))
    yield section("How close the starts came to each rule", tables.approaches(challenge))
    yield section("Mind", tag("ul", *(tag("li", line) for line in [*challenge.warnings, *ALWAYS])))


STARTS = (
    "One start on each day. Above, how many days it took to its end; below, every start equally tall. The last starts have little "
    "time left, so more of them stay unfinished."
)
FAN = (
    "Equity at the end of each day, of {} starts spread over the data. An account that ended stays where it ended; "
    "the strip below tells how many are still open."
)
DAYS = "Calendar days from the start until the last phase was passed, of the starts that passed."
BESIDE = (
    "Marks with lines have a 95 % interval. A strategy without an edge cannot pass more often than the black mark; published rates are of "
    "people who retry, size as they like and often give up, so they bound a simulation and do not calibrate it."
)
DRAWN = (
    "Each history is drawn from the real one in blocks of {:g} days on average, all symbols together and at the same time of day; "
    "starts are spread over it. The interval of the drawn odds holds for the chance of the drawing; what the past itself leaves open "
    "stays open."
)
ALWAYS = (
    "Starts on neighbouring days see nearly the same market; the intervals respect that, and are wide where little is known.",
    "Odds are of this strategy on these bars with these costs: what was tuned on the same bars passes more often here than tomorrow.",
)


def chart(name: str, drawn: Figure, caption: str) -> Markup:
    """A chart with its caption."""
    return place(name, drawn, caption)


def fanned(challenge: Challenge, phase: int) -> Markup:
    """One phase's fan under its name."""
    rows = challenge.paths[challenge.paths["phase"] == phase]
    name = challenge.phases[phase]
    if not len(rows):
        return join([tag("h3", name), tag("p", "No start came to this phase.", class_="quiet")])
    accounts = len(set(rows["start"].tolist()))
    return join([tag("h3", f"{name}: days since it began"), place(f"fan-{phase}", fan.fan(challenge, phase), FAN.format(f"{accounts:,}"))])


def risked(challenge: Challenge) -> Iterator[Markup]:
    """The curve as two pictures side by side, a sentence, and its numbers."""
    curve = challenge.curve
    if curve is None or not curve.points:
        yield tag("p", "No curve was asked for: mode.risks.", class_="quiet")
        return
    said = advice(challenge)
    if said:
        yield tag("p", said, class_="instead")
    priced = any(point.value for point in curve.points)
    pictures = [
        place("endings", risk.endings(curve, colours.causes(challenge)), ENDINGS),
        place("worth", risk.worth(curve, challenge.currency), WORTH if priced else UNPRICED),
    ]
    yield tag("div", *pictures, class_="grid")
    yield tables.sizes(challenge)
    yield tag(
        "p", f"Of {curve.starts:,} starts at each size.{' Stopped before every size was run.' if curve.stopped else ''}", class_="quiet"
    )


ENDINGS = "How the starts end at each risk per trade; together they are all starts."
UNPRICED = (
    "What an attempt brings at each risk per trade is not known, for the reasons below; the share of accounts lost before a payout is."
)
WORTH = (
    "What an attempt brings on average after its price at each risk per trade, and the share of accounts lost before their first payout."
)


def advice(challenge: Challenge) -> str:
    """Which sizes do best."""
    curve = challenge.curve
    if curve is None:
        return ""
    words = []
    if curve.best_odds is not None:
        best = curve.points[curve.best_odds]
        words.append(f"The odds are best at {risk.size(best, curve.unit)}: {best.odds.value:.0%} pass")
    most = curve.points[curve.best_value] if curve.best_value is not None else None
    if most is not None and most.value is not None:
        worth, at = f"{most.value.value:+,.0f} {challenge.currency}", risk.size(most, curve.unit)
        words.append(
            f"an attempt is worth most at {at}: {worth}"
            if most.value.value > 0
            else f"at no size is it worth its price, least is lost at {at}: {worth}"
        )
    return f"{'; '.join(words)}." if words else ""


def drawn(challenge: Challenge) -> Iterator[Markup]:
    """What the drawn histories say."""
    found = challenge.histories
    if found is None or not found.drawn:
        yield tag("p", "No histories were drawn: mode.histories=200 draws them.", class_="quiet")
        return
    yield tag("p", DRAWN.format(found.block_days), class_="quiet")
    yield chart("histories", beside.drawn(found, challenge.odds.value), "")
    yield tables.histories(challenge, found)
    stopped = [f"Stopped early: {found.drawn} of {found.planned} histories were drawn."] if found.stopped else []
    yield tag("ul", *(tag("li", line) for line in [*stopped, *found.notes]))


def foot() -> Markup:
    """What wrote it."""
    return tag("footer", tag("p", f"version {__version__}. Times are UTC. Every figure is that of challenge.json."))
