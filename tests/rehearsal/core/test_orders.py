"""Orders at the core: what fills, at which price, what is left, what is taken away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.model.plan import Trigger
from runner.model.trading import Lasts, OrderKind, Origin
from runner.rehearsal.core.exchange import Exchange, Protect
from runner.rehearsal.core.order import Exits, Order, Stage, Ticket
from runner.rehearsal.core.refusal import RefusalError, Why
from runner.rehearsal.core.setup import Limits, Setup

D = Decimal
BTC = "BTCUSDT"


def exchange(**options: Any) -> Exchange:
    """BTC at 100,000."""
    return Exchange(Setup(prices={BTC: D(100_000)}, **options))


def ticket(side: int = 1, quantity: str = "0.1", price: str | None = None, **more: Any) -> Ticket:
    """A market order, or a limit order where a price is given."""
    kind = OrderKind.MARKET if price is None else OrderKind.LIMIT
    return Ticket(market=BTC, side=side, kind=kind, quantity=D(quantity), price=None if price is None else D(price), **more)


def walk(there: Exchange, *prices: int) -> None:
    """The market trades its way from price to price."""
    for price in prices:
        for _ in there.travel(BTC, D(price)):
            continue


def leap(there: Exchange, price: int) -> None:
    """The market is there at once."""
    for _ in there.jump(BTC, D(price)):
        continue


def why(there: Exchange, wish: Ticket) -> Why:
    """Why an order is refused."""
    with pytest.raises(RefusalError) as caught:
        there.place(wish)
    return caught.value.why


def fills(there: Exchange) -> list[tuple[str, Decimal, Decimal]]:
    """Who filled how much at which price."""
    return [(fill.order.origin.value, fill.quantity, fill.price) for fill in there.state.fills]


@pytest.mark.parametrize(
    ("side", "slippage", "price"),
    [
        pytest.param(1, "0", "100000", id="without slippage at the last price"),
        pytest.param(1, "0.00015", "100015", id="a buy is worse by the slippage"),
        pytest.param(-1, "0.00015", "99985", id="a sale too"),
        pytest.param(1, "0.0000001", "100000.1", id="rounded to the tick against the buyer"),
        pytest.param(-1, "0.0000001", "99999.9", id="and against the seller"),
    ],
)
def test_a_taker_pays_slippage(side: int, slippage: str, price: str) -> None:
    """The price of a market order."""
    there = exchange(slippage=D(slippage))
    assert there.place(ticket(side)).average == D(price)


@pytest.mark.parametrize(
    ("wish", "stage", "filled", "reason"),
    [
        pytest.param({"price": "99000"}, Stage.NEW, "0", "", id="a limit below rests"),
        pytest.param({"price": "100100"}, Stage.FILLED, "0.1", "", id="a limit above takes"),
        pytest.param({"price": "99000", "lasts": Lasts.IOC}, Stage.CANCELLED, "0", "EC_NoImmediateQtyToFill", id="IOC does not wait"),
        pytest.param({"price": "99000", "lasts": Lasts.FOK}, Stage.CANCELLED, "0", "EC_NoImmediateQtyToFill", id="FOK neither"),
        pytest.param(
            {"price": "100100", "lasts": Lasts.POST_ONLY}, Stage.CANCELLED, "0", "EC_PostOnlyWillTakeLiquidity", id="post-only never takes"
        ),
        pytest.param({"price": "99000", "lasts": Lasts.POST_ONLY}, Stage.NEW, "0", "", id="post-only rests"),
    ],
)
def test_an_order_lasts_as_it_says(wish: dict[str, Any], stage: Stage, filled: str, reason: str) -> None:
    """Time in force, against the market where it stands."""
    order = exchange().place(ticket(**wish))
    assert (order.stage, order.filled, order.reject) == (stage, D(filled), reason)


@pytest.mark.parametrize(
    ("wish", "filled", "stage"),
    [
        pytest.param({"quantity": "0.5"}, "0.2", Stage.CANCELLED, id="a market order: the rest is cancelled"),
        pytest.param({"quantity": "0.5", "price": "100000"}, "0.2", Stage.PARTLY_FILLED, id="a limit order: the rest waits"),
        pytest.param({"quantity": "0.5", "price": "100000", "lasts": Lasts.FOK}, "0", Stage.CANCELLED, id="FOK: nothing"),
        pytest.param({"quantity": "0.2"}, "0.2", Stage.FILLED, id="as much as there is"),
    ],
)
def test_a_thin_market_fills_in_part(wish: dict[str, Any], filled: str, stage: Stage) -> None:
    """No more than its depth is taken at once; the stop is sized by what filled."""
    there = exchange(depth={BTC: D("0.2")}, balance=D(1_000_000))
    order = there.place(ticket(exits=Exits(stop=D(99_000)), **wish))
    assert (order.filled, order.stage) == (D(filled), stage)
    assert [o.quantity for o in there.state.orders_open() if o.origin is Origin.STOP_LOSS] == ([D(filled)] if D(filled) else [])


def test_the_stop_is_met_first_at_one_price() -> None:
    """At one price: the position's stop, then what else reduces; the reduce-only limit finds nothing left."""
    there = exchange()
    there.place(ticket(exits=Exits(stop=D(99_000))))
    there.place(ticket(-1, price="99000", quantity="0.1", reduce_only=True, trigger_price=D(99_000), rises=False))
    walk(there, 98_000)
    assert fills(there) == [("user", D("0.1"), D(100_000)), ("stop_loss", D("0.1"), D(99_000))]


def test_a_full_stop_follows_the_size() -> None:
    """It grows with an addition and shrinks with a partial close; flat, it goes."""
    there = exchange()
    there.place(ticket(exits=Exits(stop=D(99_000))))
    stop = next(order for order in there.state.orders_open() if order.origin is Origin.STOP_LOSS)
    there.place(ticket(quantity="0.2"))
    assert stop.quantity == D("0.3")
    there.place(ticket(-1, quantity="0.25", reduce_only=True))
    assert stop.quantity == D("0.05")
    there.place(ticket(-1, quantity="0.05", reduce_only=True))
    assert (stop.stage, stop.cancel) == (Stage.CANCELLED, "CancelByTpSlTsClear")


def test_partial_legs_take_what_filled_and_each_other() -> None:
    """Two pairs on two entries; a target that fills takes its own stop along and leaves the other pair."""
    there = exchange()
    for target in (101_000, 102_000):
        there.place(ticket(exits=Exits(stop=D(99_000), target=D(target), partial=True)))
    walk(there, 101_500)
    left = [(order.origin, order.quantity) for order in there.state.orders_open()]
    assert left == [(Origin.STOP_LOSS, D("0.1")), (Origin.TAKE_PROFIT, D("0.1"))]
    assert there.state.market(BTC).positions[0].size == D("0.1")


@pytest.mark.parametrize(
    ("path", "price"),
    [
        pytest.param((100_900, 99_000), None, id="not armed below its price"),
        pytest.param((101_000, 99_000), 100_500, id="armed at its price"),
        pytest.param((103_000, 99_000), 102_500, id="it follows the best price"),
        pytest.param((103_000, 102_600, 103_100, 99_000), 102_600, id="and only the best"),
    ],
)
def test_a_trail_is_armed_and_follows(path: tuple[int, ...], price: int | None) -> None:
    """A trailing stop at 500 that waits for 101,000."""
    there = exchange()
    there.place(ticket())
    there.protect(Protect(market=BTC, distance=D(500), trail_from=D(101_000)))
    walk(there, *path)
    assert [fill[2] for fill in fills(there)[1:]] == ([] if price is None else [D(price)])


@pytest.mark.parametrize(("by", "fires"), [(Trigger.LAST, True), (Trigger.MARK, False), (Trigger.INDEX, False)])
def test_a_wick_fires_only_what_looks_at_the_last_price(by: Trigger, fires: bool) -> None:
    """The last price dips and comes back; mark and index stay."""
    there = exchange()
    there.place(ticket(exits=Exits(stop=D(99_000), stop_by=by)))
    for price in (98_500, 100_000):
        for _ in there.travel(BTC, D(price), by_mark=False):
            continue
    assert (there.state.market(BTC).positions[0].side == 0) == fires


def test_a_mark_apart_from_the_last_price_fires_what_looks_at_it() -> None:
    """The fill is at the last price."""
    there = exchange()
    there.place(ticket(exits=Exits(stop=D(99_000), stop_by=Trigger.MARK)))
    there.set_mark(BTC, D(98_900))
    assert fills(there)[-1] == ("stop_loss", D("0.1"), D(100_000))


def test_reducing_orders_never_turn_a_position() -> None:
    """A resting one is cut to what is open; one that finds nothing is cancelled."""
    there = exchange()
    there.place(ticket())
    first = there.place(ticket(-1, price="101000", reduce_only=True))
    second = there.place(ticket(-1, price="102000", reduce_only=True))
    walk(there, 103_000)
    assert (first.stage, second.stage, second.cancel) == (Stage.FILLED, Stage.CANCELLED, "CancelByReduceOnly")
    assert there.state.market(BTC).positions[0].side == 0


def test_a_larger_order_turns_the_position_and_drops_its_stop() -> None:
    """Without reduce-only the rest opens the other side; the old protection is gone, the new order's is there."""
    there = exchange()
    there.place(ticket(exits=Exits(stop=D(99_000))))
    there.place(ticket(-1, quantity="0.3", exits=Exits(stop=D(101_000))))
    position = there.state.market(BTC).positions[0]
    assert (position.side, position.size) == (-1, D("0.2"))
    assert [(o.trigger_price, o.quantity, o.side) for o in there.state.orders_open()] == [(D(101_000), D("0.2"), 1)]


def test_hedge_mode_keeps_two_sides() -> None:
    """Each index has its own position; a one-way index is refused."""
    there = exchange(hedge=True)
    there.place(ticket(1, index=1))
    there.place(ticket(-1, quantity="0.2", index=2))
    sizes = {index: (p.side, p.size) for index, p in there.state.market(BTC).positions.items()}
    assert sizes == {1: (1, D("0.1")), 2: (-1, D("0.2"))}
    assert why(there, ticket()) is Why.WRONG_INDEX


def test_ceilings_are_kept() -> None:
    """Resting orders, conditional orders and partial legs each have theirs."""
    there = exchange(limits=Limits(active=2, conditional=1, partial=1), balance=D(1_000_000))
    for _ in range(2):
        there.place(ticket(price="90000"))
    assert why(there, ticket(price="90000")) is Why.TOO_MANY_ORDERS
    there.place(ticket(trigger_price=D(101_000)))
    assert why(there, ticket(trigger_price=D(101_000))) is Why.TOO_MANY_STOPS
    there.place(ticket(exits=Exits(stop=D(99_000), target=D(101_000), partial=True)))
    with pytest.raises(RefusalError) as caught:
        there.protect(Protect(market=BTC, exits=Exits(stop=D(98_000), target=D(102_000), partial=True), quantity=D("0.05")))
    assert caught.value.why is Why.TOO_MANY_PARTS


def test_a_conditional_order_without_margin_is_cancelled_when_it_fires() -> None:
    """None is held while it waits."""
    there = exchange(balance=D(1_000))
    order = there.place(ticket(quantity="1", trigger_price=D(101_000)))
    walk(there, 102_000)
    assert (order.stage, order.filled) == (Stage.CANCELLED, D(0))


@pytest.mark.parametrize(
    ("isolated", "price"),
    [pytest.param(True, D("90450.0"), id="isolated: its own margin"), pytest.param(False, None, id="cross: the account's money")],
)
def test_liquidation_takes_the_position(isolated: bool, price: Decimal | None) -> None:
    """Ten times leverage, half a percent maintenance: isolated margin ends 9.5 percent below the entry."""
    there = exchange(isolated=isolated)
    order: Order = there.place(ticket(quantity="0.1"))
    assert order.average == 100_000
    walk(there, 80_000)
    taken = [fill for fill in there.state.fills if fill.order.origin is Origin.LIQUIDATION]
    assert bool(taken) == isolated
    if price is not None:
        assert abs(taken[0].price - D(90_500)) <= D("0.1")
        assert [row.word for row in there.state.ledger][-1] == "LIQUIDATION"


def test_what_is_naked_is_written_down() -> None:
    """The log tells how much of a position had no live stop, from its first moment to its end."""
    there = exchange()
    there.place(ticket())
    there.protect(Protect(market=BTC, exits=Exits(stop=D(99_000))))
    there.protect(Protect(market=BTC, exits=Exits(stop=D(0))))
    walk(there, 100_100)
    there.close_by_hand(BTC)
    naked = [(row["size"], D(row["naked"])) for row in there.state.log if row["kind"] == "cover"]
    seen = list(dict.fromkeys(naked))
    assert seen == [("0.1", D("0.1")), ("0.1", D(0)), ("0.0", D(0))]


def test_the_same_seed_gives_the_same_ids() -> None:
    """And another one others."""
    first, second, third = (exchange(seed=seed).place(ticket()).id for seed in (1, 1, 2))
    assert first == second != third
