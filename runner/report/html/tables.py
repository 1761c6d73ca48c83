"""The report's tables as real HTML: rules, figures, phases, refusals, trades. They can be read without a script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from runner.model.records import Reason
from runner.model.rules import Code, Family
from runner.report.figures import minute, number
from runner.report.figures import text as plain
from runner.report.headroom import allowance
from runner.report.html.story import Story
from runner.report.html.tags import Markup, join, table, tag
from runner.report.sentences import amount, at, shown
from runner.report.shown import FIGURES, figure, rule_name
from runner.report.words import phase_name, refusal

MOST_TRADES = 400
MOST_PHASES = 60
GOALS = ("PROFIT_TARGET", "TRADING_DAYS", "PROFITABLE_DAYS")
Page = Mapping[str, Any]


def rules(story: Story) -> Markup:
    """Closest approach of each rule, with a bar of how much of its limit was used."""
    found = story.page["rules"]
    several = len({rule["phase"] for rule in found}) > 1
    measured = [rule for rule in found if rule["headroom"] is not None]
    quiet = [rule_name(rule, several=several) for rule in found if rule["headroom"] is None]
    rows = [rule_row(rule, share_used(story, rule), several=several) for rule in measured]
    made = table(["rule", "value", "limit", "left", "used", "when (UTC)"], rows, kind="rules")
    said = tag("p", f"Never measured: {', '.join(quiet)}.", class_="quiet") if quiet else ""
    return join([made if measured else tag("p", "This account has no rule that was measured.", class_="quiet"), said])


def rule_row(rule: Page, used: float | None, *, several: bool) -> list[object]:
    """One rule; a limit that was reached is said in words too."""
    figures = [shown(rule[name], rule["unit"]) for name in ("worst_value", "limit", "headroom")]
    touched = rule["code"] not in GOALS and rule["headroom"] <= 0
    word = tag("span", " reached", class_="flag") if rule["firm"] else tag("span", " acted", class_="share")
    name = tag("td", rule_name(rule, several=several), word if touched else "", class_="w")
    return [name, *figures, meter(rule, used), tag("td", at(rule["at"]), class_="when")]


def meter(rule: Page, used: float | None) -> Markup:
    """How much of the limit was used, or of a goal reached, as a bar."""
    if used is None:
        return tag("td")
    kind = "goal" if rule["code"] in GOALS else "full" if rule["headroom"] <= 0 else "near" if used > NEAR else ""
    used = max(0.0, used)  # a goal one has moved away from, or a floor that is further off than at the start
    bar = tag("span", tag("i", style=f"width:{min(100.0, 100 * used):.1f}%"), class_=f"meter {kind}".strip())
    return tag("td", bar, tag("span", "reached" if kind == "goal" and used >= 1 else f"{used:.0%}", class_="share"), class_="used")


NEAR = 0.75


def share_used(story: Story, rule: Page) -> float | None:
    """Value over limit; of a floor what was lost of its allowance; None where that says nothing."""
    row = next(
        row
        for row, wanted in enumerate(story.outcome.book.rows)
        if wanted.key == rule["path"] and phase_name(story.outcome.book, wanted.phase) == rule["phase"]
    )
    wanted = story.outcome.book.rows[row]
    if wanted.family is Family.FLOOR:
        whole = float(np.max(allowance(wanted, np.array([rule["limit"]]), story.outcome.book.initial)))
        return 1.0 - rule["headroom"] / whole if whole > 0 else None
    return rule["worst_value"] / rule["limit"] if rule["limit"] else None


def figures(page: Page) -> Markup:
    """The figures of the terminal's page, in two columns of names and values."""
    rows = [(left[0], figure(page, *left[1:]), right[0], figure(page, *right[1:])) for left, right in FIGURES]
    body = [tag("tr", tag("th", a, scope="row"), tag("td", b), tag("th", c, scope="row"), tag("td", d)) for a, b, c, d in rows]
    return tag("div", tag("table", tag("tbody", *body), class_="figures"), class_="scroll")


def phases(page: Page) -> Markup:
    """Every attempt at a phase, in order; many are counted as well."""
    attempts = page["phases"]
    rows = [
        (
            each["phase"],
            each["state"].replace("_", " "),
            each["rule"] or "–",
            at(each["started"]),
            at(each["time"]),
            amount(each["balance"]),
        )
        for each in attempts[:MOST_PHASES]
    ]
    counts = Counter(f"{each['phase']} {each['state'].replace('_', ' ')}" for each in attempts)
    said = ", ".join(f"{name}: {count}" for name, count in counts.items())
    made = table(["phase", "state", "rule", "started (UTC)", "ended (UTC)", "balance"], rows, words=3)
    rest = f" The first {MOST_PHASES} are listed; summary.json has all." if len(attempts) > MOST_PHASES else ""
    return join([tag("p", f"{said}.{rest}", class_="quiet"), made])


def payouts(page: Page) -> Markup:
    """Every payout in order."""
    rows = [(at(each["time"]), each["phase"], str(each["number"]), amount(each["amount"])) for each in page["payouts"]]
    total = f"{amount(sum(each['amount'] for each in page['payouts']))} {page['currency']} in all."
    return join([tag("p", total, class_="quiet"), table(["paid (UTC)", "phase", "number", "amount"], rows, words=2, kind="slim")])


def refusals(page: Page) -> Markup:
    """Refused and reduced plans, by code."""
    refused = [(code, refusal(Code[code]), str(count)) for code, count in page["refusals"].items()]
    reduced = [(code, "traded smaller than wanted; this bound the quantity", str(count)) for code, count in page["reductions"].items()]
    none = tag("p", "No plan was refused or made smaller.", class_="quiet")
    return table(["code", "why", "plans"], [*refused, *reduced], words=2, kind="slim") if refused or reduced else none


def trades(story: Story) -> Markup:
    """The trades, latest first; of very many the latest."""
    found = story.outcome.trades
    if len(found) == 0:
        return tag("p", "There was no trade.", class_="quiet")
    latest = found[::-1][:MOST_TRADES]
    said = f"The latest {MOST_TRADES:,} of {len(found):,}; trades.csv has every fill." if len(found) > MOST_TRADES else ""
    head = ["#", "symbol", "side", "opened (UTC)", "closed (UTC)", "entry", "exit", "quantity", "fees", "net", "R", "exit by"]
    rows = [trade(story, each) for each in latest]
    top = tag("tr", *(tag("th", name, scope="col", class_="w" if place in WORDS else None) for place, name in enumerate(head)))
    body = tag("table", tag("thead", top), tag("tbody", *rows), class_="trades")
    return join([tag("p", said, class_="quiet") if said else "", tag("div", body, class_="scroll tall")])


def traded(story: Story) -> set[str]:
    """Symbols with a trade in the table."""
    return {story.outcome.symbols[number] for number in story.outcome.trades["symbol"][::-1][:MOST_TRADES].tolist()}


WORDS = (1, 2, 11)


def trade(story: Story, each: Any) -> Markup:
    """One trade as a row that leads to its place in the price chart."""
    symbol, reason = story.outcome.symbols[each["symbol"]], Reason(int(each["reason"])).name.lower().replace("_", " ")
    prices = (plain(number(float(f"{each[name]:.8g}"))) for name in ("entry_price", "exit_price"))
    ratio = f"{each['profit'] / each['risk']:+.2f}" if each["risk"] > 0 else "–"
    wordy: Sequence[object] = (symbol, "long" if each["side"] > 0 else "short")
    cells = [
        tag("td", int(each["position"])),
        *(tag("td", word, class_="w") for word in wordy),
        *(tag("td", minute(int(each[name])), class_="when") for name in ("opened", "closed")),
        *(tag("td", price) for price in prices),
        tag("td", plain(number(each["quantity"]))),
        tag("td", amount(each["fees"])),
        tag("td", f"{each['profit']:+,.2f}", class_="gain" if each["profit"] > 0 else "loss"),
        tag("td", ratio),
        tag("td", reason, class_="w"),
    ]
    return tag("tr", *cells, data_symbol=symbol, data_from=int(each["opened"]), data_to=int(each["closed"]))
