"""Positions, their protection and settings, money, the key."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from runner.rehearsal.core.exchange import Protect
from runner.rehearsal.core.state import Market
from runner.rehearsal.face.asked import Asked
from runner.rehearsal.face.codes import CodeError, bad
from runner.rehearsal.face.rows import Json, closed_row, ledger_row, position_row, symbol, wallet_row
from runner.rehearsal.face.trade import exits_of
from runner.rehearsal.face.words import plain, swap

if TYPE_CHECKING:
    from runner.rehearsal.face.front import Front

DAY_MS = 86_400_000
MOST = {"USDT": Decimal(100_000), "USDC": Decimal(100_000), "BTC": Decimal(15), "ETH": Decimal(200)}


def positions(front: Front, asked: Asked) -> Json:
    """With a symbol every side it has, flat or not; by coin only what is open."""
    state = front.exchange.state
    if asked.category() != "linear":
        return {"list": [], "nextPageCursor": "", "category": asked.category()}
    if asked.text("symbol"):
        market = state.market(asked.market())
        rows = [position_row(state, market, position) for position in market.positions.values()]
    else:
        coin = asked.text("settleCoin")
        if not coin:
            raise bad("params error: symbol or settleCoin is required")
        rows = [
            position_row(state, market, position)
            for market in state.markets.values()
            if market.listing.settle == coin
            for position in market.positions.values()
            if position.side
        ]
    page, cursor = asked.page(rows, usual=20, most=200)
    return {"list": page, "nextPageCursor": cursor, "category": "linear"}


def trading_stop(front: Front, asked: Asked) -> Json:
    """Stop, target and trail of a position."""
    partial = asked.text("tpslMode") == "Partial"
    sizes = {asked.number(name) for name in ("tpSize", "slSize")} - {None}
    if len(sizes) > 1:
        raise bad("params error: tpSize and slSize must be equal")
    if partial and not sizes:
        raise bad("params error: tpSize or slSize is required")
    exits, distance, start = exits_of(asked), asked.number("trailingStop"), asked.number("activePrice")
    if exits.stop is None and exits.target is None and distance is None and start is None:
        raise CodeError(34040, "not modified")
    wish = Protect(
        market=asked.market(),
        index=asked.whole("positionIdx") or 0,
        exits=exits,
        quantity=sizes.pop() if partial else None,
        distance=distance,
        trail_from=start or None,
    )
    front.exchange.protect(wish)
    return {}


def set_leverage(front: Front, asked: Asked) -> Json:
    """Leverage of a symbol; both sides alike."""
    buy, sell = asked.amount("buyLeverage"), asked.amount("sellLeverage")
    market = front.exchange.state.market(asked.market())
    if buy != sell and not (market.hedge and front.exchange.state.isolated):
        raise bad("buy leverage invalid")
    front.exchange.set_leverage(market, buy)
    return {}


def switch_mode(front: Front, asked: Asked) -> Json:
    """One-way or hedge mode of a symbol, or of a coin's contracts."""
    mode, state = asked.whole("mode"), front.exchange.state
    if mode not in (0, 3):
        raise bad("params error: mode invalid")
    markets = [state.market(asked.market())] if asked.text("symbol") else of_coin(front, asked.need("coin"))
    front.exchange.set_hedge(markets, hedge=mode == 3)
    return {}


def of_coin(front: Front, coin: str) -> list[Market]:
    """The perpetuals settled in a coin."""
    return [m for m in front.exchange.state.markets.values() if m.listing.settle == coin and not m.listing.spot]


def closed_pnl(front: Front, asked: Asked) -> Json:
    """Realised profit by closing order, newest first."""
    state = front.exchange.state
    start, end = asked.window(state.now_ms, usual_ms=7 * DAY_MS)
    wanted = asked.text("symbol")
    found = [
        closed
        for closed in reversed(state.closed)
        if start <= closed.updated_ms <= end and (not wanted or symbol(closed.order.ticket.market) == wanted)
    ]
    page, cursor = asked.page(found, usual=50, most=100)
    rows = [closed_row(state.markets[closed.order.ticket.market], closed) for closed in page]
    return {"nextPageCursor": cursor, "category": asked.category(), "list": rows}


def wallet(front: Front, asked: Asked) -> Json:
    """The account's money."""
    if asked.need("accountType") != "UNIFIED":
        raise bad("accountType only support UNIFIED.")
    return {"list": [wallet_row(front.exchange.state)]}


def account_info(front: Front, asked: Asked) -> Json:
    """What kind of account it is."""
    del asked
    return {
        "marginMode": "ISOLATED_MARGIN" if front.exchange.state.isolated else "REGULAR_MARGIN",
        "updatedTime": str(front.exchange.setup.start_ms),
        "unifiedMarginStatus": 4,
        "dcpStatus": "OFF",
        "timeWindow": 10,
        "smpGroup": 0,
        "isMasterTrader": False,
        "spotHedgingStatus": "OFF",
    }


def set_margin_mode(front: Front, asked: Asked) -> Json:
    """Isolated or cross margin for the account."""
    modes = swap({True: "ISOLATED_MARGIN", False: "REGULAR_MARGIN"})
    mode = asked.need("setMarginMode")
    if mode not in modes:
        raise bad("params error: setMarginMode invalid")
    front.exchange.set_isolated(isolated=modes[mode])
    return {"reasons": []}


def fee_rate(front: Front, asked: Asked) -> Json:
    """What trading costs."""
    spot, wanted = asked.category() == "spot", asked.text("symbol")
    rows = [
        {"symbol": m.listing.symbol, "takerFeeRate": plain(m.listing.taker), "makerFeeRate": plain(m.listing.maker)}
        for m in front.exchange.state.markets.values()
        if m.listing.spot == spot and (not wanted or m.listing.symbol == wanted)
    ]
    return {"list": rows}


def ledger(front: Front, asked: Asked) -> Json:
    """Every change of the balance, newest first."""
    state = front.exchange.state
    start, end = asked.window(state.now_ms, usual_ms=DAY_MS)
    kind, coin, category = asked.text("type"), asked.text("currency"), asked.text("category")
    found = []
    for row in reversed(state.ledger):
        if row.at_ms < start:
            break
        shown = ledger_row(row)
        fits = (not kind or row.word == kind) and (not coin or row.coin == coin) and (not category or shown["category"] == category)
        if row.at_ms <= end and fits:
            found.append(shown)
    page, cursor = asked.page(found, usual=20, most=50)
    return {"nextPageCursor": cursor, "list": page}


def query_api(front: Front, asked: Asked) -> Json:
    """What the key may do."""
    key = front.service.keys[asked.text("__key")]
    trades = [] if key.read_only else ["Order", "Position"]
    return {
        "id": "1",
        "note": "rehearsal",
        "apiKey": asked.text("__key"),
        "readOnly": int(key.read_only),
        "secret": "",
        "permissions": {
            "ContractTrade": trades,
            "Spot": [] if key.read_only else ["SpotTrade"],
            "Wallet": ["AccountTransfer", "Withdraw"] if key.withdraw else [],
            "Options": [],
            "Derivatives": ["DerivativesTrade"] if trades else [],
            "CopyTrading": [],
            "BlockTrade": [],
            "Exchange": [],
            "NFT": [],
            "Affiliate": [],
        },
        "ips": list(key.ips),
        "type": 1,
        "deadlineDay": -2 if not key.expires_ms else max(0, (key.expires_ms - front.exchange.now_ms) // DAY_MS),
        "expiredAt": "1970-01-01T00:00:00Z" if not key.expires_ms else iso(key.expires_ms),
        "createdAt": "2026-01-01T00:00:00Z",
        "unified": 0,
        "uta": 1,
        "userID": 1,
        "inviterID": 0,
        "vipLevel": "No VIP",
        "mktMakerLevel": "0",
        "affiliateID": 0,
        "rsaPublicKey": "",
        "isMaster": True,
        "parentUid": "0",
        "kycLevel": "LEVEL_DEFAULT",
        "kycRegion": "",
    }


def iso(time_ms: int) -> str:
    """An instant as the venue writes those of keys."""
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def demo_money(front: Front, asked: Asked) -> Json:
    """Demo money given or taken."""
    if front.service.environment != "demo":
        raise CodeError(10001, "only for demo trading")
    sign = -1 if asked.whole("adjustType") == 1 else 1
    wanted = asked.values.get("utaDemoApplyMoney")
    if not isinstance(wanted, list) or not wanted:
        raise bad("params error: utaDemoApplyMoney invalid")
    for each in wanted:
        one = Asked(each)
        coin, amount = one.need("coin"), one.amount("amountStr")
        if coin not in MOST or not 0 < amount <= MOST[coin]:
            raise bad("params error: amount exceeds the maximum")
        front.exchange.apply_money(coin, sign * amount, "TRANSFER_IN" if sign > 0 else "TRANSFER_OUT")
    return {}


def coin_info(front: Front, asked: Asked) -> Json:
    """The coins there are, each with one chain that moves nothing."""
    state, wanted = front.exchange.state, asked.text("coin")
    names = dict.fromkeys([state.setup.coin, *(n for m in state.markets.values() for n in (m.listing.base, m.listing.settle))])
    return {"rows": [coin_rules(name) for name in names if not wanted or name == wanted]}


def coin_rules(name: str) -> Json:
    """One coin."""
    chain = {
        "chainType": name,
        "confirmation": "1",
        "withdrawFee": "",
        "depositMin": "0",
        "withdrawMin": "0",
        "chain": name,
        "chainDeposit": "0",
        "chainWithdraw": "0",
        "minAccuracy": "8",
        "withdrawPercentageFee": "0",
        "contractAddress": "",
        "safeConfirmNumber": "1",
    }
    return {"name": name, "coin": name, "remainAmount": "0", "chains": [chain]}
