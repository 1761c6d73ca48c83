"""Bybit's rows about an account, as the nouns of trading. REST and streams say the same with few differences; both are read here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from runner.model.trading import (
    AccountFacts,
    FillKind,
    FillSeen,
    KeyFacts,
    LedgerSeen,
    OrderKind,
    OrderSeen,
    OrderState,
    Origin,
    PositionSeen,
    WalletSeen,
)
from runner.wire.bybit.words import FILLS, KINDS, NO_REASON, ORIGINS, SIGNS, STATES, STOPS, Category, ledger_kind
from runner.wire.fields import Row, chosen

ZERO = Decimal(0)
UNIFIED_FROM = 3  # unifiedMarginStatus of accounts that are unified
ONE_WAY = 0  # positionIdx


def order(row: Row) -> OrderSeen:
    """One order."""
    kind, state = chosen(row, "orderType", KINDS), chosen(row, "orderStatus", STATES)
    trigger = row.positive("triggerPrice")
    if kind is OrderKind.MARKET and trigger is not None:
        kind = OrderKind.STOP
    return OrderSeen(
        order_id=row.text("orderId"),
        client_order_id=row.text("orderLinkId", ""),
        symbol=row.text("symbol"),
        side=chosen(row, "side", SIGNS),
        kind=kind,
        state=state,
        quantity=row.number("qty"),
        filled=row.number("cumExecQty", ZERO),
        price=row.positive("price") if kind is OrderKind.LIMIT else None,  # of a market order it is only the venue's own limit
        average_price=row.positive("avgPrice"),
        trigger_price=trigger,
        reduce_only=row.flag("reduceOnly", default=False),
        origin=_origin(row),
        stop=row.positive("stopLoss"),
        reason=_reason(row, state),
        updated_ms=row.whole("updatedTime"),
    )


def _origin(row: Row) -> Origin:
    word = row.text("createType", "")
    if word.startswith("CreateByAdl"):
        return Origin.ADL
    if word in ORIGINS:
        return ORIGINS[word]
    return STOPS.get(row.text("stopOrderType", ""), Origin.USER)


def _reason(row: Row, state: OrderState) -> str:
    """The venue's word for why an order ended without filling."""
    if state not in (OrderState.CANCELLED, OrderState.REJECTED, OrderState.DEACTIVATED):
        return ""
    words = [row.text("cancelType", ""), row.text("rejectReason", "")]
    return next((word for word in words if word not in NO_REASON), "")


def fill(row: Row) -> FillSeen:
    """One execution."""
    quantity, price = row.number("execQty"), row.number("execPrice")
    fee = row.number("execFee", ZERO)
    coin = row.text("feeCurrency", "")
    if coin and row.text("symbol").startswith(coin):  # spot takes the fee of a buy in what was bought
        fee *= price
    return FillSeen(
        execution_id=row.text("execId"),
        order_id=row.text("orderId", ""),
        client_order_id=row.text("orderLinkId", ""),
        symbol=row.text("symbol"),
        side=chosen(row, "side", SIGNS),
        quantity=quantity,
        price=price,
        fee=fee,
        maker=row.flag("isMaker", default=False),
        kind=chosen(row, "execType", FILLS) if row.has("execType") else FillKind.TRADE,
        origin=_origin(row),
        at_ms=row.whole("execTime"),
    )


def position(row: Row) -> PositionSeen:
    """One position; the streams call its average price the entry price."""
    size = row.number("size", ZERO)
    return PositionSeen(
        symbol=row.text("symbol"),
        side=chosen(row, "side", SIGNS) if size else 0,
        quantity=size,
        average_price=(row.positive("avgPrice") or row.positive("entryPrice")) if size else None,
        mark=row.positive("markPrice"),
        liquidation=row.positive("liqPrice"),
        leverage=row.positive("leverage"),
        stop=row.positive("stopLoss"),
        trail_distance=row.positive("trailingStop"),
        margin=row.maybe("positionIM"),
        hedge=row.whole("positionIdx", ONE_WAY) != ONE_WAY,
        updated_ms=row.whole("updatedTime", 0),
    )


def of_symbol(seen: Sequence[PositionSeen], symbol: str) -> PositionSeen:
    """The position of a symbol among its rows: two in a two-sided mode, none where it was never traded."""
    ours = [each for each in seen if each.symbol == symbol]
    if not ours:
        return flat(symbol)
    return max(ours, key=lambda each: each.quantity)


def flat(symbol: str) -> PositionSeen:
    """No position."""
    return holding(symbol, ZERO, 0)


def holding(symbol: str, quantity: Decimal, at_ms: int) -> PositionSeen:
    """A quantity held outright, as on spot."""
    return PositionSeen(
        symbol=symbol,
        side=1 if quantity > 0 else 0,
        quantity=max(quantity, ZERO),
        average_price=None,
        mark=None,
        liquidation=None,
        leverage=None,
        stop=None,
        trail_distance=None,
        margin=None,
        hedge=False,
        updated_ms=at_ms,
    )


def wallet(row: Row, settle: str, at_ms: int) -> WalletSeen | None:
    """The account's money in `settle`; None when the row says nothing of it.

    With isolated margins the venue leaves the account's own sums empty; what is free is then reckoned from the coin.
    """
    coin = next((each for each in row.rows("coin", "wallet.coin") if each.text("coin") == settle), None)
    if coin is None:
        return None
    balance = coin.number("walletBalance", ZERO)
    held = coin.number("totalPositionIM", ZERO) + coin.number("totalOrderIM", ZERO)
    total = row.maybe("totalAvailableBalance")
    return WalletSeen(
        balance=balance,
        equity=coin.number("equity", balance),
        available=max(balance - held - coin.number("locked", ZERO), ZERO) if total is None else total,
        margin=held,
        maintenance=coin.number("totalPositionMM", ZERO),
        at_ms=at_ms,
    )


def empty(at_ms: int) -> WalletSeen:
    """The money of an account that holds none of its currency."""
    return WalletSeen(balance=ZERO, equity=ZERO, available=ZERO, margin=ZERO, maintenance=ZERO, at_ms=at_ms)


def holdings(row: Row, settle: str, at_ms: int) -> list[PositionSeen]:
    """The coins held beside `settle`, as what trading them on spot would call positions."""
    coins = [(each.text("coin"), each.number("walletBalance", ZERO)) for each in row.rows("coin", "wallet.coin")]
    return [holding(f"{coin}{settle}", quantity, at_ms) for coin, quantity in coins if coin != settle and quantity > 0]


def ledger(row: Row) -> LedgerSeen:
    """One row of the transaction log."""
    word, at_ms, change = row.text("type"), row.whole("transactionTime"), row.number("change")
    parts = [part for part in (row.text("id", ""), row.text("tradeId", "")) if part]
    return LedgerSeen(
        id="|".join(parts) or f"{word}|{at_ms}|{change}",
        kind=ledger_kind(word),
        symbol=row.text("symbol", ""),
        change=change,
        fee=row.number("fee", ZERO),
        funding=row.number("funding", ZERO),
        balance=row.maybe("cashBalance"),
        at_ms=at_ms,
        client_order_id=row.text("orderLinkId", ""),
        word=word,
    )


def account(row: Row) -> AccountFacts:
    """How the account is set up."""
    return AccountFacts(
        isolated_margin=row.text("marginMode") == "ISOLATED_MARGIN",
        unified=row.whole("unifiedMarginStatus") >= UNIFIED_FROM,
    )


def key(row: Row, category: Category) -> KeyFacts:
    """What the key may do."""
    rights = row.row("permissions").data
    contracts, derivatives, spot, purse = (set(rights.get(name) or ()) for name in ("ContractTrade", "Derivatives", "Spot", "Wallet"))
    linear = {"Order", "Position"} <= contracts or "DerivativesTrade" in derivatives
    ips = row.data.get("ips") or ["*"]
    return KeyFacts(
        read_only=row.whole("readOnly") == 1,
        can_trade=linear if category == "linear" else "SpotTrade" in spot,
        can_withdraw="Withdraw" in purse,
        bound_to_ip="*" not in ips,
        expires_ms=row.moment("expiredAt"),
    )
