"""Entries: market, limit and stop; expiry, cancel column, post-only, immediate-or-cancel, and a market beyond the stop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.model.plan import EntryKind, TimeInForce
from tests.machine.build import HOUR, Row, answers, bars, fills, flat, hours, plan, stream, trade

LIMIT, STOP = EntryKind.LIMIT, EntryKind.STOP
DIP: Row = (100, 100, 95, 100)


def test_a_market_entry_fills_at_the_next_open() -> None:
    """The signal bar's close is not the price one gets."""
    outcome = trade([(99, 99, 99, 99), (101, 101, 101, 101), *flat(1, 102)], plan(1))
    assert fills(outcome) == [("ENTRY", 1, 101)]
    assert outcome.trades.size == 0
    assert outcome.equity_now == 10_001.0


def test_a_plan_waits_for_its_symbols_next_open() -> None:
    """A signal at hour 1, a market that opens again at hour 5."""
    outcome = trade(bars([(100, 100, 100, 100), (104, 104, 104, 104)], times=[0, 5]), plan(1))
    assert hours(outcome.fills["time"]) == [5]
    assert fills(outcome) == [("ENTRY", 1, 104)]


@pytest.mark.parametrize(
    ("low", "filled"),
    [pytest.param(97.01, False, id="a tick above"), pytest.param(97, True, id="at"), pytest.param(96.99, True, id="a tick below")],
)
def test_a_buy_limit_fills_at_its_price(low: float, filled: bool) -> None:
    """Touching is enough."""
    outcome = trade([*flat(1), (100, 100, low, 100), *flat(1)], plan(1, entry_kind=LIMIT, entry_price=97))
    assert fills(outcome) == ([("ENTRY", 1, 97)] if filled else [])


@pytest.mark.parametrize(("side", "level", "kind", "row"), [
    pytest.param(-1, 104, LIMIT, (100, 104, 100, 100), id="sell limit above"),
    pytest.param(1, 104, STOP, (100, 104, 100, 100), id="buy stop above"),
    pytest.param(-1, 96, STOP, (100, 100, 96, 100), id="sell stop below"),
])  # fmt: skip
def test_resting_entries_wait_on_their_side(side: int, level: float, kind: EntryKind, row: Row) -> None:
    """Each kind waits where it should and fills at its level."""
    assert fills(trade([*flat(1), row, *flat(1)], plan(1, side, entry_kind=kind, entry_price=level))) == [("ENTRY", side, level)]


@pytest.mark.parametrize(
    ("expires", "answer", "count"),
    [
        pytest.param(1, "EXPIRED", 0, id="gone at the open before the dip"),
        pytest.param(2, "APPROVED", 1, id="alive through the dip's bar"),
        pytest.param(0, "APPROVED", 1, id="without expiry it waits"),
    ],
)
def test_a_resting_entry_expires(expires: float, answer: str, count: int) -> None:
    """Counted from the plan's time: the dip is in the second bar after it."""
    outcome = trade([*flat(2), DIP, *flat(1)], plan(1, entry_kind=LIMIT, entry_price=97, expires_ms=int(expires * HOUR)))
    assert answers(outcome)[0][0] == answer
    assert len(outcome.fills) == count


def test_an_entry_that_expired_while_the_market_was_closed_is_not_sent() -> None:
    """The market opens again after the expiry, beyond the limit."""
    series = bars([(100, 100, 100, 100), (96, 96, 96, 96)], times=[0, 9])
    outcome = trade(series, plan(1, entry_kind=LIMIT, entry_price=97, expires_ms=4 * HOUR))
    assert answers(outcome) == [("EXPIRED", "NONE")]
    assert fills(outcome) == []


@pytest.mark.parametrize(("value", "count"), [(1.0, 0), (0.0, 1), (np.nan, 1)])
def test_the_cancel_column_withdraws_a_resting_entry(value: float, count: int) -> None:
    """Read at signal bar closes; anything but zero or nothing cancels."""
    order = plan(1, entry_kind=LIMIT, entry_price=97, cancel_column=0)
    outcome = trade([*flat(2), DIP, *flat(1)], order, columns=[[0, value, 0, 0]])
    assert len(outcome.fills) == count


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        pytest.param({"entry_price": 101, "post_only": 1}, "CANCELLED", id="post-only at a crossing price"),
        pytest.param({"entry_price": 97, "post_only": 1}, "APPROVED", id="post-only that rests"),
        pytest.param({"entry_price": 97, "time_in_force": TimeInForce.IOC}, "CANCELLED", id="immediate-or-cancel that would rest"),
        pytest.param({"entry_price": 97, "time_in_force": TimeInForce.FOK}, "CANCELLED", id="fill-or-kill that would rest"),
        pytest.param({"entry_price": 101, "time_in_force": TimeInForce.IOC}, "APPROVED", id="immediate-or-cancel that crosses"),
    ],
)
def test_time_in_force_and_post_only(fields: dict[str, Any], answer: str) -> None:
    """What may not rest is withdrawn, what may not cross too."""
    outcome = trade([*flat(2), *flat(2)], plan(1, entry_kind=LIMIT, **fields))
    assert answers(outcome)[0][0] == answer


def test_a_crossing_limit_fills_at_the_open() -> None:
    """A buy limit above the market gets the market."""
    assert fills(trade([*flat(2), *flat(1)], plan(1, entry_kind=LIMIT, entry_price=101))) == [("ENTRY", 1, 100)]


@pytest.mark.parametrize(
    ("opening", "answer"),
    [
        pytest.param(95.01, ("APPROVED", "SIZING"), id="a tick inside"),
        pytest.param(95.0, ("REFUSED", "MARKET_BEYOND_STOP"), id="at the stop"),
        pytest.param(94.0, ("REFUSED", "MARKET_BEYOND_STOP"), id="beyond the stop"),
    ],
)
def test_a_market_that_opens_beyond_the_stop_is_not_entered(opening: float, answer: tuple[str, str]) -> None:
    """The plan is void: its protection would fire at once."""
    outcome = trade([*flat(1), *flat(2, opening)], plan(1, stop=95))
    assert answers(outcome) == [answer]


@pytest.mark.parametrize(("kind", "level"), [pytest.param(LIMIT, 97, id="limit"), pytest.param(STOP, 103, id="stop entry")])
def test_a_resting_entry_is_cancelled_when_the_market_opens_beyond_its_stop(kind: EntryKind, level: float) -> None:
    """Also a stop entry above, which the fall does not touch."""
    rows: list[Row] = [*flat(2), (94, 94, 94, 94), (94, 110, 94, 110)]
    outcome = trade(rows, plan(1, entry_kind=kind, entry_price=level, stop=95))
    assert answers(outcome)[0][0] == "CANCELLED"
    assert fills(outcome) == []


def test_a_full_book_of_resting_orders_refuses_the_next() -> None:
    """64 a symbol; the 65th is refused by name."""
    orders = [plan(1, entry_kind=LIMIT, entry_price=50 + n / 10, when_open=1) for n in range(65)]
    outcome = trade(flat(3), *orders)
    assert answers(outcome)[:64] == [("APPROVED", "SIZING")] * 64
    assert answers(outcome)[64] == ("REFUSED", "TOO_MANY_ORDERS")


def test_64_orders_fill_in_one_bar() -> None:
    """From the nearest to the farthest."""
    orders = [plan(1, entry_kind=LIMIT, entry_price=60 + n / 2, when_open=1) for n in range(64)]
    outcome = trade([*flat(2), (100, 100, 50, 50)], *orders)
    assert [price for _, _, price in fills(outcome)] == sorted((60 + n / 2 for n in range(64)), reverse=True)


def test_plans_after_the_last_open_find_no_market() -> None:
    """A signal on the last bar has nowhere to go."""
    assert answers(trade(flat(2), plan(2))) == [("REFUSED", "NO_MARKET")]


def test_a_stream_without_plans_ends_as_it_began() -> None:
    """Nothing wanted, nothing done."""
    outcome = trade(flat(5))
    assert (len(outcome.fills), outcome.balance, len(outcome.equity)) == (0, 10_000.0, 5)
    assert stream(flat(1)).symbol == "AAA"
