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
from runner.report.html import tables
from runner.report.html.charts.benchmark import benchmark
from runner.report.html.charts.daily import daily
from runner.report.html.charts.drawdown import drawdown
from runner.report.html.charts.equity import equity
from runner.report.html.charts.groups import GROUPS, groups
from runner.report.html.charts.headroom import headroom
from runner.report.html.charts.prices import facts, packable, packed_candles, prices
from runner.report.html.encode import Figure, as_json, packed, packed_json
from runner.report.html.engine import engine
from runner.report.html.look import DARK
from runner.report.html.monthly import monthly
from runner.report.html.story import Story
from runner.report.html.tags import Markup, join, tag
from runner.report.html.what_if import what_if
from runner.report.sentences import amount, grounds, headline
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
    yield section("Months", tag("p", f"Change of equity in {story.currency}, UTC months.", class_="quiet"), monthly(story))
    yield section("Where the result comes from", tag("div", *(grouped(story, kind) for kind in GROUPS), class_="grid"))
    yield section("Against buying and holding", tables.comparison(story), chart(story, "benchmark", benchmark, HOLDING))
    yield section("Refused plans", tables.refusals(story.page))
    yield section("Trades", tables.trades(story))
    yield section("Mind", tag("ul", *(tag("li", line) for line in story.page["warnings"])))


FLOORS = "Equity at each close; the shade is its range inside the bars. Circles mark where it came closest to each floor."
HEADROOM = (
    "What was left of each limit over time: 100 % is untouched, 0 the limit; green strips are goals and fill up. "
    "Rules that only bound a single order are in the table alone. Lines are cut at −25 % and 125 %."
)
HOLDING = "Equal parts of the initial balance in each symbol, bought at its first open and kept; no costs, no leverage, no rules."
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


def grouped(story: Story, kind: str) -> Markup:
    """One small chart of net profit by some kind."""
    if not len(story.outcome.trades):
        return tag("p", f"No trade to sort by {kind}.", class_="quiet")
    return tag("div", tag("h3", TITLES[kind]), place(f"by-{kind}", groups(story, kind)))


TITLES = {"symbol": "by symbol", "reason": "by reason of the exit", "hour": "by hour of entry, UTC", "weekday": "by weekday of entry, UTC"}


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
