"""The typed client of one account at its venue."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from runner.live.clock import Clock
from runner.live.keys import REDACTOR, Keys, keys_of
from runner.live.outcome import Reaction, Rejected
from runner.live.pages import once, whole, windows
from runner.live.rest import Rest
from runner.model.bot import Account
from runner.model.errors import ConfigError, Problem
from runner.model.trading import (
    AccountFacts,
    Ack,
    AmendRequest,
    CancelRequest,
    CandleSeen,
    Contract,
    Fees,
    FillSeen,
    KeyFacts,
    LedgerSeen,
    OrderRequest,
    OrderSeen,
    PositionSeen,
    PriceSeen,
    ProtectRequest,
    WalletSeen,
)
from runner.wire.bybit import BybitDialect, market, queries, requests, rows
from runner.wire.bybit.words import fixed
from runner.wire.call import Call
from runner.wire.fields import Row

LATER_MS = 1_000  # asked beyond the present, so that what happens meanwhile is in the list


class Desk:
    """Everything an account can do and ask at its venue, one call at a time.

    raises Rejected, Unknown, Blocked, Halting (runner.live.outcome). A request for an order that ends Unknown was never repeated.
    before: looks at every order, change and protection last (runner.live.fat_finger); what it raises keeps it from being sent.
    transport: as for Rest.
    """

    before: Callable[[OrderRequest | AmendRequest | ProtectRequest], None]

    def __init__(self, dialect: BybitDialect, keys: Keys | None, clock: Clock, **transport: Any) -> None:
        if keys is not None:
            REDACTOR.learn(keys)
        self.dialect = dialect
        self.before = lambda _: None
        self.rest = Rest(dialect, keys, clock, **transport)

    # --- what changes something ---------------------------------------------------------------------------------------

    def place(self, request: OrderRequest) -> Ack:
        """Send a new order."""
        self.before(request)
        return self.rest.ask(self.dialect.call(request), _ack_of(request.client_order_id))

    def amend(self, request: AmendRequest) -> Ack:
        """Change a resting order."""
        self.before(request)
        return self.rest.ask(self.dialect.call(request), _ack_of(request.client_order_id))

    def cancel(self, request: CancelRequest) -> Ack:
        """Withdraw an order; one that had ended already is as good as withdrawn, and its fills are to be looked at."""
        try:
            return self.rest.ask(self.dialect.call(request), _ack_of(request.client_order_id))
        except Rejected as refusal:
            if refusal.reaction is not Reaction.FINISHED:
                raise
            return Ack(order_id=request.order_id, client_order_id=request.client_order_id, at_ms=self.rest.offset.venue_ms())

    def protect(self, request: ProtectRequest) -> None:
        """Set the position's own stop and trail."""
        self.before(request)
        self._settle(self.dialect.call(request))

    def set_leverage(self, symbol: str, leverage: Decimal) -> None:
        """Set both sides' leverage."""
        self._settle(requests.levered(symbol, fixed(leverage), self.dialect.category))

    def set_isolated(self, isolated: bool) -> None:  # noqa: FBT001 - the one thing it says
        """Let each position answer with its own margin, or all with the account's."""
        self._settle(requests.margined("ISOLATED_MARGIN" if isolated else "REGULAR_MARGIN"))

    def set_one_way(self, symbol: str) -> None:
        """One position a symbol."""
        self._settle(requests.one_way(symbol, self.dialect.category))

    def _settle(self, call: Call) -> None:
        """Send what sets something; that it was so already is success."""
        try:
            self.rest.ask(call, lambda _result, _at_ms: None)
        except Rejected as refusal:
            if refusal.reaction is not Reaction.SUCCESS:
                raise

    # --- what is asked of the account ---------------------------------------------------------------------------------

    def order(self, symbol: str, *, client_order_id: str) -> OrderSeen | None:
        """The order of our id, resting or ended; None when the venue knows none."""
        d = self.dialect
        for call in (
            queries.orders_now(d.category, d.settle, symbol, client_order_id),
            queries.orders_before(d.category, symbol, client_order_id),
        ):
            found = [each for each in whole(self.rest, call, "order", rows.order) if each.client_order_id == client_order_id]
            if found:
                return found[0]
        return None

    def open_orders(self, symbol: str | None = None) -> list[OrderSeen]:
        """Everything that rests: plain and conditional orders and the positions' own stops."""
        call = queries.orders_now(self.dialect.category, self.dialect.settle, symbol)
        found = once(whole(self.rest, call, "order", rows.order), lambda each: each.order_id)
        return [each for each in found if each.state.open]

    def fills(
        self, *, since_ms: int, until_ms: int | None = None, symbol: str | None = None, client_order_id: str | None = None
    ) -> list[FillSeen]:
        """Every execution of the span, funding included, oldest first."""
        found: list[FillSeen] = []
        for start_ms, end_ms in self._weeks(since_ms, until_ms):
            call = queries.fills(self.dialect.category, symbol, client_order_id, start_ms, end_ms)
            found += reversed(whole(self.rest, call, "fill", rows.fill))
        return sorted(once(found, lambda each: each.execution_id), key=lambda each: each.at_ms)

    def positions(self) -> list[PositionSeen]:
        """Every position that is not flat; on spot every coin held."""
        d = self.dialect
        if d.category == "spot":
            return self.rest.ask(queries.wallet(), lambda result, at_ms: rows.holdings(_only(result), d.settle, at_ms))
        found = whole(self.rest, queries.positions(d.category, d.settle), "position", rows.position)
        return [each for each in found if each.side]

    def position(self, symbol: str) -> PositionSeen:
        """The position of a symbol, flat or not."""
        if self.dialect.category == "spot":
            return rows.of_symbol(self.positions(), symbol)
        found = whole(self.rest, queries.position(self.dialect.category, symbol), "position", rows.position)
        return rows.of_symbol(found, symbol)

    def wallet(self) -> WalletSeen:
        """The account's money."""
        return self.rest.ask(queries.wallet(), self._wallet)

    def _wallet(self, result: Row, at_ms: int) -> WalletSeen:
        seen = rows.wallet(_only(result), self.dialect.settle, at_ms)
        return seen if seen is not None else rows.empty(at_ms)

    def ledger(self, *, since_ms: int, until_ms: int | None = None) -> list[LedgerSeen]:
        """Everything that moved money within the span, oldest first."""
        found: list[LedgerSeen] = []
        for start_ms, end_ms in self._weeks(since_ms, until_ms):
            found += reversed(whole(self.rest, queries.ledger(self.dialect.settle, start_ms, end_ms), "ledger", rows.ledger))
        return sorted(once(found, lambda each: each.id), key=lambda each: each.at_ms)

    def _weeks(self, since_ms: int, until_ms: int | None) -> list[tuple[int, int]]:
        until_ms = self.rest.offset.venue_ms() + LATER_MS if until_ms is None else until_ms
        return list(windows(since_ms, until_ms, queries.WEEK_MS))

    def account(self) -> AccountFacts:
        """How the account is set up."""
        return self.rest.ask(queries.account(), lambda result, _: rows.account(result))

    def key(self) -> KeyFacts:
        """What the key may do."""
        return self.rest.ask(queries.key(), lambda result, _: rows.key(result, self.dialect.category))

    def fees(self, symbol: str) -> Fees | None:
        """What the account pays on a symbol; None where the venue does not tell, as in its demo world."""
        try:
            return self.rest.ask(queries.fees(self.dialect.category, symbol), lambda result, _: market.fees(_only(result)))
        except Rejected as refusal:
            if refusal.reaction is not Reaction.BUG:
                raise
            return None

    # --- what is asked of the market ----------------------------------------------------------------------------------

    def candles(self, symbol: str, timeframe_ms: int, *, start_ms: int, end_ms: int) -> list[CandleSeen]:
        """The closed candles that open within start … end, the end left out, oldest first."""
        found: list[CandleSeen] = []
        for first_ms, last_ms in windows(start_ms, end_ms - 1, timeframe_ms * queries.CANDLES):
            call = queries.candles(self.dialect.category, symbol, timeframe_ms, first_ms, last_ms)
            page = self.rest.ask(
                call,
                lambda result, at_ms: [market.candle(values, symbol, timeframe_ms, at_ms) for values in result.lists("list", 6)],
            )
            found += [each for each in reversed(page) if each.closed and start_ms <= each.open_ms < end_ms]
        return found

    def price(self, symbol: str) -> PriceSeen:
        """The prices of a symbol."""
        return self.rest.ask(queries.price(self.dialect.category, symbol), lambda result, at_ms: market.price(_only(result), at_ms))

    def contract(self, symbol: str) -> Contract:
        """The venue's rules for a symbol."""
        call = queries.contract(self.dialect.category, symbol)
        return self.rest.ask(call, lambda result, _: market.contract(_only(result), self.dialect.category))

    def server_ms(self) -> int:
        """The venue's time, asked for now."""
        return self.rest.ask(queries.clock(), lambda _, at_ms: at_ms)

    def measure_clock(self) -> int:
        """How many milliseconds the venue's clock is ahead of ours."""
        return self.rest.offset.measure()

    def close(self) -> None:
        """Let go of the connection."""
        self.rest.close()


@runtime_checkable
class Speaking(Protocol):
    """A venue that takes orders."""

    def dialect(self) -> BybitDialect:
        """How it speaks."""
        ...


def dialect_of(venue: object, *, simulated: bool = False) -> BybitDialect:
    """How a venue speaks. refuses: one that takes no orders; in a simulated run one that is not on this machine."""
    if not isinstance(venue, Speaking):
        raise ConfigError("this venue takes no orders", [Problem(path="account.venue", message="choose one that does, such as bybit_demo")])
    dialect = venue.dialect()
    if simulated and not dialect.endpoint:
        message = f"a simulated run sends nothing to {dialect.environment}; it needs an endpoint on this machine"
        raise ConfigError("orders would leave this machine", [Problem(path="account.venue.endpoint", message=message)])
    return dialect


def desk_of(venue: object, account: Account, clock: Clock, *, home: Path = Path(), simulated: bool = False, **transport: Any) -> Desk:
    """The desk of an account, with the keys it names. transport: as for Desk."""
    dialect = dialect_of(venue, simulated=simulated)
    return Desk(dialect, keys_of(account, home), clock, account=account.name, **transport)


def _ack_of(client_order_id: str) -> Callable[[Row, int], Ack]:
    """Reads the venue's acknowledgement; that of another order is refused."""

    def read(result: Row, at_ms: int) -> Ack:
        theirs = result.text("orderLinkId", "")
        if client_order_id and theirs not in ("", client_order_id):
            result.fail("orderLinkId", repr(client_order_id))
        return Ack(order_id=result.text("orderId"), client_order_id=theirs, at_ms=at_ms)

    return read


def _only(result: Row) -> Row:
    """The first row of a list that has one."""
    found = result.rows("list", "row")
    if not found:
        result.fail("list", "a row")
    return found[0]
