"""How much may be held: margin, notional, allocations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from runner.mode.vectors.account import rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one
from runner.mode.vectors.notation import ComplaintError, Part
from runner.mode.vectors.tape import Wish, ask
from runner.model.block import Rule

VERDICTS = ("ok", "violation")
SYMBOL = "ASSET"
TOUCHED = 1 - 1e-8  # of a limit that may not even be reached


def check(example: Part) -> Iterator[Answer]:
    """One answer a case: whether the gate approves all of it; margin and notional are held against what the machine then holds."""
    initial, params = float(example.number("initial")), example.part("params")
    limit = 1.0 if params.word("compare", ("le", "lt"), "lt") == "lt" else TOUCHED
    size, shares = sizes(params, limit), allocations(params, limit)
    if not size and not shares:
        raise ComplaintError("params", "a cap on margin, notional or allocations", "none")

    def answer(case: Part) -> Iterator[Pair]:
        case.know("units", "price", "leverage", "margin", "notional")
        approved = True
        if any(case.has(key) for key in ("margin", "notional", "units")):
            order = wish(case)
            approved &= fits(order, size if case.has("units") or case.has("notional") else only(size, "margin"), initial)
            yield from measured(case, order, initial)
        if case.has("allocations"):
            money = case.part("allocations")
            wishes = [Wish(symbol=str(asset), units=1.0, price=abs(money.number(asset))) for asset in money.data if money.number(asset)]
            approved &= all(fits(order, only(shares, "asset"), initial) for order in wishes)
            everything = only(shares, "all")
            approved &= all(held.approved for held in ask(wishes, everything, initial)) if everything and wishes else True
        if case.has("verdict"):
            yield Pair("verdict", case.word("verdict", VERDICTS), "ok" if approved else "violation")

    yield from one_by_one(example, "cases", answer)


def sizes(params: Part, limit: float) -> dict[str, Rule]:
    """The caps on one position's margin and on everything's notional."""
    rules = {}
    if params.has("max_margin_pct_initial"):
        rules["margin"] = rule("margin_cap", limit_fraction=limit * params.percent("max_margin_pct_initial"))
    if params.has("max_notional_x_initial"):
        rules["notional"] = rule("notional_cap", limit_multiple=limit * params.number("max_notional_x_initial"))
    return rules


def allocations(params: Part, limit: float) -> dict[str, Rule]:
    """The caps on what one asset and all assets together are given."""
    rules = {}
    if params.has("max_alloc_per_asset_pct"):
        rules["asset"] = rule("notional_cap", limit_multiple=limit * params.percent("max_alloc_per_asset_pct"))
    if params.has("max_alloc_all_pct"):
        rules["all"] = rule("notional_cap", limit_multiple=limit * params.percent("max_alloc_all_pct"))
    return rules


def only(rules: Mapping[str, Rule], name: str) -> dict[str, Rule]:
    """One of the rules, where there is one of that name."""
    return {key: rule for key, rule in rules.items() if key == name}


def wish(case: Part) -> Wish:
    """The order of a case: units at a price, or one unit worth the notional; leverage as given, or as notional and margin make it."""
    units = abs(case.number("units", 1.0))
    price = abs(case.number("price") if case.has("units") else case.number("notional", case.number("margin", None)))
    margin = abs(case.number("margin", 0.0))
    leverage = case.number("leverage", units * price / margin if margin else math.inf)
    return Wish(symbol=SYMBOL, units=units, price=price, leverage=leverage)


def fits(order: Wish, rules: Mapping[str, Rule], initial: float) -> bool:
    """Whether the gate approves all of an order; its leverage matters to a cap on margin alone."""
    if not rules or order.units * order.price == 0:
        return True
    asked = order if "margin" in rules else replace(order, leverage=math.inf)
    return ask([asked], rules, initial)[0].approved


def measured(case: Part, order: Wish, initial: float) -> Iterator[Pair]:
    """Notional and margin of the order as the machine books it where nothing limits it, beside what the case says they are."""
    if order.units * order.price == 0:
        return
    held = ask([order], {"nothing": rule("no_limit")}, max(initial, 10 * order.units * order.price))[0]
    for key, found in (("notional", held.notional), ("margin", held.margin)):
        if case.has(key):
            yield Pair(key, abs(case.number(key)), found)
