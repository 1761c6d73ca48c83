"""summary.json of a rehearsal, and the table on the screen: what was measured, what is asked for, green or red."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from rich.table import Table
from rich.text import Text

from runner.mode.rehearsing.compare import Parity
from runner.mode.rehearsing.figures import Figures
from runner.mode.rehearsing.rebuilt import Rebuilt
from runner.model.bot import Bot
from runner.model.rules import Code, State
from runner.rehearsal.core.exchange import Exchange
from runner.report.terminal import console

MOST_NAKED_S = 5.0
CENTS = 1e-4  # what rounding may add up to


@dataclass(frozen=True, kw_only=True)
class VenueState:
    """What the exchange holds at the end: signed quantity by symbol, and the balance."""

    held: Mapping[str, float]
    balance: float


def last_state(core: Exchange) -> VenueState:
    """How the exchange stands."""
    held = {
        market.listing.symbol: float(sum(position.side * position.size for position in market.positions.values()))
        for market in core.state.markets.values()
    }
    return VenueState(held=held, balance=float(core.state.coins[core.setup.coin]))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One figure: its name, what was measured, whether that is good."""

    name: str
    value: str
    good: bool


def state_differs(ledger: Rebuilt, venue: VenueState) -> str:
    """In which the ledger and the venue differ at the end; '' when they agree."""
    follower = ledger.follower
    for symbol in follower.symbols:
        position = follower.position(symbol)
        held = 0.0 if position is None else position.side * position.quantity
        if abs(held - venue.held.get(symbol, 0.0)) > CENTS:
            return f"{symbol}: the ledger holds {held}, the venue {venue.held.get(symbol, 0.0)}"
    if abs(follower.balance - venue.balance) > CENTS:
        return f"balance: the ledger has {follower.balance:.8f}, the venue {venue.balance:.8f}"
    return ""


def breaches(ledger: Rebuilt) -> list[str]:
    """Verdicts of the firm against the account."""
    return [Code(int(result["code"])).name for result in ledger.results if result["state"] == State.FAILED]


def rehearsal(
    parity: Mapping[str, Parity], seen: Figures, ledger: Rebuilt, differs: str, kills: Mapping[str, int], *, calm: bool
) -> dict[str, Any]:
    """The section `rehearsal` of summary.json; `good` when nothing is red. calm: nothing went wrong and no guard acted."""
    failed = breaches(ledger)
    equal = all(each.share == 1.0 for each in parity.values())
    clean = seen.naked_seconds_max <= MOST_NAKED_S and not seen.duplicate_orders and not seen.lost_fills and not differs
    return {
        "good": clean and (equal or not calm),
        "calm": calm,
        "parity": {name: each.share for name, each in parity.items()},
        "compared": {name: {"expected": each.expected, "found": each.found, "first": each.first} for name, each in parity.items()},
        "naked_seconds_max": seen.naked_seconds_max,
        "duplicate_orders": seen.duplicate_orders,
        "lost_fills": seen.lost_fills,
        "state_equal": not differs,
        "differs": differs,
        "breaches": failed,
        "kills": sum(kills.values()),
        "killed": dict(kills),
        "faults": dict(seen.faults),
        "requests": seen.requests,
        "refused": seen.refused,
        "refusals": dict(seen.refusals),
        "orders": seen.orders,
        "fills": seen.fills,
    }


def lines(section: Mapping[str, Any]) -> list[Line]:
    """The table's rows."""
    parity, calm = section["parity"], section["calm"]
    return [
        *(
            Line(name=f"{name} equal to the backtest's", value=f"{share:.2%}", good=share == 1.0 or not calm)
            for name, share in parity.items()
        ),
        Line(
            name="longest without a stop at the venue",
            value=f"{section['naked_seconds_max']:.1f} s",
            good=section["naked_seconds_max"] <= MOST_NAKED_S,
        ),
        Line(name="orders sent twice", value=str(section["duplicate_orders"]), good=not section["duplicate_orders"]),
        Line(name="fills lost", value=str(section["lost_fills"]), good=not section["lost_fills"]),
        Line(name="ledger equal to the venue", value="yes" if section["state_equal"] else section["differs"], good=section["state_equal"]),
        Line(name="ledger rebuilt from the journal", value="equal" if section["rebuilt"] else "differs", good=section["rebuilt"]),
        Line(name="firm rules broken", value=", ".join(section["breaches"]) or "0", good=True),
        Line(name="requests, refused", value=f"{section['requests']}, {section['refused']}", good=True),
        Line(name="orders, fills", value=f"{section['orders']}, {section['fills']}", good=True),
        Line(name="bar close to order, half and p99", value=delays(section["process"]["close_to_order_ms"]), good=True),
        *guarded(section["guard"]),
        Line(name="faults, kills", value=f"{sum(section['faults'].values())}, {section['kills']}", good=True),
    ]


def guarded(seen: Mapping[str, Any] | None) -> list[Line]:
    """What the guard did, where there was one."""
    if seen is None:
        return []
    acts = ", ".join(f"{name} {count}" for name, count in seen["acts"].items()) or "nothing to do"
    return [Line(name=f"the guard, in {seen['rounds']} looks", value=acts, good=True)]


def delays(measured: Mapping[str, float | None]) -> str:
    """How long orders took."""
    told = [f"{value:.1f} ms" for value in measured.values() if value is not None]
    return ", ".join(told) or "no order"


def screen(page: Mapping[str, Any], folder: Path, file: TextIO | None = None) -> None:
    """Print the table."""
    section = page["rehearsal"]
    out = console(file or sys.stdout)
    bars = f"{page['bars']} bars{of_symbols(page)}"
    head = f"{page['strategy']} on {page['account']}: {bars} rehearsed in {page['seconds']:.1f} s: {judged(section)}"
    style = "bold red" if not section["good"] else "bold green" if section["orders"] else "bold yellow"
    out.print(Text(head, style=style))
    table = Table(show_header=False, box=None, pad_edge=False)
    for line in lines(section):
        table.add_row(line.name, Text(line.value if line.good else f"{line.value}  NOT OK", style="" if line.good else "bold red"))
    out.print(table)
    for name, each in section["compared"].items():
        if each["first"]:
            out.print(Text(f"{name}: {each['first']}"), soft_wrap=True)
    out.print(Text(f"files: {folder}"), soft_wrap=True)


def of_symbols(page: Mapping[str, Any]) -> str:
    """Whose bars were counted, where they are of several symbols together."""
    count = len(page["symbols"])
    return f" of {count} symbols" if count > 1 else ""


def judged(section: Mapping[str, Any]) -> str:
    """The verdict in a word; without an order there was nothing to judge."""
    if not section["good"]:
        return "NOT GOOD"
    return "good" if section["orders"] else "no orders, so nothing was tried"


def leave(folder: Path, page: Mapping[str, Any], log: Sequence[Mapping[str, Any]]) -> None:
    """Write summary.json and the exchange's own log."""
    with (folder / "exchange.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, default=str) + "\n" for row in log)
    (folder / "summary.json").write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")


def identity(bot: Bot) -> dict[str, Any]:
    """What was rehearsed."""
    return {"mode": bot.mode, "account": bot.account.name, "strategy": "+".join(strategy.name for strategy in bot.strategies)}
