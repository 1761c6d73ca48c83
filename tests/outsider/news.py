"""Releases of the shipped calendar, and whether a fill fell, or may have fallen, into the time around one."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from tests.outsider.left import Rule, duration, milliseconds

CALENDAR = Path(__file__).parents[2] / "runner" / "data" / "calendar.csv"
DOLLARS = ("USDT", "USDC", "USD")  # the coins that stand for a dollar are moved by what moves the dollar
STOPPED = ("stop", "trail", "break_even", "adverse", "defence", "liquidation")
NO_ACTION = ("phase_end", "end_of_data")  # the account ends; nobody traded


@cache
def releases() -> list[tuple[int, str, str]]:
    """Every scheduled release: when, which currency it moves, what it is."""
    with CALENDAR.open(encoding="utf-8", newline="") as file:
        return [(milliseconds(row["time_utc"]), row["currency"], row["event"]) for row in csv.DictReader(file)]


def concerns(rule: Rule, symbol: str, currency: str, event: str) -> bool:
    """Does the rule look at this release, and at the symbol because of it? Shipped symbols are all priced in dollars."""
    if (rule["events"] and event not in rule["events"]) or (rule["currencies"] and currency not in rule["currencies"]):
        return False
    return bool(rule["currencies"]) or (currency == "USD" and symbol.endswith(DOLLARS))


def action(reason: str, *, inside: bool) -> str:
    """What a fill is to the firm. `inside`: within a bar, where only an order that rested can open anything."""
    if reason in NO_ACTION:
        return ""
    if reason in ("entry", "add"):
        return "pending_activation" if inside else "open"
    return "take_profit_fill" if reason == "target" else "stop_fill" if reason in STOPPED else "close"


def forbidden(rule: Rule, symbol: str, reason: str, first: int, last: int) -> bool:
    """May a fill between two instants lie in a window? Both edges of a window belong to it; a bar's end belongs to the next bar."""
    if action(reason, inside=first < last) not in rule["forbids"]:
        return False
    before, after = (duration(rule[side]) if rule[side] else 0 for side in ("before", "after"))
    return any(
        (at - before <= first or at - before < last) and first <= at + after
        for at, currency, event in releases()
        if concerns(rule, symbol, currency, event)
    )
