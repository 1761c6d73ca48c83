"""Rows of the venue's answers and streams: private ones. Numbers are strings, nothing is ""."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from runner.model.trading import OrderKind
from runner.rehearsal.core.listing import ZERO
from runner.rehearsal.core.margin import Worth, initial, liquidation, upkeep, worth
from runner.rehearsal.core.order import Fill, Order
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.state import Closed, Market, Row, State
from runner.rehearsal.face.words import KINDS, LASTS, SIDES, STAGES, TRIGGERS, created_by, money, plain, stop_kind

PROTECTIVE = Decimal("0.05")
type Json = dict[str, Any]


def category(key: str) -> str:
    """The venue's category of a market's key."""
    return "spot" if key.startswith("spot:") else "linear"


def symbol(key: str) -> str:
    """The venue's symbol of a market's key."""
    return key.removeprefix("spot:")


def shown_price(market: Market, order: Order) -> Decimal:
    """A market order is shown with the price that protects it, not the one it got."""
    if order.price is not None:
        return order.price
    return market.listing.near(order.last_then * (1 + order.side * PROTECTIVE))


def order_row(market: Market, order: Order) -> Json:
    """An order as lists tell it."""
    ticket, exits, waits = order.ticket, order.exits, order.trigger_price is not None
    left = order.left if order.open else ZERO
    return {
        "orderId": order.id,
        "orderLinkId": ticket.link,
        "blockTradeId": "",
        "symbol": symbol(ticket.market),
        "price": plain(ZERO if waits and order.price is None else shown_price(market, order)),
        "qty": plain(order.quantity),
        "side": SIDES[order.side],
        "isLeverage": "0" if market.listing.spot else "",
        "positionIdx": ticket.index,
        "orderStatus": STAGES[order.stage],
        "createType": created_by(order),
        "cancelType": order.cancel or "UNKNOWN",
        "rejectReason": order.reject or "EC_NoError",
        "avgPrice": plain(None if order.average is None else round(order.average, 8)),
        "leavesQty": plain(left),
        "leavesValue": money(left * shown_price(market, order)),
        "cumExecQty": plain(order.filled),
        "cumExecValue": money(order.value),
        "cumExecFee": money(order.fee),
        "closedPnl": money(order.profit),
        "timeInForce": "IOC" if ticket.kind is OrderKind.MARKET else LASTS[ticket.lasts],
        "orderType": KINDS[ticket.kind],
        "stopOrderType": stop_kind(order),
        "orderIv": "",
        "marketUnit": "",
        "slippageToleranceType": "UNKNOWN",
        "slippageTolerance": "",
        "triggerPrice": plain(order.trigger_price),
        "takeProfit": plain(exits.target or None),
        "stopLoss": plain(exits.stop or None),
        "tpTriggerBy": TRIGGERS[exits.target_by] if exits.target else "",
        "slTriggerBy": TRIGGERS[exits.stop_by] if exits.stop else "",
        "triggerDirection": (1 if ticket.rises else 2) if waits else 0,
        "triggerBy": TRIGGERS[ticket.trigger_by] if waits else "",
        "lastPriceOnCreated": plain(order.last_then),
        "reduceOnly": ticket.reduce_only,
        "closeOnTrigger": ticket.close_on_trigger,
        "smpType": "None",
        "smpGroup": 0,
        "smpOrderId": "",
        "tpslMode": ("Partial" if exits.partial or order.partial else "Full") if exits.any or order.origin != "user" else "",
        "tpLimitPrice": plain(exits.target_limit),
        "slLimitPrice": plain(exits.stop_limit),
        "placeType": "",
        "createdTime": str(order.created_ms),
        "updatedTime": str(order.updated_ms),
        "cumFeeDetail": {market.listing.settle: money(order.fee)} if order.filled else {},
        "extraFees": "",
        "rpiTakerAccess": False,
        "rpiMatchedQty": "0",
    }


def order_event(market: Market, order: Order) -> Json:
    """An order as the stream tells it."""
    return order_row(market, order) | {
        "category": category(order.ticket.market),
        "feeCurrency": market.listing.settle if order.filled else "",
    }


def fill_row(market: Market, fill: Fill) -> Json:
    """An execution as lists tell it."""
    order, funding = fill.order, fill.word == "Funding"
    return {
        "symbol": symbol(fill.market),
        "orderType": "UNKNOWN" if funding else KINDS[order.ticket.kind],
        "underlyingPrice": "",
        "orderLinkId": order.ticket.link,
        "side": SIDES[fill.side],
        "indexPrice": "",
        "orderId": order.id,
        "stopOrderType": stop_kind(order) or "UNKNOWN",
        "leavesQty": plain(ZERO if funding else order.left),
        "execTime": str(fill.at_ms),
        "feeCurrency": fill.fee_coin if market.listing.spot else "",
        "isMaker": fill.maker,
        "execFee": plain(fill.fee),
        "feeRate": plain(fill.rate),
        "execId": fill.id,
        "tradeIv": "",
        "blockTradeId": "",
        "markPrice": plain(fill.mark),
        "execPrice": plain(fill.price),
        "markIv": "",
        "orderQty": plain(ZERO if funding else order.quantity),
        "orderPrice": plain(ZERO if funding else shown_price(market, order)),
        "execValue": money(fill.quantity * fill.price),
        "execType": fill.word,
        "execQty": plain(fill.quantity),
        "closedSize": plain(fill.closed),
        "extraFees": "",
        "seq": fill.number,
        "createType": "" if funding else created_by(order),
        "execPnl": money(fill.profit),
        "isLeverage": "0",
        "marketUnit": "",
    }


def fill_event(market: Market, fill: Fill) -> Json:
    """An execution as the stream tells it."""
    return fill_row(market, fill) | {"category": category(fill.market), "extraFees": [], "feeCurrency": fill.fee_coin}


def position_row(state: State, market: Market, position: Position) -> Json:
    """A position as lists tell it."""
    flat = not position.side
    stop, target = market.orders.get(position.stop), market.orders.get(position.target)
    end = liquidation(state, market, position)
    held, kept = (ZERO, ZERO) if flat else (initial(market, position), upkeep(market, position))
    return {
        "positionIdx": position.index,
        "riskId": 1,
        "riskLimitValue": "2000000",
        "symbol": symbol(position.market),
        "side": SIDES[position.side],
        "size": plain(position.size),
        "avgPrice": plain(round(position.entry, 8)),
        "positionValue": "" if flat else money(position.value),
        "tradeMode": 0,
        "positionStatus": "Normal",
        "autoAddMargin": 0,
        "adlRankIndicator": 0 if flat else 2,
        "leverage": plain(market.leverage),
        "breakEvenPrice": "" if flat else plain(round(even(market, position), 8)),
        "positionBalance": money(held),
        "markPrice": plain(market.mark),
        "liqPrice": "" if end is None else plain(market.listing.near(end)),
        "bustPrice": "",
        "positionMM": money(kept),
        "positionMMByMp": money(kept),
        "positionIM": money(held),
        "positionIMByMp": money(held),
        "tpslMode": "Full",
        "takeProfit": "" if target is None else plain(target.trigger_price),
        "stopLoss": "" if stop is None else plain(stop.trigger_price),
        "trailingStop": plain(position.distance) if position.trail else "0",
        "unrealisedPnl": "" if flat else money(position.result(market.mark)),
        "curRealisedPnl": money(position.realised),
        "cumRealisedPnl": money(position.total),
        "seq": position.number,
        "isReduceOnly": False,
        "mmrSysUpdateTime": "",
        "mmrSysUpdatedTime": "",
        "leverageSysUpdatedTime": "",
        "sessionAvgPrice": "",
        "createdTime": str(position.created_ms or market.listing.launched_ms),
        "updatedTime": str(position.updated_ms or market.listing.launched_ms),
    }


def even(market: Market, position: Position) -> Decimal:
    """Where closing at the market would have cost nothing."""
    paid = position.open_fee / position.size
    return (position.entry + position.side * paid) / (1 - position.side * market.listing.taker)


def position_event(state: State, market: Market, position: Position) -> Json:
    """A position as the stream tells it."""
    row = position_row(state, market, position)
    row["entryPrice"] = row.pop("avgPrice")
    zeros = ("positionValue", "takeProfit", "stopLoss", "unrealisedPnl", "liqPrice")
    return row | {"category": "linear"} | {name: row[name] or "0" for name in zeros if name != "liqPrice"}


def wallet_row(state: State) -> Json:
    """The unified account: one row, with its coins."""
    own = worth(state)
    rate = own.held / own.equity if own.equity > 0 else ZERO
    upkeep_rate = own.maintenance / own.equity if own.equity > 0 else ZERO
    held = money(own.held + own.orders)
    return {
        "totalEquity": money(own.equity),
        "accountIMRate": money(rate),
        "accountIMRateByMp": money(rate),
        "totalMarginBalance": money(own.equity),
        "totalInitialMargin": held,
        "totalInitialMarginByMp": held,
        "accountType": "UNIFIED",
        "totalAvailableBalance": money(own.available),
        "accountMMRate": money(upkeep_rate),
        "accountMMRateByMp": money(upkeep_rate),
        "totalPerpUPL": money(own.open),
        "totalWalletBalance": money(own.balance),
        "accountLTV": "0",
        "totalMaintenanceMargin": money(own.maintenance),
        "totalMaintenanceMarginByMp": money(own.maintenance),
        "coin": [coin_row(state, name, own) for name in state.coins],
    }


def coin_row(state: State, name: str, account: Worth) -> Json:
    """One coin of the account."""
    own = account if name == state.setup.coin else worth(state, name)
    price = Decimal(1) if name == state.setup.coin else coin_price(state, name)
    return {
        "availableToBorrow": "",
        "bonus": "0",
        "accruedInterest": "0",
        "availableToWithdraw": "",
        "totalOrderIM": money(own.orders),
        "equity": money(own.equity),
        "totalPositionMM": money(own.maintenance),
        "usdValue": money(own.equity * price),
        "spotHedgingQty": "0",
        "unrealisedPnl": money(own.open),
        "collateralSwitch": True,
        "borrowAmount": "0",
        "totalPositionIM": money(own.held),
        "walletBalance": money(own.balance),
        "cumRealisedPnl": money(own.balance - state.given.get(name, ZERO)),
        "locked": money(own.locked),
        "marginCollateral": True,
        "coin": name,
        "spotBorrow": "0",
        "free": "",
    }


def coin_price(state: State, name: str) -> Decimal:
    """What a coin is worth in the settlement coin; zero where it is not traded."""
    for market in state.markets.values():
        if market.listing.base == name and market.listing.settle == state.setup.coin:
            return market.last
    return ZERO


def ledger_row(row: Row) -> Json:
    """A change of the balance."""
    none = not row.market
    return {
        "transSubType": "",
        "id": row.id,
        "symbol": symbol(row.market),
        "category": "" if none else category(row.market),
        "side": SIDES[row.side] or "None",
        "transactionTime": str(row.at_ms),
        "type": row.word,
        "qty": plain(row.quantity),
        "size": plain(row.size),
        "currency": row.coin,
        "tradePrice": plain(row.price),
        "funding": plain(row.funding) if row.word == "SETTLEMENT" else "",
        "fee": plain(row.fee),
        "cashFlow": plain(row.cash),
        "change": plain(row.change),
        "cashBalance": plain(row.balance),
        "feeRate": plain(row.rate),
        "bonusChange": "",
        "tradeId": row.trade_id,
        "orderId": row.order_id,
        "orderLinkId": row.link,
        "extraFees": "",
    }


def closed_row(market: Market, closed: Closed) -> Json:
    """What one order realised."""
    order = closed.order
    return {
        "symbol": symbol(order.ticket.market),
        "orderType": KINDS[order.ticket.kind],
        "leverage": plain(closed.leverage),
        "updatedTime": str(closed.updated_ms),
        "side": SIDES[order.side],
        "orderId": order.id,
        "closedPnl": money(closed.profit),
        "avgEntryPrice": plain(round(closed.entry_value / closed.quantity, 8)),
        "qty": plain(order.quantity),
        "cumEntryValue": money(closed.entry_value),
        "createdTime": str(closed.created_ms),
        "orderPrice": plain(shown_price(market, order)),
        "closedSize": plain(closed.quantity),
        "avgExitPrice": plain(round(closed.exit_value / closed.quantity, 8)),
        "execType": closed.word,
        "fillCount": str(closed.fills),
        "cumExitValue": money(closed.exit_value),
        "openFee": money(closed.open_fee),
        "closeFee": money(closed.close_fee),
    }
