"""What the bot's process takes, and how long its orders take, as it is told at the end."""

from __future__ import annotations

from decimal import Decimal

from runner.mode.rehearsing.gauge import Gauge
from runner.model.trading import CandleSeen, OrderKind, OrderRequest, Seen

MINUTE = 60_000


def closed(number: int) -> CandleSeen:
    """The candle that closes at a minute."""
    prices = {"open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0, "volume": 1.0}
    return CandleSeen(symbol="BTCUSDT", open_ms=number * MINUTE, close_ms=(number + 1) * MINUTE, closed=True, **prices)


def order(*, reduce_only: bool) -> OrderRequest:
    """An order at the market."""
    kind, quantity = OrderKind.MARKET, Decimal(1)
    return OrderRequest(client_order_id="e", symbol="BTCUSDT", side=1, kind=kind, quantity=quantity, reduce_only=reduce_only)


def test_the_middle_lies_between_the_first_and_the_last() -> None:
    """Samples are taken every so many instants; second, middle and last are told, and everything is passed on."""
    passed: list[Seen] = []
    gauge = Gauge(passed.append, every=2)
    for number in range(10):
        gauge.put(closed(number))
        gauge.put(closed(number))  # of another symbol: the same instant
    for number, sample in enumerate(gauge.samples):
        sample["rss_mb"] = float(number)
    told = gauge.told()
    assert len(passed) == 20
    assert (told["first"]["rss_mb"], told["half"]["rss_mb"]) == (1.0, 3.0)
    assert told["last"] is gauge.samples[-1]
    assert len(gauge.samples) == 6


def test_orders_that_open_are_measured_and_counted() -> None:
    """From the closing candle on; what reduces is not one of them, nor is what went out before any candle closed."""
    gauge = Gauge(lambda _: None)
    send = gauge.watching(lambda _: None)
    send(order(reduce_only=False))
    gauge.put(closed(1))
    for reduce_only in (False, True, False):
        send(order(reduce_only=reduce_only))
    told = gauge.told()
    assert told["orders_measured"] == 2
    assert 0 <= told["close_to_order_ms"]["p50"] <= told["close_to_order_ms"]["p99"]


def test_the_first_order_of_an_instant_is_told_apart() -> None:
    """Those after it waited for its fills, also after an exit."""
    gauge = Gauge(lambda _: None)
    send = gauge.watching(lambda _: None)
    for number, orders in ((1, 3), (2, 0), (3, 1)):
        gauge.put(closed(number))
        for _ in range(orders):
            send(order(reduce_only=False))
    gauge.put(closed(4))
    send(order(reduce_only=True))
    send(order(reduce_only=False))
    told = gauge.told()
    assert (told["orders_measured"], told["first_orders_measured"]) == (5, 2)
    assert gauge.first_delays_ms == [gauge.delays_ms[0], gauge.delays_ms[3]]


def test_a_run_without_orders() -> None:
    """Nothing was measured, and that is said."""
    told = Gauge(lambda _: None).told()
    assert told["orders_measured"] == 0
    assert told["close_to_order_ms"] == {"p50": None, "p99": None}
