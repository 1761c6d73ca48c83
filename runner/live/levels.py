"""Where the floors of a ledger stand now, and what it would be worth if everything open and resting were stopped.

The compiled machine works these out for itself (`runner/machine/floors.py`); this reads the same numbers off its records and writes
nothing.
"""

from __future__ import annotations

import math
from typing import Any

from runner.machine.state import World
from runner.model.rules import AmountOf, Anchor, Measure, RuleRow

SNAP = 1e8


def snapped(money: float) -> float:
    """Money rounded to 1e-8, as the machine compares it."""
    return round(money * SNAP) / SNAP if math.isfinite(money) else money


def open_result(position: Any) -> float:
    """Result of a position's open part at its mark, account currency."""
    return float(position["side"] * position["quantity"] * (position["mark"] - position["entry_price"]) * position["point_value"])


def equity_of(world: World) -> float:
    """Balance and open results at the marks."""
    ledger = world.ledger[0]
    return snapped(float(ledger["balance"] + ledger["seen_open"]) + sum(open_result(each) for each in world.positions if each["side"]))


def worst_case(world: World) -> float | None:
    """Equity if every position closed at its guaranteed result and every resting entry filled and was stopped; None without budgets."""
    worst = float(world.ledger[0]["balance"])
    for number, each in enumerate(world.positions):
        if each["side"]:
            worst += float(max(each["best"] - each["give_back"], -each["loss_cap"]) - each["realised"])
        elif each["quoting"]:
            worst -= float(each["quote_loss"])
        if each["resting"]:
            orders = world.resting[number]
            worst -= float(orders["loss"][orders["active"] == 1].sum())
    return worst if math.isfinite(worst) else None


def anchor_of(world: World, row: RuleRow, number: int) -> float:
    """The money that rule hangs from. number: its row in the book."""
    ledger, clock, kept = world.ledger[0], world.clocks[row.clock], float(world.rule_states[number]["kept"])
    daily = {
        Anchor.DAY_START_BALANCE: "start_balance",
        Anchor.DAY_START_EQUITY: "start_equity",
        Anchor.DAY_PEAK_EQUITY: "peak_equity",
        Anchor.DAY_PEAK_BALANCE: "peak_balance",
    }
    if row.anchor in daily:
        return float(clock[daily[row.anchor]])
    if row.anchor is Anchor.MAX_DAY_START:
        return float(max(clock["start_balance"], clock["start_equity"]))
    overall = {
        Anchor.EOD_BALANCE_HIGH: clock["eod_balance_high"],
        Anchor.EOD_EQUITY_HIGH: clock["eod_equity_high"],
        Anchor.CLOSED_BALANCE_HIGH: ledger["closed_high"],
        Anchor.EQUITY_HIGH: ledger["equity_high"],
    }
    return max(float(overall[row.anchor]), kept) if row.anchor in overall else float(ledger["initial"])


def allowance(world: World, row: RuleRow, anchor: float) -> float:
    """What may be lost from the anchor, account currency."""
    if not math.isnan(row.amount):
        return row.amount
    return row.amount_fraction * (anchor if row.amount_of == AmountOf.ANCHOR else float(world.ledger[0]["initial"]))


def floor_of(world: World, row: RuleRow, number: int) -> float:
    """The level at which that rule is broken, account currency."""
    state, anchor = world.rule_states[number], anchor_of(world, row, number)
    if not math.isnan(state["stands"]):
        return float(state["stands"])
    free = anchor - allowance(world, row, anchor)
    return max(snapped(free if math.isnan(row.lock) else min(free, row.lock)), float(state["least"]))


def held_against(world: World, row: RuleRow, equity: float) -> float:
    """What is compared with the floor: equity, balance, or the smaller one."""
    balance = float(world.ledger[0]["balance"])
    if row.measure == Measure.BALANCE:
        return balance
    return min(equity, balance) if row.measure == Measure.MIN_BALANCE_EQUITY else equity
