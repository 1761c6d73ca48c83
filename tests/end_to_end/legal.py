"""What a venue would refuse of a run: prices off the tick, quantities off the step, orders too small, stops on the wrong side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.tape import execution_of
from runner.model.bars import Bars, Floats
from runner.model.bot import Costs
from runner.model.plan import EntryKind
from runner.model.records import Answer, Outcome, Reason
from runner.model.stream import Stream

Mask = NDArray[np.bool_]
TAKEN = (Answer.APPROVED, Answer.EXPIRED, Answer.CANCELLED)
NO_ORDER = (Reason.LIQUIDATION, Reason.END_OF_DATA)  # nobody sends these
DUST = 1e-6  # of a tick or step: what binary fractions are off by
STEPS = ("tick", "quantity_step", "min_quantity", "max_quantity", "min_notional", "contract_size", "max_leverage")


def illegal(outcome: Outcome, streams: Sequence[Stream], costs: Costs) -> list[str]:
    """One line for everything in a run that is no number or that its venue would refuse; none when all of it is legal."""
    run = Run(outcome=outcome, streams=tuple(streams), costs=costs)
    return [*numbers(run), *fills(run), *exits(run), *entries(run), *quotes(run), *stops(run), *margin(run)]


@dataclass(frozen=True, kw_only=True)
class Run:
    """An outcome with what it was made of."""

    outcome: Outcome
    streams: tuple[Stream, ...]
    costs: Costs

    @cached_property
    def terms(self) -> NDArray[Any]:
        """The instruments' steps and limits, one row per symbol of the outcome."""
        found = {stream.symbol: stream.market.instrument for stream in self.streams}
        rows = [tuple(getattr(found[symbol], name) for name in STEPS) for symbol in self.outcome.symbols]
        table = np.array(rows, [(name, "f8") for name in STEPS])
        table["max_leverage"] = np.minimum(table["max_leverage"], self.costs.leverage or np.inf)
        table["max_quantity"][table["max_quantity"] <= 0] = np.inf
        return table

    @cached_property
    def walked(self) -> tuple[Bars, ...]:
        """The bars the machine walked, one of each symbol of the outcome."""
        return tuple(execution_of([s for s in self.streams if s.symbol == symbol]) for symbol in self.outcome.symbols)

    @cached_property
    def sides(self) -> NDArray[Any]:
        """The side of each position by its number: that of its first fill."""
        rows = self.outcome.fills
        found = np.zeros(1 + max([int(t["position"].max()) for t in (rows, self.outcome.stops) if len(t)], default=0), np.int64)
        found[rows["position"][::-1]] = rows["side"][::-1]
        return found

    @cached_property
    def leaves(self) -> Mask:
        """Which fills close some of their position."""
        rows = self.outcome.fills
        return np.asarray(rows["side"] != self.sides[rows["position"]])

    def at(self, rows: NDArray[Any], name: str, *, ahead: bool = False) -> Floats:
        """A column of the bars that are open at the rows' times; `ahead`: of the first ones that open at or after them."""
        found = np.full(len(rows), np.nan)
        for symbol, bars in enumerate(self.walked):
            mine = np.flatnonzero(rows["symbol"] == symbol)
            place = np.searchsorted(bars.open_time, rows["time"][mine], side="left" if ahead else "right") - (not ahead)
            inside = (place >= 0) & (place < len(bars))
            found[mine[inside]] = getattr(bars, name)[place[inside]]
        return found

    def worth(self, rows: NDArray[Any], quantity: Floats, price: Floats) -> Floats:
        """Value of quantities at prices in account currency."""
        value: Floats = quantity * price * self.terms["contract_size"][rows["symbol"]]
        for symbol, name in enumerate(self.outcome.symbols):
            column = next(s.conversion for s in self.streams if s.symbol == name)
            if column is not None:
                mine, bars = rows["symbol"] == symbol, self.walked[symbol]
                value[mine] *= column[np.clip(np.searchsorted(bars.open_time, rows["time"][mine], side="right") - 1, 0, len(bars) - 1)]
        return value


def numbers(run: Run) -> list[str]:
    """Equity, balances, fills and trades are numbers."""
    tables = {"equity": run.outcome.equity, "fill": run.outcome.fills, "trade": run.outcome.trades}
    names = {
        "equity": ("balance", "high", "low", "close"),
        "fill": ("quantity", "price", "fee", "slippage", "profit", "balance", "open_quantity"),
        "trade": ("quantity", "entry_price", "exit_price", "profit", "fees", "funding", "best", "worst"),
    }
    return [
        f"{what} {int(np.flatnonzero(~np.isfinite(table[name]))[0])}: {name} is no number"
        for what, table in tables.items()
        for name in names[what]
        if not np.isfinite(table[name]).all()
    ]


def fills(run: Run) -> list[str]:
    """Every fill is a whole number of steps, not more than one order may hold, at a price on the tick (or one the market had)."""
    rows = run.outcome.fills
    rows = rows[~np.isin(rows["reason"], NO_ORDER)]
    terms, opened = run.terms[rows["symbol"]], run.at(rows, "open")
    return said(
        run,
        "fill",
        rows,
        {
            "price is off the tick": ~on_grid(rows["price"], terms["tick"]) & (rows["price"] != opened),
            "price is not above zero": ~(rows["price"] > 0),
            "quantity is no multiple of the step": ~on_grid(rows["quantity"], terms["quantity_step"]),
            "quantity is below the smallest": small(rows["quantity"], terms["min_quantity"]),
            "quantity is above the largest": rows["quantity"] > terms["max_quantity"] * (1 + DUST),
            "what is left is no multiple of the step": ~on_grid(rows["open_quantity"], terms["quantity_step"], rows["quantity"]),
        },
    )


def exits(run: Run) -> list[str]:
    """Each part that leaves is worth an order (the last one may be smaller), and targets close no more than was held."""
    rows = run.outcome.fills
    leaves = run.leaves
    part = leaves & (rows["open_quantity"] > 0) & ~np.isin(rows["reason"], NO_ORDER)
    worth = run.worth(rows, rows["quantity"], ordered_at(run, rows))
    least = run.terms["min_notional"][rows["symbol"]] * slipped(run)
    held = np.bincount(rows["position"], np.where(leaves, 0.0, rows["quantity"]), len(run.sides))
    aimed = np.bincount(rows["position"], np.where(rows["reason"] == Reason.TARGET, rows["quantity"], 0.0), len(run.sides))
    left = np.bincount(rows["position"], np.where(leaves, rows["quantity"], 0.0), len(run.sides))
    return said(
        run,
        "fill",
        rows,
        {
            "a part is worth less than an order": part & small(worth, least),
            "targets close more than was held": (aimed > held * (1 + 1e-9))[rows["position"]],
            "more leaves than was held": (left > held * (1 + 1e-9))[rows["position"]],
        },
    )


def entries(run: Run) -> list[str]:
    """Every plan that was let through: its quantity, its worth, its stop and targets on the right side of its entry."""
    rows, plans = taken(run)
    terms, side = run.terms[plans["symbol"]], plans["side"]
    entry, wanted = asked_at(run, rows, plans), np.where(np.isnan(plans["entry_price"]), plans["reference_price"], plans["entry_price"])
    stop, target = inside(plans["stop"], side, terms["tick"]), near(plans["target_price"], terms["tick"][:, None])
    used = np.arange(target.shape[1]) < plans["target_count"][:, None]
    return said(
        run,
        "plan",
        rows,
        {
            "quantity is no multiple of the step": ~on_grid(rows["quantity"], terms["quantity_step"]),
            "quantity is below the smallest": small(rows["quantity"], terms["min_quantity"]),
            "quantity is above the largest": rows["quantity"] > terms["max_quantity"] * (1 + DUST),
            "is worth less than an order": small(run.worth(rows, rows["quantity"], entry), terms["min_notional"]),
            "entry is no price": ~(entry > 0),
            "stop is on the wrong side": (side * (entry - stop) < terms["tick"] * DUST) & ~np.isnan(stop),
            "stop is no price": ~((stop > 0) | np.isnan(stop)),
            "a target is on the wrong side": np.any(used & ~(side[:, None] * (target - wanted[:, None]) > 0), axis=1),
            "a target is no price": np.any(used & ~(target > 0), axis=1),
            "targets ask for more than there is": np.where(used, plans["target_fraction"], 0.0).sum(axis=1) > 1 + 1e-9,
        },
    )


def quotes(run: Run) -> list[str]:
    """Every quote set that was let through: its levels are prices apart, inside its range."""
    rows, plans = taken(run)
    sets = plans["quote_below"] + plans["quote_above"] > 0
    rows, plans = rows[sets], plans[sets]
    tick = run.terms["tick"][plans["symbol"]]
    lowest, highest = (near(plans["entry_price"] + n * plans["quote_spacing"], tick) for n in reach(plans))
    return said(
        run,
        "quote set",
        rows,
        {
            "has several levels at one price": plans["quote_spacing"] < tick * (1 - DUST),
            "reaches beyond its range": ~((lowest > plans["range_low"]) & (highest < plans["range_high"])),
            "has levels that are no price": ~((lowest > 0) & (plans["range_low"] > 0)),
        },
    )


def stops(run: Run) -> list[str]:
    """Every stop that stood is on the tick, above zero, and on the losing side of a price the market had."""
    rows = run.outcome.stops
    rows = rows[np.isfinite(rows["price"]) & (rows["reason"] != Reason.LIQUIDATION)]
    side, tick = run.sides[rows["position"]], run.terms["tick"][rows["symbol"]]
    before = rows.copy()
    before["time"] -= 1  # a stop that moves at a close was sent before the next bar opened
    high = np.fmax(run.at(rows, "high"), run.at(before, "high"))
    low = np.fmin(run.at(rows, "low"), run.at(before, "low"))
    return said(
        run,
        "stop",
        rows,
        {
            "is off the tick": ~on_grid(rows["price"], tick),
            "is not above zero": ~(rows["price"] > 0),
            "is on the wrong side of the market": np.where(side > 0, rows["price"] > high, rows["price"] < low) & (side != 0),
        },
    )


def margin(run: Run) -> list[str]:
    """At each entry what is open asks for no more margin than the balance is."""
    rows, found = run.outcome.fills, []
    plans = run.outcome.plans
    most = np.fmin(run.terms["max_leverage"][rows["symbol"]], plans["max_leverage"][rows["plan"]])
    asked = run.worth(rows, rows["quantity"], rows["price"]) / most
    open_ = dict.fromkeys(range(len(run.outcome.symbols)), 0.0)
    for row, share, leaves in zip(rows, asked, run.leaves, strict=True):
        symbol = int(row["symbol"])
        if not leaves:
            open_[symbol] += share
            if sum(open_.values()) > (row["balance"] + row["fee"]) * (1 + DUST) and market_order(plans[row["plan"]]):
                found.append(f"fill of {run.outcome.symbols[symbol]} at {row['time']}: margin {sum(open_.values())} of {row['balance']}")
        else:
            open_[symbol] *= row["open_quantity"] / (row["open_quantity"] + row["quantity"])
    return found


def market_order(plan: Any) -> bool:
    """Whether margin is asked for when it fills; of a resting order it was when it was placed."""
    return bool(plan["entry_kind"] == EntryKind.MARKET and plan["add_count"] == 0)


def taken(run: Run) -> tuple[NDArray[Any], NDArray[Any]]:
    """The decisions that let a plan through, with its symbol, and those plans."""
    kept = np.isin(run.outcome.decisions["answer"], TAKEN) & (run.outcome.decisions["quantity"] > 0)
    decisions, plans = run.outcome.decisions[kept], run.outcome.plans[kept]
    rows = np.zeros(len(plans), [("time", "i8"), ("symbol", "i4"), ("quantity", "f8")])
    rows["time"], rows["symbol"], rows["quantity"] = decisions["time"], plans["symbol"], decisions["quantity"]
    return rows, plans


def reach(plans: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The lowest and the highest level of quote sets; 0 and 0 of other plans."""
    most = plans["quote_most"].astype(np.int64)
    return -np.minimum(most, plans["quote_below"]), np.minimum(most, plans["quote_above"])


def asked_at(run: Run, rows: NDArray[Any], plans: NDArray[Any]) -> Floats:
    """The price an entry is ordered at: its own where it rests (of a quote set the lowest), else where the market opens."""
    cheapest = plans["entry_price"] + reach(plans)[0] * plans["quote_spacing"]
    opened, own = run.at(rows, "open", ahead=True), near(cheapest, run.terms["tick"][plans["symbol"]])
    rests = np.where(plans["entry_kind"] == EntryKind.LIMIT, plans["side"] * (own - opened) < 0, plans["side"] * (opened - own) < 0)
    price: Floats = np.where((plans["entry_kind"] == EntryKind.MARKET) | ~rests, opened, own)
    return price


def ordered_at(run: Run, rows: NDArray[Any]) -> Floats:
    """The price a fill's order named: that of its target or tier; at the market the fill's own."""
    price, plans, number = rows["price"].copy(), run.outcome.plans[rows["plan"]], np.maximum(rows["target"] - 1, 0)
    for reason, name in ((Reason.TARGET, "target_price"), (Reason.ADVERSE, "adverse_price")):
        mine = np.flatnonzero((rows["reason"] == reason) & (rows["target"] > 0))
        price[mine] = near(plans[name][mine, number[mine]], run.terms["tick"][rows["symbol"][mine]])
    return price


def slipped(run: Run) -> float:
    """What a market order's worth may have lost when it filled."""
    return 1.0 - 2e-4 * max(run.costs.slippage_bps, 1.0)


def on_grid(values: Floats, step: Floats, moved: Floats | float = 0.0) -> Mask:
    """Whether values are whole numbers of steps, but for binary dust; `moved`: what was added or taken away to come there."""
    count = values / step
    return np.asarray(np.abs(count - np.rint(count)) <= DUST + 1e-12 * (np.abs(count) + moved / step))


def small(values: Floats, least: Floats) -> Mask:
    """Whether values are below the least, by more than dust."""
    return np.asarray(values < least * (1 - 1e-9))


def near(price: Floats, tick: Floats) -> Floats:
    """The nearest price on the grid."""
    found: Floats = np.floor(price / tick + 0.5) * tick
    return found


def inside(price: Floats, side: NDArray[Any], tick: Floats) -> Floats:
    """The next price on the grid towards the market: up for a long position's stop, down for a short one's."""
    return np.where(side > 0, np.ceil(price / tick - 1e-9), np.floor(price / tick + 1e-9)) * tick


def said(run: Run, what: str, rows: NDArray[Any], masks: Mapping[str, Mask]) -> list[str]:
    """The first row of each fault, and how many share it."""
    found = []
    for words, mask in masks.items():
        at = np.flatnonzero(mask)
        if len(at):
            row = rows[at[0]]
            values = ", ".join(f"{name}={row[name]}" for name in rows.dtype.names or () if name in ("time", "quantity", "price", "reason"))
            found.append(f"{what} of {run.outcome.symbols[row['symbol']]} {words} ({values}; {len(at)} such)")
    return found
