"""Laws of the core: money is never made or lost outside the ledger, whatever is asked and wherever the market goes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.model.trading import OrderKind, Origin
from runner.rehearsal.core.exchange import Exchange, Protect
from runner.rehearsal.core.margin import worth
from runner.rehearsal.core.order import CHILDREN, Exits, Ticket
from runner.rehearsal.core.refusal import RefusalError
from runner.rehearsal.core.setup import BTC, ETH, Setup

D = Decimal
MARKETS = {"BTCUSDT": D(100_000), "ETHUSDT": D(3_000)}

market = st.sampled_from(sorted(MARKETS))
side = st.sampled_from([1, -1])
steps = st.integers(1, 40)
move = st.integers(-400, 400)  # of ten thousand
order = st.tuples(st.just("order"), market, side, steps, st.none() | move, st.booleans(), st.none() | st.integers(1, 400))
trigger = st.tuples(st.just("trigger"), market, side, steps, move)
price = st.tuples(st.sampled_from(["jump", "travel"]), market, move)
other = st.tuples(st.sampled_from(["fund", "cancel", "trail", "adl", "money"]), market, move)
story = st.lists(st.one_of(order, trigger, price, other), min_size=1, max_size=30)


def near(there: Exchange, key: str, ten_thousandths: int) -> Decimal:
    """A price so far from the last one, on the grid."""
    found = there.state.market(key)
    return found.listing.near(found.last * (1 + D(ten_thousandths) / 10_000))


def act(there: Exchange, step: tuple[Any, ...]) -> None:
    """One step of a story; what the exchange refuses it refuses."""
    kind, key = step[0], step[1]
    found = there.state.market(key)
    if kind == "order":
        _, _, way, size, limit, reduces, stop = step
        wanted = None if limit is None else near(there, key, limit)
        exits = Exits(stop=None if stop is None or reduces else near(there, key, -way * stop - way * abs(limit or 0)))
        there.place(ticket(there, key, way, size, price=wanted, reduce_only=reduces, exits=exits))
    elif kind == "trigger":
        _, _, way, size, far = step
        there.place(ticket(there, key, way, size, trigger_price=near(there, key, far), rises=far > 0))
    elif kind in ("jump", "travel"):
        for _ in getattr(there, kind)(key, near(there, key, step[2])):
            check(there)
    elif kind == "fund":
        there.fund(key, D(step[2]) / 100_000)
    elif kind == "trail":
        there.protect(Protect(market=key, distance=found.listing.near(found.last / 200)))
    elif kind == "adl":
        there.take_over(key, 0, Origin.ADL)
    elif kind == "money":
        there.apply_money("USDT", D(step[2]), "TRANSFER_IN")
    else:
        for each in list(found.orders.values())[:1]:
            there.cancel(each)


def ticket(there: Exchange, key: str, way: int, size: int, **more: Any) -> Ticket:
    """An order of so many steps."""
    listing = there.state.market(key).listing
    kind = OrderKind.MARKET if more.get("price") is None else OrderKind.LIMIT
    return Ticket(market=key, side=way, kind=kind, quantity=listing.step * size, **more)


def check(there: Exchange) -> None:
    """The laws."""
    state = there.state
    assert state.coins["USDT"] == state.setup.balance + sum((row.change for row in state.ledger), D(0))
    assert all(row.change == row.cash + row.funding - row.fee for row in state.ledger)
    filled: dict[str, Decimal] = {}
    for fill in state.fills:
        if fill.word != "Funding":
            filled[fill.market] = filled.get(fill.market, D(0)) + fill.side * fill.quantity
    for key, found in state.markets.items():
        position = found.positions[0]
        assert position.side * position.size == filled.get(key, D(0))
        assert (position.side == 0) == (position.size == 0)
        own = [each for each in found.orders.values() if each.origin in CHILDREN]
        assert all(each.side == -position.side and each.left <= position.size for each in own)
        assert all(each.open for each in found.orders.values())
        assert found.last % found.listing.tick == 0


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story, st.booleans(), st.sampled_from(["0", "0.0003"]))
def test_money_and_positions_always_add_up(told: list[tuple[Any, ...]], isolated: bool, slippage: str) -> None:
    """Wallet = initial + ledger; position = fills; protection never exceeds or outlives what it protects."""
    there = Exchange(Setup(listings=(BTC, ETH), prices=MARKETS, isolated=isolated, slippage=D(slippage)))
    for step in told:
        try:
            act(there, step)
        except RefusalError:
            continue
        finally:
            check(there)
    for key in MARKETS:
        there.close_by_hand(key)
    check(there)
    assert worth(there.state).equity == there.state.coins["USDT"]


def test_the_ledger_tells_fees_and_funding_apart() -> None:
    """One buy of 0.1 at 100,000, funding of 0.01 percent, one sale at 101,000."""
    there = Exchange(Setup(prices=MARKETS))
    there.place(ticket(there, "BTCUSDT", 1, 100))
    there.fund("BTCUSDT", D("0.0001"))
    for _ in there.travel("BTCUSDT", D(101_000)):
        continue
    there.close_by_hand("BTCUSDT")
    rows = [(row.word, row.cash, row.funding, row.fee, row.change) for row in there.state.ledger]
    assert rows == [
        ("TRADE", D(0), D(0), D("5.5"), D("-5.5")),
        ("SETTLEMENT", D(0), D("-1"), D(0), D("-1")),
        ("TRADE", D(100), D(0), D("5.555"), D("94.445")),
    ]
    closed = there.state.closed[0]
    assert (closed.profit, closed.open_fee, closed.close_fee) == (D("88.945"), D("5.5"), D("5.555"))
