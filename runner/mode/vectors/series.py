"""Floors and verdicts along a series of balance and equity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runner.machine.observer import Observer, Standing
from runner.mode.vectors.account import observer, rule
from runner.mode.vectors.answers import Answer, Pair, wanted
from runner.mode.vectors.notation import ComplaintError, Part, as_fraction
from runner.model.block import Rule

DAY_ANCHORS = {
    "initial": "initial",
    "day_start_balance": "day_start_balance",
    "day_start_equity": "day_start_equity",
    "max_day_start_balance_equity": "max_day_start",
    "day_peak_equity": "day_peak_equity",
    "day_peak_balance": "day_peak_balance",
}
TRAILS = {
    "static": "static",
    "eod_balance": "eod_balance",
    "eod_equity": "eod_equity",
    "closed_balance_live": "closed_balance",
    "equity_live": "equity",
}
OF = {"initial": "initial", "anchor": "anchor", "peak": "anchor"}
MEASURES = ("equity", "balance", "min_balance_equity")
PAYOUTS = ("keep_floor", "reduce_peak", "floor_to_initial")
VERDICTS = ("ok", "breach", "pause")


def check(example: Part) -> Iterator[Answer]:
    """One answer an event: the highest floor after it, and whether the account goes on."""
    initial = example.number("initial")
    written = example.part("rules")
    rules: dict[str, Rule] = {}
    begun = "row"
    if written.has("daily_loss"):
        daily = written.part("daily_loss")
        begun = daily.word("first_day_anchor", ("initial", "snapshot"), "row")
        rules["daily_loss"] = daily_loss(daily)
    if written.has("max_loss"):
        rules["max_loss"] = max_loss(written.part("max_loss"), initial)
    if not rules:
        raise ComplaintError("rules", "daily_loss, max_loss or both", "neither")
    events = example.rows("events")
    account = begin(rules, initial, events[0].instant("t"), begun)
    for n, event in enumerate(events):
        standing = seen(account, event, first=n == 0 and begun == "snapshot")
        pairs = [*wanted(event, "floor", standing.floor)]
        if event.has("verdict"):
            pairs.append(Pair("verdict", event.word("verdict", VERDICTS), verdict(standing)))
        yield Answer(event.path, tuple(pairs))


def begin(rules: dict[str, Rule], initial: float, first: int, begun: str) -> Observer:
    """The account just before the first event, which is then the snapshot of a day when it stands on a reset.

    `first_day_anchor: initial` lets the first day begin with it instead, at the initial balance.
    """
    return observer(rules, initial=initial, start_ms=first if begun == "initial" else first - 1)


def seen(account: Observer, event: Part, *, first: bool) -> Standing:
    """The account after an event; `first`: one that the day is said to begin with."""
    time, balance, equity = event.instant("t"), float(event.number("balance")), float(event.number("equity"))
    payout = float(event.number("payout", 0.0))
    try:
        if first:
            return account.snapshot(time, balance=balance, equity=equity)
        return account.mark(time, balance=balance, equity=equity, payout=payout)
    except ValueError:
        raise ComplaintError(f"{event.path}.t", "events in the order of time", str(event.data["t"])) from None


def verdict(standing: Standing) -> str:
    """The account's verdict in the words of the notation."""
    if standing.failed:
        return "breach"
    return "pause" if standing.paused else "ok"


def daily_loss(part: Part) -> Rule:
    """The daily loss rule as the menu writes it."""
    clock = {"reset": part.clock("reset")} if part.has("reset") else {}
    return rule("daily_loss", anchor=DAY_ANCHORS[part.word("anchor", tuple(DAY_ANCHORS))], **common(part), **clock)


def max_loss(part: Part, initial: float) -> Rule:
    """The overall loss rule as the menu writes it."""
    parameters: dict[str, Any] = {"trail": TRAILS[part.word("trail", tuple(TRAILS), "static")], **common(part)}
    if part.has("reset"):
        parameters["reset"] = part.clock("reset")
    if part.has("lock_at"):
        parameters |= lock(part.number("lock_at"), initial)
    if part.has("on_payout"):
        parameters["on_payout"] = part.word("on_payout", PAYOUTS)
    return rule("max_loss", **parameters)


def lock(offset: float, initial: float) -> dict[str, float]:
    """Where the floor stops rising: money above the initial balance, or a level below it."""
    return {"lock_amount": float(offset)} if offset >= 0 else {"lock_fraction": float(initial + offset) / float(initial)}


def common(part: Part) -> dict[str, Any]:
    """What both rules share: amount, measure, comparison, consequence."""
    amount = part.part("amount")
    parameters: dict[str, Any] = {
        "measure": part.word("measure", MEASURES, "equity"),
        "compare": part.word("compare", ("le", "lt"), "le"),
        "severity": part.word("on_breach", ("fail", "pause"), "fail"),
    }
    if amount.has("abs"):
        return {**parameters, "amount": float(amount.number("abs"))}
    of = OF[amount.word("of", tuple(OF), "initial")]
    return {**parameters, "amount_fraction": as_fraction(amount.number("pct")), "amount_of": of}
