"""Trades as executions tell them: a position opens, grows, shrinks, closes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from runner.alert.alert import Alert
from runner.alert.kinds import Kind, Teller
from runner.alert.message import clock
from runner.journal.live_rows import Filled
from runner.live.orders import OPENING
from runner.live.worth import Worth
from runner.model.records import Reason
from runner.model.trading import FillKind

SIDES = {1: "long", -1: "short"}
OPENS = frozenset(reason.name for reason in OPENING)
type Draws = Callable[[str, dict[str, Any], int], bytes | None]  # symbol, the trade, until when


@dataclass(frozen=True, kw_only=True)
class Desk:
    """How trades are told: by whom, with what prices are worth, and with which picture."""

    teller: Teller
    worth: Worth
    draws: Draws


def of_fill(desk: Desk, number: int, fill: Filled, held: dict[str, Any], request: dict[str, Any]) -> Iterator[Alert]:
    """What an execution begins or ends. held: open trades by symbol, brought up to date. request: what we asked for, or {}."""
    seen, symbol = fill.fill, fill.fill.symbol
    trade = held.get(symbol)
    if seen.kind is FillKind.FUNDING:
        if trade is not None:
            trade["fees"] = str(Decimal(trade["fees"]) + seen.fee)
        return
    if seen.quantity <= 0:
        return
    if trade is None and fill.role not in OPENS:
        yield from end_alone(desk, number, fill, known=bool(request) or fill.role != Reason.HOUSE.name)
        return
    if trade is None:
        trade = held[symbol] = begun(fill, request)
        yield opened(desk, number, symbol, trade)
        return
    trade["fees"] = str(Decimal(trade["fees"]) + seen.fee)
    if seen.side == trade["side"]:
        grow(trade, seen.quantity, seen.price)
        return
    left = Decimal(trade["quantity"]) - seen.quantity
    shrink(desk, trade, fill)
    if left <= 0:
        del held[symbol]
        yield closed(desk, number, symbol, trade)
    if left < 0:  # turned round by one execution
        held[symbol] = begun(fill, request) | {"quantity": str(-left), "fees": "0"}
        yield opened(desk, number, symbol, held[symbol])


def begun(fill: Filled, request: dict[str, Any]) -> dict[str, Any]:
    """A trade at its first execution; plain data, kept between looks."""
    seen, stop = fill.fill, str(request.get("stop") or "")
    times = {"at_ms": seen.at_ms, "side": seen.side, "quantity": str(seen.quantity), "entry": str(seen.price)}
    return times | {"stop": "" if stop == "None" else stop, "fees": str(seen.fee), "gained": "0", "exits": []}


def grow(trade: dict[str, Any], quantity: Decimal, price: Decimal) -> None:
    """More of it at another price."""
    held = Decimal(trade["quantity"])
    trade["entry"] = str((Decimal(trade["entry"]) * held + price * quantity) / (held + quantity))
    trade["quantity"] = str(held + quantity)


def shrink(desk: Desk, trade: dict[str, Any], fill: Filled) -> None:
    """Part of it is closed, or all."""
    seen, held = fill.fill, Decimal(trade["quantity"])
    quantity = min(seen.quantity, held)
    brought = desk.worth.gained(seen.symbol, (Decimal(trade["entry"]), seen.price), int(trade["side"]), quantity)
    trade["gained"] = str(Decimal(trade["gained"]) + brought)
    trade["exits"].append([seen.at_ms, str(seen.price), str(quantity), fill.role])
    trade["quantity"] = str(held - quantity)


def opened(desk: Desk, number: int, symbol: str, trade: dict[str, Any]) -> Alert:
    """A position was opened."""
    stop = f", stop at {trade['stop']}" if trade["stop"] else ""
    title = f"{symbol} {SIDES[trade['side']]} {trade['quantity']} opened at {short(trade['entry'])}{stop}"
    text = f"Filled at {clock(trade['at_ms'])}. {risked(desk, symbol, trade) if stop else STOPLESS}"
    picture = desk.draws(symbol, trade, trade["at_ms"])
    return desk.teller.tell(Kind.TRADE_OPENED, f"fill.{number}.opened", title, text, trade["at_ms"], subject=symbol, picture=picture)


STOPLESS = "Its order came without a stop; another alert follows if none is set."


def risked(desk: Desk, symbol: str, trade: dict[str, Any]) -> str:
    """What its stop would cost."""
    way = (Decimal(trade["entry"]), Decimal(trade["stop"]))
    result = desk.worth.gained(symbol, way, int(trade["side"]), Decimal(trade["quantity"]))
    return f"At its stop it brings {money(desk, symbol, result)} before costs. Nothing has to be done; the stop rests at the venue."


def closed(desk: Desk, number: int, symbol: str, trade: dict[str, Any]) -> Alert:
    """A position is gone, with what it brought."""
    result, at_ms = Decimal(trade["gained"]) - Decimal(trade["fees"]), trade["exits"][-1][0]
    title = f"{symbol} {SIDES[trade['side']]} closed: {money(desk, symbol, result)} after fees and funding"
    text = f"Entry {short(trade['entry'])} at {clock(trade['at_ms'])}; out {ways(trade)}; fees and funding {Decimal(trade['fees']):.2f}."
    picture = desk.draws(symbol, trade, at_ms)
    return desk.teller.tell(
        Kind.TRADE_CLOSED, f"fill.{number}.closed", title, f"{text} Nothing has to be done.", at_ms, subject=symbol, picture=picture
    )


def end_alone(desk: Desk, number: int, fill: Filled, *, known: bool) -> Iterator[Alert]:
    """What closes something that was opened before the journal begins; what somebody's hand may as well have opened is told otherwise."""
    if not known:
        return
    seen, symbol = fill.fill, fill.fill.symbol
    trade = begun(fill, {}) | {"side": -seen.side, "entry": "", "exits": [[seen.at_ms, str(seen.price), str(seen.quantity), fill.role]]}
    title = f"{symbol} {SIDES[-seen.side]}: {seen.quantity} closed at {short(str(seen.price))} ({words(fill.role)}), result not known"
    text = "It was opened before the bot's journal begins; see the venue's own record for its entry and result. Nothing has to be done."
    picture = desk.draws(symbol, trade, seen.at_ms)
    yield desk.teller.tell(Kind.TRADE_CLOSED, f"fill.{number}.closed", title, text, seen.at_ms, subject=symbol, picture=picture)


def ways(trade: dict[str, Any]) -> str:
    """How it was left, way by way: what one order filled in several parts is one."""
    parts: dict[tuple[str, str], Decimal] = {}
    for _, price, quantity, role in trade["exits"]:
        parts[price, role] = parts.get((price, role), Decimal(0)) + Decimal(quantity)
    return ", ".join(f"{quantity} at {short(price)} ({words(role)})" for (price, role), quantity in parts.items())


def words(role: str) -> str:
    """`break even` of BREAK_EVEN."""
    return role.lower().replace("_", " ")


def money(desk: Desk, symbol: str, amount: Decimal) -> str:
    """An amount with its currency."""
    return f"{amount:+,.2f} {desk.worth.told_in(symbol)}".strip()


def short(price: str) -> str:
    """A price without digits that only an average has."""
    return f"{Decimal(price):.10g}" if len(price) > 12 else price
