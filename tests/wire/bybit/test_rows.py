"""Bybit's rows as documented and recorded, read as the nouns of trading."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.model.errors import DataError
from runner.model.trading import FillKind, LedgerKind, OrderKind, OrderState, Origin
from runner.wire.bybit import market, rows
from runner.wire.fields import Row
from tests.wire.bybit.payloads import KEY, LINEAR, changed, first, frame, rest

D = Decimal
ORDER, FILL, POSITION = first("orders"), first("fills"), first("positions")


def test_an_order() -> None:
    """Money is Decimal, '0' and '' of a price are None, a word that says nothing is no reason."""
    seen = rows.order(ORDER)
    assert (seen.client_order_id, seen.symbol, seen.side) == ("test-000005", "ETHUSDT", 1)
    assert (seen.kind, seen.state, seen.origin) == (OrderKind.LIMIT, OrderState.NEW, Origin.USER)
    assert (seen.quantity, seen.filled, seen.price, seen.stop) == (D("0.10"), D(0), D("1600.00"), D("1500.00"))
    assert (seen.average_price, seen.trigger_price, seen.reduce_only, seen.reason) == (None, None, False, "")
    assert seen.updated_ms == 1684738540561


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        pytest.param({"orderType": "Market"}, "price", None, id="a market order has no price of its own"),
        pytest.param({"orderType": "Market", "triggerPrice": "5"}, "kind", OrderKind.STOP, id="a conditional market order is a stop"),
        pytest.param({"createType": "CreateByStopLoss"}, "origin", Origin.STOP_LOSS, id="created by a stop"),
        pytest.param({"stopOrderType": "TrailingStop"}, "origin", Origin.TRAILING_STOP, id="a trail by its kind"),
        pytest.param({"createType": "CreateByAdl_X"}, "origin", Origin.ADL, id="a word that begins with Adl"),
        pytest.param({"createType": "CreateByGridBot"}, "origin", Origin.USER, id="a robot's order is somebody's"),
        pytest.param({"orderStatus": "PartiallyFilledCanceled"}, "state", OrderState.CANCELLED, id="spot's half cancelled"),
        pytest.param({"orderStatus": "Cancelled", "cancelType": "CancelByUser"}, "reason", "CancelByUser", id="why cancelled"),
        pytest.param({"orderStatus": "Rejected", "rejectReason": "EC_X"}, "reason", "EC_X", id="why rejected"),
        pytest.param({"orderStatus": "Filled", "cancelType": "CancelByUser"}, "reason", "", id="filled needs no reason"),
        pytest.param({"orderLinkId": ..., "brandNew": [1]}, "client_order_id", "", id="missing and extra fields"),
    ],
)
def test_orders_in_other_words(fields: dict[str, Any], name: str, value: object) -> None:
    """What each word of the venue means."""
    assert getattr(rows.order(changed(ORDER, **fields)), name) == value


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"qty": "much"}, r"order\.qty cannot be read: expected a number, was 'much'", id="text"),
        pytest.param({"qty": True}, r"order\.qty .*was True", id="a flag"),
        pytest.param({"qty": "NaN"}, r"order\.qty .*finite", id="not a number"),
        pytest.param({"qty": ...}, r"order\.qty .*missing", id="missing"),
        pytest.param({"qty": {}}, r"order\.qty .*a number", id="an object"),
        pytest.param({"side": "Long"}, r"order\.side .*one of .*Buy", id="unknown side"),
        pytest.param({"orderStatus": "Lost"}, r"order\.orderStatus .*one of", id="unknown state"),
        pytest.param({"orderId": 5}, r"order\.orderId .*text, was 5", id="a number for text"),
        pytest.param({"updatedTime": "1.5"}, r"order\.updatedTime .*whole", id="half a millisecond"),
        pytest.param({"reduceOnly": "yes"}, r"order\.reduceOnly .*true or false", id="yes"),
    ],
)
def test_wrong_types_name_the_field(fields: dict[str, Any], message: str) -> None:
    """A refusal says which field, what was expected and what was there."""
    with pytest.raises(DataError, match=message):
        rows.order(changed(Row(ORDER.data, "order"), **fields))


def test_a_fill() -> None:
    """An execution with what it cost."""
    seen = rows.fill(FILL)
    assert (seen.quantity, seen.price, seen.fee, seen.maker) == (D("0.1"), D("1190.15"), D("0.071409"), False)
    assert (seen.kind, seen.side, seen.at_ms) == (FillKind.TRADE, 1, 1672282722429)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Funding", FillKind.FUNDING), ("BustTrade", FillKind.LIQUIDATION), ("AdlTrade", FillKind.ADL), ("Settle", FillKind.SETTLEMENT)],
)
def test_kinds_of_fills(word: str, kind: FillKind) -> None:
    """Funding and what the venue did by itself are told from trades."""
    assert rows.fill(changed(FILL, execType=word)).kind is kind


def test_a_fee_in_coins() -> None:
    """Spot takes the fee of a buy in the coin; it is told in the money the price is in."""
    assert rows.fill(changed(FILL, feeCurrency="ETH", execFee="0.001")).fee == D("0.001") * D("1190.15")


def test_a_position() -> None:
    """Zeroes of stop and trail are none; the average price is called otherwise by the streams."""
    seen = rows.position(POSITION)
    assert (seen.side, seen.quantity, seen.average_price, seen.hedge) == (-1, D(300), D("27464.50441675"), False)
    assert (seen.stop, seen.trail_distance, seen.liquidation, seen.leverage) == (None, None, None, D(10))
    streamed = rows.position(Row(frame("older_position")["data"][0], "position"))
    assert (streamed.side, streamed.average_price, streamed.margin) == (1, D("23032.9"), D("231.5727766"))


def test_a_flat_row() -> None:
    """A row of size zero is flat, whatever else it says; one of a two-sided mode says so."""
    seen = rows.position(Row(frame("position")["data"][0], "position"))
    assert (seen.side, seen.quantity, seen.average_price, seen.hedge) == (0, D(0), None, True)


def test_which_of_two_sides() -> None:
    """Of two rows of a symbol the one that holds something is it; without any the symbol is flat."""
    both = [rows.position(changed(POSITION, positionIdx=1, size="0")), rows.position(changed(POSITION, positionIdx=2))]
    assert rows.of_symbol(both, "BTCUSD") is both[1]
    assert rows.of_symbol(both, "ETHUSD") == rows.flat("ETHUSD")


def test_a_wallet() -> None:
    """The settlement coin's row is the account; one that does not mention it says nothing."""
    assert rows.wallet(first("wallet"), "USDT", 1) is None
    row = _wallet(totalAvailableBalance="900")
    seen = rows.wallet(row, "USDT", 7)
    assert seen is not None
    assert (seen.balance, seen.equity, seen.available, seen.margin, seen.maintenance, seen.at_ms) == (
        D(1000),
        D(990),
        D(900),
        D(60),
        D(5),
        7,
    )


def test_a_wallet_with_isolated_margins() -> None:
    """The venue leaves the account's sums empty then; what is free comes from the coin."""
    seen = rows.wallet(_wallet(totalAvailableBalance=""), "USDT", 7)
    assert seen is not None
    assert seen.available == D(1000) - D(60) - D(1)


def _wallet(**fields: Any) -> Row:
    numbers = {
        "equity": "990",
        "walletBalance": "1000",
        "totalPositionIM": "50",
        "totalOrderIM": "10",
        "totalPositionMM": "5",
        "locked": "1",
    }
    return changed(first("wallet"), coin=[{"coin": "USDT", **numbers}, {"coin": "BTC", "walletBalance": "0.5"}], **fields)


def test_coins_held() -> None:
    """On spot what is held beside the money is a position."""
    assert [(each.symbol, each.quantity) for each in rows.holdings(_wallet(), "USDT", 1)] == [("BTCUSDT", D("0.5"))]


def test_the_ledger() -> None:
    """Funding and trades are told apart; rows that share an id are told apart by their trade."""
    seen = [rows.ledger(row) for row in rest("ledger").rows("list", "ledger")]
    assert [each.kind for each in seen] == [LedgerKind.FUNDING, LedgerKind.TRADE, LedgerKind.TRADE]
    assert (seen[0].change, seen[0].funding, seen[0].balance) == (D("-0.003676"), D("-0.003676"), D("5086.55825002"))
    assert len({each.id for each in seen}) == 3


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("TRANSFER_IN", LedgerKind.DEPOSIT),
        ("TRANSFER_OUT", LedgerKind.WITHDRAWAL),
        ("BONUS", LedgerKind.DEPOSIT),
        ("BONUS_TRANSFER_OUT", LedgerKind.WITHDRAWAL),
        ("NEW_WORD", LedgerKind.OTHER),
    ],
)
def test_kinds_of_money(word: str, kind: LedgerKind) -> None:
    """Money put in and taken out is never trading; a new word is nothing but itself."""
    seen = rows.ledger(changed(first("ledger"), type=word))
    assert (seen.kind, seen.word) == (kind, word)


@pytest.mark.parametrize(
    "name", ["orders", "orders_before", "older_orders", "fills", "older_fills", "positions", "older_positions", "older_ledger"]
)
def test_every_recording_is_read(name: str) -> None:
    """No row of any recorded answer is refused."""
    read: dict[str, Any] = {"orders": rows.order, "fills": rows.fill, "positions": rows.position, "ledger": rows.ledger}
    found = rest(name).rows("list", name)
    assert found
    for row in found:
        assert read[name.removeprefix("older_").removesuffix("_before")](row)


def test_the_account_and_its_key() -> None:
    """How margins stand and what the key may do."""
    facts = rows.account(rest("account"))
    assert (facts.isolated_margin, facts.unified) == (False, True)
    key = rows.key(Row(KEY, "key"), "linear")
    assert (key.read_only, key.can_trade, key.can_withdraw, key.bound_to_ip) == (False, True, False, False)
    assert key.expires_ms == 1684120865000


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"readOnly": 1}, "read_only", True),
        ({"permissions": {"Wallet": ["Withdraw"]}}, "can_withdraw", True),
        ({"permissions": {"ContractTrade": ["Order"]}}, "can_trade", False),
        ({"permissions": {"Derivatives": ["DerivativesTrade"]}}, "can_trade", True),
        ({"permissions": {"Spot": ["SpotTrade"]}}, "can_trade", False),
        ({"ips": ["10.0.0.1"]}, "bound_to_ip", True),
        ({"expiredAt": ""}, "expires_ms", 0),
        ({"expiredAt": "1970-01-01T00:00:00Z"}, "expires_ms", 0),
    ],
)
def test_rights_of_keys(fields: dict[str, Any], name: str, value: object) -> None:
    """Each right is read from where the venue says it."""
    assert getattr(rows.key(changed(Row(KEY, "key"), **fields), "linear"), name) == value


def test_contracts() -> None:
    """The rules of a perpetual and of a coin."""
    linear = market.contract(Row(LINEAR, "contract"), "linear")
    assert (linear.tick, linear.step, linear.min_notional, linear.max_leverage) == (D("0.10"), D("0.001"), D(5), D(100))
    assert (linear.max_quantity, linear.max_market_quantity, linear.funding_interval_ms, linear.trading) == (
        D(1190),
        D(120),
        28_800_000,
        True,
    )
    spot = market.contract(first("contract_spot"), "spot")
    assert (spot.step, spot.max_leverage, spot.funding_interval_ms) == (D("0.000001"), D(1), 0)


def test_fees_and_prices() -> None:
    """Fees are fractions; a ticker's empty fields are None."""
    fees = market.fees(first("fees"))
    assert (fees.taker, fees.maker) == (D("0.0006"), D("0.0001"))
    seen = market.price(first("tickers"), 5)
    assert (seen.last, seen.mark, seen.bid, seen.funding_rate, seen.next_funding_ms) == (
        120635.5,
        114898.43,
        103401.0,
        0.0001,
        1760371200000,
    )


def test_candles_close_by_the_venues_clock() -> None:
    """A candle whose end lies after the venue's time is still forming."""
    values = rest("candles").lists("list", 6)[0]
    hour, open_ms = 3_600_000, 1670608800000
    assert market.candle(values, "BTCUSD", hour, open_ms + hour).closed
    assert not market.candle(values, "BTCUSD", hour, open_ms + hour - 1).closed
