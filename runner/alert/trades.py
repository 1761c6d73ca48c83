"""Trades as executions tell them: a position opens, grows, shrinks, closes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from runner.alert.alert import Alert
from runner.alert.kinds import Kind, Teller
from runner.alert.message import clock
from runner.journal.live_rows import Filled
from runner.model.trading import FillKind

SIDES = {1: "long", -1: "short"}
type Draws = Callable[[str, dict[str, Any], int], bytes | None]  # symbol, the trade, until when


def of_fill(teller: Teller, number: int, fill: Filled, held: dict[str, Any], stop: str, draws: Draws) -> Iterator[Alert]:
    """What an execution begins or ends. held: open trades by symbol, brought up to date. stop: what was asked for with the order."""
    seen, symbol = fill.fill, fill.fill.symbol
    trade = held.get(symbol)
    if seen.kind is FillKind.FUNDING:
        if trade is not None:
            trade["fees"] = str(Decimal(trade["fees"]) + seen.fee)
        return
    if seen.quantity <= 0:
        return
    if trade is None:
        trade = held[symbol] = begun(fill, stop)
        yield opened(teller, number, symbol, trade, draws)
        return
    trade["fees"] = str(Decimal(trade["fees"]) + seen.fee)
    if seen.side == trade["side"]:
        grow(trade, seen.quantity, seen.price)
        return
    left = Decimal(trade["quantity"]) - seen.quantity
    trade["exits"].append([seen.at_ms, str(seen.price), str(min(seen.quantity, Decimal(trade["quantity"]))), fill.role])
    trade["quantity"] = str(max(left, Decimal(0)))
    if left <= 0:
        del held[symbol]
        yield closed(teller, number, symbol, trade, draws)
    if left < 0:  # turned round by one execution
        held[symbol] = begun(fill, stop) | {"quantity": str(-left), "most": str(-left), "fees": "0"}
        yield opened(teller, number, symbol, held[symbol], draws)


def begun(fill: Filled, stop: str) -> dict[str, Any]:
    """A trade at its first execution; plain data, kept between looks."""
    seen = fill.fill
    size = str(seen.quantity)
    times = {"at_ms": seen.at_ms, "side": seen.side, "quantity": size, "most": size}
    return times | {"entry": str(seen.price), "stop": stop, "fees": str(seen.fee), "exits": []}


def grow(trade: dict[str, Any], quantity: Decimal, price: Decimal) -> None:
    """More of it at another price."""
    held, most = Decimal(trade["quantity"]), Decimal(trade["most"])
    trade["entry"] = str((Decimal(trade["entry"]) * held + price * quantity) / (held + quantity))
    trade["quantity"], trade["most"] = str(held + quantity), str(most + quantity)


def opened(teller: Teller, number: int, symbol: str, trade: dict[str, Any], draws: Draws) -> Alert:
    """A position was opened."""
    stop = f", stop at {trade['stop']}" if trade["stop"] else ""
    title = f"{symbol} {SIDES[trade['side']]} {trade['quantity']} opened at {short(trade['entry'])}{stop}"
    text = f"Filled at {clock(trade['at_ms'])}. Nothing has to be done; its stop rests at the venue." if stop else STOPLESS
    picture = draws(symbol, trade, trade["at_ms"])
    return teller.tell(Kind.TRADE_OPENED, f"fill.{number}.opened", title, text, trade["at_ms"], subject=symbol, picture=picture)


STOPLESS = "Its order came without a stop; another alert follows if none is set."


def closed(teller: Teller, number: int, symbol: str, trade: dict[str, Any], draws: Draws) -> Alert:
    """A position is gone, with what it brought."""
    result, at_ms = outcome(trade), trade["exits"][-1][0]
    ways = ", ".join(f"{quantity} at {short(price)} ({role.lower().replace('_', ' ')})" for _, price, quantity, role in trade["exits"])
    title = f"{symbol} {SIDES[trade['side']]} closed: {result:+.2f} after fees and funding"
    text = f"Entry {short(trade['entry'])} at {clock(trade['at_ms'])}; out {ways}; fees and funding {Decimal(trade['fees']):.2f}."
    picture = draws(symbol, trade, at_ms)
    return teller.tell(
        Kind.TRADE_CLOSED, f"fill.{number}.closed", title, f"{text} Nothing has to be done.", at_ms, subject=symbol, picture=picture
    )


def outcome(trade: dict[str, Any]) -> Decimal:
    """What a trade brought, fees and funding included; of contracts whose size is one."""
    gained = sum(((Decimal(price) - Decimal(trade["entry"])) * Decimal(quantity) for _, price, quantity, _ in trade["exits"]), Decimal(0))
    return gained * int(trade["side"]) - Decimal(trade["fees"])


def short(price: str) -> str:
    """A price without digits that only an average has."""
    return f"{Decimal(price):.10g}" if len(price) > 12 else price
