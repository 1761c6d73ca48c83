"""Bars of several timeframes and symbols: finer execution, unequal coverage, gaps in time, order at one instant."""

from __future__ import annotations

import numpy as np

from runner.model.bars import Bars, resample
from runner.model.plan import EntryKind
from runner.model.rules import Code
from tests.machine.build import HOUR, Row, answers, bars, book, cap, counter, fills, flat, hours, plan, run, stream, trade

QUARTER = HOUR // 4


def fine(rows: list[Row], symbol: str = "AAA") -> tuple[Bars, Bars]:
    """Hourly signal bars and the quarters they are made of."""
    quarters = bars(rows, symbol, timeframe_ms=QUARTER)
    return resample(quarters, HOUR), quarters


def test_finer_bars_replace_the_path() -> None:
    """The hour's low would stop first; the quarters show that the target came first."""
    signal, quarters = fine([*flat(4), (100, 106, 100, 106), (106, 106, 94, 94), *flat(2, 94)])
    ladder = plan(1, stop=95, targets=[(105, 1)])
    assert fills(trade(signal, ladder))[1][0] == "STOP"
    assert fills(trade(signal, ladder, execution=quarters))[1] == ("TARGET", -1, 105)


def test_a_time_stop_counts_milliseconds_not_signal_bars() -> None:
    """Half an hour on quarters."""
    signal, quarters = fine(flat(12))
    outcome = trade(signal, plan(1, time_stop_ms=HOUR // 2), execution=quarters)
    assert hours(outcome.fills["time"]) == [1, 1.5]


def test_columns_are_read_at_signal_closes_only() -> None:
    """The exit column of the hour that ends at 2 acts at 2, on any execution bars."""
    signal, quarters = fine(flat(16))
    outcome = trade(signal, plan(1, exit_column=0), columns=[[0, 1, 0, 0]], execution=quarters)
    assert hours(outcome.fills["time"]) == [1, 2]


def test_invalidation_looks_at_signal_closes_only() -> None:
    """A quarter that closes below the level inside the hour does not count."""
    signal, quarters = fine([*flat(4), (100, 100, 94, 94), (94, 100, 94, 100), *flat(6)])
    assert len(trade(signal, plan(1, invalidation=95), execution=quarters).fills) == 1


def test_a_bar_close_trail_moves_at_signal_closes_only() -> None:
    """The best price of the first quarter is used from the hour's close on."""
    signal, quarters = fine([*flat(4), (100, 110, 100, 110), (110, 110, 105, 105), *flat(2, 105), (105, 107, 105, 107), *flat(3, 107)])
    outcome = trade(signal, plan(1, stop=90, trail_distance=4, trail_update=1), execution=quarters)
    assert fills(outcome)[1] == ("TRAIL", -1, 105)
    assert hours(outcome.fills["time"]) == [1, 2]


def test_a_cancel_column_acts_at_signal_closes_only() -> None:
    """The hour that ends at 2 withdraws the entry; the quarter before it would have filled it later."""
    signal, quarters = fine([*flat(10), (100, 100, 95, 100), *flat(1)])
    order = plan(1, entry_kind=EntryKind.LIMIT, entry_price=97, cancel_column=0)
    assert fills(trade(signal, order, columns=[[0, 1, 0]], execution=quarters)) == []
    assert len(trade(signal, order, columns=[[0, 0, 0]], execution=quarters).fills) == 1


def test_symbols_trade_inside_their_own_range() -> None:
    """B exists from hour 2 to 4 only; its early plan waits for its first open, its late one finds no market."""
    first = stream(flat(8), [plan(1)])
    second = stream(bars(flat(2), "BBB", start=bars(flat(1)).open_time[0] + 2 * HOUR), [plan(0), plan(5)])
    outcome = run(first, second)
    assert answers(outcome) == [("APPROVED", "SIZING"), ("APPROVED", "SIZING"), ("REFUSED", "NO_MARKET")]
    assert hours(outcome.fills["time"])[:2] == [1, 2]


def test_a_symbol_whose_bars_end_is_closed_at_its_last_price() -> None:
    """The others go on; what is left of it would block the phase for ever."""
    second = stream(
        bars([*flat(2), (100, 103, 100, 103)], "BBB"), [plan(1), plan(1, entry_kind=EntryKind.LIMIT, entry_price=90, when_open=1)]
    )
    outcome = run(stream(flat(8)), second)
    assert fills(outcome) == [("ENTRY", 1, 100), ("END_OF_DATA", -1, 103)]
    assert answers(outcome)[1][0] == "CANCELLED"
    assert outcome.balance == 10_003


def test_a_position_at_the_end_of_all_data_stays_open() -> None:
    """The record ends, the position does not."""
    outcome = trade([*flat(1), (100, 103, 100, 103)], plan(1))
    assert fills(outcome) == [("ENTRY", 1, 100)]
    assert (outcome.balance, outcome.equity_now) == (10_000, 10_003)


def test_a_gap_in_time_keeps_the_position() -> None:
    """Two days without bars; the stop is met at the open behind the gap."""
    series = bars([*flat(2), *flat(1, 90)], times=[0, 1, 49])
    outcome = trade(series, plan(1, stop=95))
    assert fills(outcome) == [("ENTRY", 1, 100), ("STOP", -1, 90)]
    assert hours(outcome.fills["time"]) == [1, 49]


def test_every_fill_of_an_instant_comes_before_any_new_decision() -> None:
    """A is asked first, but B's exit at the same open has freed the only place."""
    rules = book(cap(Code.OPEN_POSITIONS, count=1))
    first, second = stream(flat(4), [plan(2)]), stream(bars(flat(4), "BBB"), [plan(1, time_stop_ms=HOUR)])
    outcome = run(first, second, rules=rules)
    assert [code for _, code in answers(outcome)] == ["SIZING", "SIZING"]


def test_plans_of_one_instant_are_asked_in_config_order() -> None:
    """One place, two symbols: the first named gets it."""
    outcome = run(stream(flat(3), [plan(1)]), stream(bars(flat(3), "BBB"), [plan(1)]), rules=book(cap(Code.OPEN_POSITIONS, count=1)))
    assert answers(outcome) == [("APPROVED", "SIZING"), ("REFUSED", "OPEN_POSITIONS")]
    assert (outcome.decisions["value"][1], outcome.decisions["limit"][1]) == (1, 1)


def test_a_reset_inside_a_gap_starts_the_day() -> None:
    """Bars end at 20:00 and go on at 06:00: midnight has passed."""
    rules = book(counter(Code.TRADING_DAYS, count=2))
    series = bars(flat(24), times=[*range(20), *range(30, 34)])
    outcome = trade(series, plan(1, time_stop_ms=HOUR), plan(31, time_stop_ms=HOUR), rules=rules)
    assert outcome.phases[0]["days_counted"] == 2
    assert len(outcome.days) == 2


def test_one_bar_is_enough() -> None:
    """A plan at the very first open."""
    assert fills(trade(flat(1), plan(0))) == [("ENTRY", 1, 100)]


def test_prices_of_a_hundred_thousandth() -> None:
    """Small prices keep their grid."""
    price = 1.2e-5
    series: list[Row] = [(price, price, price, price), (price, 1.5e-5, price, 1.4e-5)]
    tiny = stream(series).market.instrument
    small = tiny.__class__(**{**tiny.__dict__, "tick": 1e-8, "quantity_step": 1.0})
    outcome = trade(series, plan(1, sizing_value=1e6, targets=[(1.5e-5, 1.0)]), instrument=small)
    assert np.isclose(outcome.balance, 10_003)
