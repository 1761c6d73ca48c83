"""The control channel's requests, outside the venue's paths: look at the exchange, and reach into it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from runner.rehearsal.core.margin import worth
from runner.rehearsal.core.refusal import RefusalError
from runner.rehearsal.face.front import Reply
from runner.rehearsal.face.rows import order_row, position_row, wallet_row
from runner.rehearsal.mishaps import HAPPENINGS

if TYPE_CHECKING:
    from runner.rehearsal.face.wire import Wire

JSON = {"Content-Type": "application/json"}


def reply(value: Any, status: int = 200) -> Reply:
    """A value as JSON."""
    return Reply(status, json.dumps(value, separators=(",", ":")).encode(), JSON)


def control(wire: Wire, method: str, path: str, query: str, body: bytes) -> Reply:
    """The answer to a request on the control channel; 400 with a sentence for one that makes no sense."""
    if method == "GET":
        if path == "/control/state":
            return reply(state(wire))
        return reply(log(wire, query)) if path == "/control/log" else reply({"error": f"no {path}"}, 404)
    work = POSTS.get(path)
    if work is None:
        return reply({"error": f"no {path}"}, 404)
    try:
        work(wire, json.loads(body or b"{}"))
    except (KeyError, TypeError, ValueError, InvalidOperation, RefusalError) as problem:
        return reply({"error": f"{type(problem).__name__}: {problem}"}, 400)
    return reply({})


def state(wire: Wire) -> dict[str, Any]:
    """Everything that is so now."""
    front = wire.front
    known = front.exchange.state
    own = worth(known)
    return {
        "now": known.now_ms,
        "environment": front.service.environment,
        "pace": front.service.pace,
        "isolated": known.isolated,
        "balance": str(own.balance),
        "equity": str(own.equity),
        "coins": {name: str(amount) for name, amount in known.coins.items()},
        "wallet": wallet_row(known),
        "positions": [position_row(known, m, p) for m in known.markets.values() for p in m.positions.values() if p.side],
        "orders": [order_row(known.markets[order.ticket.market], order) for order in known.orders_open()],
        "prices": {key: {"last": str(m.last), "mark": str(m.mark), "index": str(m.index)} for key, m in known.markets.items()},
        "hedge": {key: m.hedge for key, m in known.markets.items()},
        "leverage": {key: str(m.leverage) for key, m in known.markets.items()},
        "counts": dict(Counter(row["kind"] for row in known.log)),
        "faults": dict(front.faults.counts),
        "orders_made": len(known.orders),
        "fills": len(known.fills),
        "ledger": len(known.ledger),
        "frames": wire.hub.counts(),
        "bars": wire.walk.bars_done if wire.walk is not None else 0,
        "over": wire.pace.over,
    }


def log(wire: Wire, query: str) -> list[dict[str, Any]]:
    """The exchange's own log, from a row on: `after=n`."""
    after = int(query.removeprefix("after=") or 0) if query.startswith("after=") else 0
    return wire.front.exchange.state.log[after:]


def price(wire: Wire, wish: dict[str, Any]) -> None:
    """A market jumps, or trades its way, to a price; the mark may stand elsewhere."""
    mark = Decimal(str(wish["mark"])) if wish.get("mark") is not None else None
    wire.go(str(wish["symbol"]), Decimal(str(wish["last"])), mark, jump=not wish.get("travel", False))


def clock(wire: Wire, wish: dict[str, Any]) -> None:
    """Time goes on, or the venue's stated clock is off by so much."""
    if "advance_ms" in wish:
        wire.front.advance(int(wish["advance_ms"]))
    if "skew_ms" in wish:
        wire.front.skew_ms = int(wish["skew_ms"])


def wallet(wire: Wire, wish: dict[str, Any]) -> None:
    """The balance becomes what is wished, told in the ledger as money that came or went."""
    known = wire.front.exchange.state
    change = Decimal(str(wish["balance"])) - known.coins[known.setup.coin]
    known.note("wallet", why=str(wish.get("why", "")), balance=str(wish["balance"]))
    wire.front.exchange.apply_money(known.setup.coin, change, "TRANSFER_IN" if change >= 0 else "TRANSFER_OUT")
    wire.flush()


def fault(wire: Wire, wish: dict[str, Any]) -> None:
    """Arm one fault; one that strikes no request, frame or order happens now."""
    wire.front.faults.arm(**wish)
    if wish["kind"] in HAPPENINGS:
        wire.strike()
        wire.flush()


def funding(wire: Wire, wish: dict[str, Any]) -> None:
    """A funding payment, now."""
    wire.front.exchange.fund(str(wish["symbol"]), Decimal(str(wish["rate"])))
    wire.flush()


POSTS: dict[str, Callable[[Wire, dict[str, Any]], None]] = {
    "/control/price": price,
    "/control/clock": clock,
    "/control/wallet": wallet,
    "/control/fault": fault,
    "/control/funding": funding,
}
