"""What happens from outside between two instants: to the streams, to the account's settings, to the market itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.model.trading import Origin
from runner.rehearsal.core.refusal import RefusalError
from runner.rehearsal.faults import SKEW_MS

if TYPE_CHECKING:
    from runner.rehearsal.face.wire import Wire

AWAY_MS = 2_000
HOUR_MS = 3_600_000
SKEWED = 3  # instants that a clock stays off


def strike(wire: Wire) -> None:
    """What the schedule has for this instant, if anything."""
    back(wire)
    kind = wire.front.faults.instant()
    if kind:
        HAPPENINGS[kind](wire)


def back(wire: Wire) -> None:
    """A clock that was off comes back after a while, and so does a position mode, or a market that was halted."""
    front = wire.front
    for key, until in list(front.faults.switched.items()):
        market = front.exchange.state.market(key)
        if until <= front.exchange.now_ms and not market.busy:
            del front.faults.switched[key]
            front.exchange.set_hedge([market], hedge=not market.hedge)
    for key, until in list(front.faults.halted.items()):
        if until <= front.exchange.now_ms:
            del front.faults.halted[key]
            front.exchange.state.market(key).halted = False
    if front.skew_ms and front.faults.skewed_until <= front.exchange.now_ms:
        front.skew_ms = 0


def close_clean(wire: Wire) -> None:
    """The venue ends every stream in good order."""
    for connection in wire.hub.connections.values():
        wire.hub.lose(connection.channel)
        connection.end()


def close_reset(wire: Wire) -> None:
    """The network cuts every stream."""
    for connection in wire.hub.connections.values():
        wire.hub.lose(connection.channel)
        connection.abort()


def socket_frozen(wire: Wire) -> None:
    """One stream goes silent without an end."""
    for connection in list(wire.hub.connections.values())[:1]:
        connection.frozen = True


def reconnect_refused(wire: Wire) -> None:
    """The streams are cut, and nobody may come back for a while."""
    wire.front.faults.refuse_streams_until = wire.front.exchange.now_ms + AWAY_MS
    close_reset(wire)


def login_refused(wire: Wire) -> None:
    """The private stream is cut, and the next login is refused."""
    wire.front.faults.refuse_logins = 1
    for connection in wire.hub.connections.values():
        if connection.channel == "private":
            wire.hub.lose("private")
            connection.abort()


def clock_ahead(wire: Wire) -> None:
    """The venue's clock says more than it should."""
    skew(wire, SKEW_MS)


def clock_behind(wire: Wire) -> None:
    """The venue's clock says less than it should."""
    skew(wire, -SKEW_MS)


def skew(wire: Wire, ms: int) -> None:
    """Put the stated clock off for some instants."""
    front = wire.front
    front.skew_ms = ms
    front.faults.skewed_until = front.exchange.now_ms + SKEWED * wire.candle_ms()


def leverage_changed(wire: Wire) -> None:
    """Somebody sets another leverage on a symbol."""
    key = wire.front.faults.some_market(held=False)
    market = wire.front.exchange.state.market(key)
    with suppress(RefusalError):
        wire.front.exchange.set_leverage(market, min(market.listing.max_leverage, market.leverage + 1))


def mode_changed(wire: Wire) -> None:
    """Somebody switches a flat symbol to the other position mode, and back after some instants."""
    key, front = wire.front.faults.some_market(held=False), wire.front
    market = front.exchange.state.market(key)
    if key not in front.faults.switched:
        with suppress(RefusalError):
            front.exchange.set_hedge([market], hedge=not market.hedge)
            front.faults.switched[key] = front.exchange.now_ms + SKEWED * wire.candle_ms()


def rules_changed(wire: Wire) -> None:
    """The venue revises how much may be ordered at once."""
    market = wire.front.exchange.state.market(wire.front.faults.some_market(held=False))
    listing = market.listing
    market.listing = replace(listing, max_quantity=listing.max_quantity * 2, max_market_quantity=listing.max_market_quantity * 2)


def interval_changed(wire: Wire) -> None:
    """Funding of a contract falls due twice as often, or half as often again."""
    market = wire.front.exchange.state.market(wire.front.faults.some_market(held=False))
    usual = 8 * HOUR_MS
    shorter = 4 * HOUR_MS if market.listing.funding_interval_ms == usual else usual
    market.listing = replace(market.listing, funding_interval_ms=shorter)


def halted(wire: Wire) -> None:
    """A market takes nothing but orders that reduce, for some instants."""
    key, front = wire.front.faults.some_market(held=False), wire.front
    front.exchange.state.market(key).halted = True
    front.faults.halted[key] = front.exchange.now_ms + SKEWED * wire.candle_ms()


def wick(wire: Wire) -> None:
    """The last price shoots away and comes back; mark and index do not move."""
    key = wire.front.faults.some_market(held=True) or wire.front.faults.some_market(held=False)
    exchange = wire.front.exchange
    market = exchange.state.market(key)
    home = market.last
    for price in (market.listing.near(home * (1 + wire.front.faults.wick())), home):
        for _ in exchange.travel(key, price, by_mark=False):
            continue


def taken(wire: Wire, origin: Origin) -> None:
    """The exchange closes a position."""
    key = wire.front.faults.some_market(held=True)
    for position in list(wire.front.exchange.state.market(key).positions.values()) if key else ():
        wire.front.exchange.take_over(key, position.index, origin)


def adl(wire: Wire) -> None:
    """A position is deleveraged away."""
    taken(wire, Origin.ADL)


def liquidation(wire: Wire) -> None:
    """A position is liquidated."""
    taken(wire, Origin.LIQUIDATION)


def manual_close(wire: Wire) -> None:
    """Somebody closes a position by hand."""
    key = wire.front.faults.some_market(held=True)
    for position in list(wire.front.exchange.state.market(key).positions.values()) if key else ():
        wire.front.exchange.close_by_hand(key, position.index)


HAPPENINGS: dict[str, Callable[[Wire], None]] = {
    each.__name__: each
    for each in (
        close_clean,
        close_reset,
        socket_frozen,
        reconnect_refused,
        login_refused,
        clock_ahead,
        clock_behind,
        leverage_changed,
        mode_changed,
        rules_changed,
        interval_changed,
        halted,
        wick,
        adl,
        liquidation,
        manual_close,
    )
}
