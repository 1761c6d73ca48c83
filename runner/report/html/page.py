"""report.html put together: the verdict first, then the evidence, every chart packed beside the tables it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from runner.model.bot import Bot
from runner.model.records import Outcome
from runner.model.rules import State
from runner.model.stream import Stream
from runner.report.html import analysis, tables
from runner.report.html.charts.benchmark import benchmark
from runner.report.html.charts.daily import daily
from runner.report.html.charts.drawdown import drawdown
from runner.report.html.charts.equity import equity
from runner.report.html.charts.excursions import TITLES, excursions
from runner.report.html.charts.groups import groups, kinds
from runner.report.html.charts.headroom import headroom
from runner.report.html.charts.prices import facts, packable, packed_candles, prices
from runner.report.html.charts.rolling import rolling_win_rate
from runner.report.html.charts.spread import spread
from runner.report.html.encode import Figure, as_json, packed, packed_json
from runner.report.html.engine import engine
from runner.report.html.look import DARK
from runner.report.html.monthly import monthly
from runner.report.html.story import Story
from runner.report.html.tags import Markup, join, tag
from runner.report.html.what_if import what_if
from runner.report.sentences import amount, at, grounds, headline
from runner.report.shown import figure

NO_NETWORK = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"


def report(bot: Bot, outcome: Outcome, streams: Sequence[Stream], page: dict[str, Any]) -> str:
    """The whole page as HTML text; `page` is the summary. Equal runs give equal text. Raises RunnerError without plotly's script."""
    story = Story(bot=bot, outcome=outcome, streams=streams, page=page)
    body = tag("body", top(story), tag("main", *sections(story)), foot(story), *scripts())
    return f'<!DOCTYPE html>\n<html lang="en">{head(headline(story.page))}{body}</html>\n'


def head(title: str, style: str = "") -> Markup:
    """Title, look (with more of it where a page needs that), and a policy that lets nothing out."""
    meta = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", http_equiv="Content-Security-Policy", content=NO_NETWORK),
    ]
    return tag("head", *meta, tag("title", title), tag("style", Markup(asset("page.css") + style)))


@cache
def asset(name: str) -> str:
    """A file of the package."""
    return files("runner.report.html").joinpath(name).read_text(encoding="utf-8")


def top(story: Story) -> Markup:
    """The verdict, why, and the figures one looks for first."""
    state = story.page["verdict"]["state"]
    why, *rest = grounds(story.page)
    instead = what_if(story.bot, story.outcome, story.streams)
    toggle = tag("button", "◐", type="button", id="theme", aria_label="light or dark", title="light or dark", hidden=True)
    return tag(
        "header",
        tag("div", tag("p", f"{story.page['strategy']} on {story.page['account']}", class_="who"), toggle, class_="bar"),
        tag("h1", tag("span", WORDS.get(state, state.upper()), class_=f"state {state}"), " ", tag("span", verdict_words(story))),
        tag("p", why, class_="why"),
        *(tag("p", line, class_="quiet") for line in rest),
        tag("p", instead, class_="instead") if instead else "",
        tiles(story),
    )


WORDS = {each.name.lower(): each.name.replace("_", " ") for each in State}


def verdict_words(story: Story) -> str:
    """The phase and the moment: 'challenge, 2023-02-21 16:00 UTC'."""
    verdict = story.page["verdict"]
    when = f", {verdict['time'][:16].replace('T', ' ')} UTC" if verdict["time"] else ""
    return f"{verdict['phase'] or 'no phase'}{when}"


def tiles(story: Story) -> Markup:
    """Eight figures."""
    page = story.page
    last = page["phases"][-1] if page["phases"] else None
    nearest = story.floors[0] if story.floors else None
    shown = [
        (f"net profit, {story.currency}", f"{page['net_profit']:+,.2f}"),
        ("balance at the end", amount(last["balance"]) if last else "–"),
        ("trades", f"{page['trades']:,}"),
        ("win rate", figure(page, "win_rate", "{:.1%}")),
        ("profit factor", figure(page, "profit_factor", "{:.2f}")),
        ("deepest drawdown", figure(page, "worst_drawdown", "{:.2%}")),
        ("closest to a floor", amount(nearest.left) if nearest else "no floor"),
        ("days", figure(page, "days", "{:,}")),
    ]
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in shown), class_="tiles")


def sections(story: Story) -> Iterator[Markup]:
    """Everything below the verdict, in the order one asks."""
    yield section("Equity and its floors", chart(story, "equity", equity, FLOORS))
    if len(story.page["phases"]) > 1:
        yield section("Phases", tables.phases(story.page))
    if story.page["payouts"]:
        yield section("Payouts", tables.payouts(story.page))
    yield section(
        "How close each rule came", tables.rules(story), chart(story, "headroom", headroom, HEADROOM) if story.page["rules"] else ""
    )
    yield section("Each day", chart(story, "daily", daily, "Realised result of each trading day, by the account's own clock."))
    yield section("Drawdown", chart(story, "drawdown", drawdown, "Below the attempt's highest equity, extremes inside bars included."))
    for symbol in story.page["symbols"]:
        yield section(f"{symbol}", price_chart(story, symbol))
    yield section("Figures", tables.figures(story.page))
    yield section("Months", tag("p", f"Change of equity in {story.currency}, UTC months.", class_="quiet"), monthly(story.page))
    yield section("Week by week", weekly(story))
    yield section("Where the result comes from", where_from(story))
    yield section("How far trades went", *how_far(story))
    yield section("Rolling win rate", rolling(story))
    yield section("Bull, bear and sideways markets", tag("p", regime_words(story), class_="quiet"), analysis.regimes(story.page))
    yield section("Spread of the days", chart(story, "spread", spread, DAYS), analysis.days(story.page))
    yield section("Against buying and holding", analysis.holding(story.page), chart(story, "benchmark", benchmark, HOLDING))
    yield section("Refused plans", tables.refusals(story.page))
    yield section("Trades", tables.trades(story))
    yield section("Mind", tag("ul", *(tag("li", line) for line in story.page["warnings"])))


FLOORS = (
    "Equity at each close; the shade is its range inside the bars. Circles mark where it came closest to each floor. "
    "Buying and holding may leave the picture: a double click shows all of it."
)
HEADROOM = (
    "What was left of each limit over time: 100 % is untouched, 0 the limit; green strips are goals and fill up. "
    "Rules that only bound a single order are in the table alone. Lines are cut at −25 % and 125 %."
)
HOLDING = (
    "Equal parts of the initial balance in each symbol, bought at its first open and sold at its last close, with the account's fees, "
    "slippage and funding; no leverage, no rules. Drawdown is that of day ends."
)
DAYS = "Days by their change of equity, UTC; days on which it did not move are in the table alone."
WEEKS = (
    "ISO weeks by the close of their trades, UTC; drawdown is the deepest fall inside the week, a streak counts losers of the weeks before."
)
PRICES = (
    "Dotted lines are the stop as it moved, shades the zones signals spoke of. Hover or tap a mark for the reasons; "
    "drag to zoom in, double-click to zoom out. Trades are numbered as in the table."
)


def section(title: str, *content: object) -> Markup:
    """A heading and what belongs to it."""
    return tag("section", tag("h2", title), *content)


def chart(story: Story, name: str, make: Callable[[Story], Figure], caption: str) -> Markup:
    """A chart's place and its packed figure; nothing to draw is said in words."""
    if not len(story.equity):
        return tag("p", "No bar was walked, so there is nothing to draw.", class_="quiet")
    return place(name, make(story), caption)


def place(name: str, drawn: Figure, caption: str = "", **more: Any) -> Markup:
    """Where a chart will stand, as high as it will be, and its data."""
    height = drawn["layout"]["height"]
    canvas = tag("div", class_="canvas", style=f"height:{height}px")
    said = tag("figcaption", caption) if caption else ""
    data = tag("script", Markup(packed_json({"figure": drawn} | more)), type="text/plain", class_="pack")
    return tag("figure", canvas, said, data, class_="chart", id=f"chart-{name}")


def price_chart(story: Story, symbol: str) -> Markup:
    """One symbol's chart, its candles, and buttons that walk from trade to trade."""
    bars = packable(story, symbol)
    if len(bars) == 0:
        return tag("p", "There are no bars of this symbol in the range of the run.", class_="quiet")
    tick = next(stream.market.instrument.tick for stream in story.streams if stream.symbol == symbol)
    candles = tag("script", Markup(packed(packed_candles(bars, tick))), type="text/plain", class_="candles")
    drawn = prices(story, symbol)
    early = [("account", "the account's time")] if "range" in drawn["layout"]["xaxis"] else []
    trades = [("previous", "← previous trade"), ("next", "next trade →")] if symbol in tables.traded(story) else []
    steps = [("all", "whole range"), *early, *trades]
    walk = tag("p", *(tag("button", label, type="button", data_step=step) for step, label in steps), class_="walk", hidden=True)
    return join([walk, place(symbol, drawn, PRICES, candles=facts(bars, tick)), candles])


def weekly(story: Story) -> Markup:
    """The review of each week."""
    return join([analysis.weeks(story.page), tag("p", WEEKS, class_="quiet")])


def where_from(story: Story) -> Markup:
    """A small chart and a table for each grouping."""
    if not len(story.outcome.trades):
        return tag("p", "There was no trade to sort.", class_="quiet")
    made = (
        tag("div", tag("h3", title), place(f"by-{kind}", groups(rows, kind)), tag("div", analysis.group(rows), class_="short"))
        for kind, (title, rows) in kinds(story).items()
    )
    return tag("div", *made, class_="grid")


def how_far(story: Story) -> Iterator[Markup]:
    """Excursions: two clouds of trades and a table."""
    if not len(story.outcome.trades):
        yield tag("p", "There was no trade.", class_="quiet")
        return
    clouds = (tag("div", tag("h3", title), place(kind, excursions(story, kind))) for kind, title in TITLES.items())
    yield tag("div", *clouds, class_="grid")
    yield analysis.excursions(story.page)
    yield tag("p", FAR, class_="quiet")


FAR = (
    "The largest open loss and the largest open profit of each trade while it was open, net of what it had paid by then; "
    "on the dotted line a trade ended at its extreme. Circles won, crosses lost."
)


def rolling(story: Story) -> Markup:
    """The rate's line; too few trades are said in words."""
    found = story.page["analysis"]["rolling_win_rate"]
    if found["last"] is None:
        return tag("p", f"Fewer than {found['trades']} trades were closed.", class_="quiet")
    said = (
        f"Lowest {found['lowest']:.0%} ({at(found['lowest_at'])}), highest {found['highest']:.0%} ({at(found['highest_at'])}), at the end"
    )
    return place("rolling", rolling_win_rate(story), f"{said} {found['last']:.0%}.")


def regime_words(story: Story) -> str:
    """How a market is judged."""
    found = story.page["analysis"]["regimes"]
    up, down = f"up {found['bull']:.0%} or more", f"down {found['bear']:.0%} or more"
    span = f"the last {found['days']:g} days"
    return f"By the change of each symbol's close over {span}, known at every bar's close: bull {up}, bear {down}, else sideways."


def foot(story: Story) -> Markup:
    """The identity of the run."""
    said = f"config {story.page['config_hash']}, version {story.page['version']}. Times are UTC. Every figure is that of summary.json."
    return tag("footer", tag("p", said))


def scripts() -> Sequence[Markup]:
    """What draws: a word for readers without scripts, the engine, the colours, our own script."""
    return (
        tag("noscript", tag("p", "The charts need JavaScript; every table above is complete without it.", class_="quiet")),
        tag("script", Markup(as_json(DARK)), type="application/json", id="dark"),
        tag("script", Markup(engine()), type="text/plain", id="engine"),
        tag("script", Markup(asset("page.js"))),
    )
