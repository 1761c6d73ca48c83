"""Streams, rule book, costs → the arrays of a World."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.funding import complete
from runner.machine.state import (
    CLOCK,
    INSTRUMENT,
    LEDGER,
    MAX_RESTING,
    PHASE,
    POSITION,
    RESTING,
    SEEN,
    SETTINGS,
    STANDING,
    SYMBOL,
    TOLD,
    WANTED,
    World,
)
from runner.machine.windows import window_tables
from runner.model.bars import Bars
from runner.model.bot import Costs, GateSettings
from runner.model.duration import DAY_MS
from runner.model.errors import DataError, Problem
from runner.model.habits import TALLY
from runner.model.plan import NO_COLUMN, empty_plans
from runner.model.recent import Recent
from runner.model.records import DAY, DECISION, EQUITY, EVENT, FILL, MARK, PHASE_RESULT, RULE_STATE, STOP_MOVE, STRETCH, TRADE
from runner.model.rules import Code, Family, HouseMeasure, Reset, RuleBook, Sampling
from runner.model.stream import Stream

KNOWN = Recent()  # tables of a rule book, for runs that share it
MIDNIGHT = Reset(at="00:00", zone="UTC")
BPS = 1e-4
LINE, PAGE = 64, 1 << 21  # bytes: records begin where a line of the cache does, their block where a large page does
SMALL = 8 * PAGE  # bytes of records that a run hardly fills: small pages are zeroed one by one as they are needed
SINGLE = (  # in the order of the PHASE record
    Code.PROFIT_TARGET,
    Code.TRADING_DAYS,
    Code.PROFITABLE_DAYS,
    Code.CONSISTENCY,
    Code.PROFIT_CAP,
    Code.INACTIVITY,
    Code.TIME_LIMIT,
    Code.SESSION_FLAT,
    Code.SYMBOL_DAILY_LOSS,
    Code.HOLDING_TIME,
    Code.PAYOUT,
    Code.NEWS,
    Code.MODIFICATIONS_PER_DAY,
    Code.MIN_TRADE,
)


def symbols_of(streams: Sequence[Stream]) -> tuple[str, ...]:
    """The traded symbols in config order, each once."""
    return tuple(dict.fromkeys(stream.symbol for stream in streams))


def strategies_of(streams: Sequence[Stream]) -> tuple[str, ...]:
    """The strategies in config order, each once."""
    return tuple(dict.fromkeys(stream.strategy for stream in streams))


def execution_of(streams: Sequence[Stream]) -> Bars:
    """The finest execution bars among the streams of one symbol."""
    return min((stream.execution for stream in streams), key=lambda bars: bars.timeframe_ms)


def on_execution(column: NDArray[np.float64], stream: Stream, bars: Bars) -> NDArray[np.float64]:
    """A signal column on the execution bars: NaN where no signal bar closes."""
    if bars is stream.market.bars:
        return column
    placed = np.full(len(bars), np.nan)
    at, found = matching(stream, bars)
    placed[at[found]] = column[found]
    return placed


def matching(stream: Stream, bars: Bars) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each signal bar the execution bar that closes with it, and whether there is one."""
    ends = bars.close_time
    at = np.searchsorted(ends, stream.market.bars.close_time)
    inside = at < len(ends)
    at = np.minimum(at, max(len(ends) - 1, 0))
    return at, inside & (ends[at] == stream.market.bars.close_time) if len(ends) else inside


class Columns:
    """Collects columns end to end and remembers where each begins."""

    def __init__(self) -> None:
        self.parts: list[NDArray[np.float64]] = []
        self.starts: list[int] = []
        self.length = 0

    def add(self, column: NDArray[np.float64]) -> int:
        """Append one column; returns its number."""
        self.parts.append(column)
        self.starts.append(self.length)
        self.length += len(column)
        return len(self.starts) - 1


def merged_plans(streams: Sequence[Stream], symbol: int, strategies: tuple[str, ...], bars: Bars, columns: Columns) -> NDArray[Any]:
    """The plans of one symbol in time order, with column numbers of the whole tape."""
    parts = []
    for stream in streams:
        numbers = np.array([columns.add(on_execution(column, stream, bars)) for column in stream.columns] + [NO_COLUMN], np.int32)
        wanted: dict[str, Any] = {"symbol": symbol, "strategy": strategies.index(stream.strategy)}
        if any(number != place for place, number in enumerate(numbers[:-1])):  # columns of other streams stand before
            wanted |= {name: numbers[stream.plans[name]] for name in ("cancel_column", "exit_column", "trail_column")}
        parts.append(renumbered(stream.plans, wanted))
    if len(parts) == 1:
        return parts[0]
    both = np.concatenate(parts) if parts else empty_plans(0)
    return both[np.argsort(both["time"], kind="stable")]


def renumbered(plans: NDArray[Any], wanted: Mapping[str, Any]) -> NDArray[Any]:
    """The plans with these fields; the same array where they have them already, a copy otherwise."""
    if all(np.array_equal(plans[name], np.broadcast_to(value, len(plans))) for name, value in wanted.items()):
        return plans
    plans = plans.copy()
    for name, value in wanted.items():
        plans[name] = value
    return plans


def signal_closes(streams: Sequence[Stream], strategies: tuple[str, ...], bars: Bars) -> NDArray[np.uint8]:
    """One bit per strategy (mod 8) at execution bars that end one of its signal bars."""
    marks = np.zeros(len(bars), np.uint8)
    for stream in streams:
        bit = np.uint8(1 << (strategies.index(stream.strategy) & 7))
        if bars is stream.market.bars:
            marks |= bit
        else:
            at, found = matching(stream, bars)
            marks[at[found]] |= bit
    return marks


def instrument_row(stream: Stream, costs: Costs) -> tuple[Any, ...]:
    """An instrument with the account's costs, in the order of the INSTRUMENT record."""
    i = stream.market.instrument
    taker = i.taker_fee_bps if costs.taker_fee_bps is None else costs.taker_fee_bps
    maker = i.maker_fee_bps if costs.maker_fee_bps is None else costs.maker_fee_bps
    return (
        i.tick,
        i.quantity_step,
        i.min_quantity,
        i.max_quantity if i.max_quantity > 0 else math.inf,
        i.min_notional,
        i.contract_size,
        taker * BPS,
        maker * BPS,
        costs.fee_per_lot,
        costs.spread_ticks * i.tick / 2,
        i.maintenance_margin_fraction,
        i.max_leverage,
        int(costs.funding and (stream.funding is not None or i.funding_interval_ms > 0)),
    )


KINDS: dict[str, tuple[Family, ...]] = {  # rows of the rule table that are looked through together
    "floors": (Family.FLOOR,),
    "rungs": (Family.HOUSE,),
    "caps": (Family.CAP,),
    "counters": (Family.TIMER, Family.COUNTER),
    "dates": (Family.CALENDAR,),
}


def phase_tables(book: RuleBook) -> tuple[NDArray[Any], dict[str, NDArray[np.int32]]]:
    """Per phase: counts, and the rows of each kind."""
    numbers = range(len(book.phases))
    every = [[n for n, row in enumerate(book.rows) if row.phase == phase] for phase in numbers]
    rows = {kind: [[n for n in those if book.rows[n].family in families] for those in every] for kind, families in KINDS.items()}
    phases = np.zeros(len(book.phases), PHASE)
    for number, phase in enumerate(book.phases):
        singles = [first_with(book, every[number], code) for code in SINGLE]
        at_reset = any(book.rows[n].sampling == Sampling.AT_RESET for n in rows["floors"][number])
        takes_profit = any(book.rows[n].broken_by_profit for n in rows["floors"][number])
        on_trades = sum(book.rows[n].measure == HouseMeasure.TRADE_SHARE for n in rows["rungs"][number])
        rests = sum({1 << int(book.rows[n].event) for n in rows["counters"][number] if book.rows[n].code == Code.INACTIVITY})
        counts = [len(rows[kind][number]) for kind in KINDS]
        phases[number] = (phase.next, *counts, *singles, at_reset, takes_profit, on_trades, rests)
    return phases, {kind: padded(lists) for kind, lists in rows.items()}


def first_with(book: RuleBook, rows: list[int], code: Code) -> int:
    """The first of `rows` with `code`, -1 when there is none."""
    return next((n for n in rows if book.rows[n].code == code), -1)


def padded(lists: list[list[int]]) -> NDArray[np.int32]:
    """Lists of different length as one table, filled with -1."""
    width = max([1, *(len(rows) for rows in lists)])
    return np.array([rows + [-1] * (width - len(rows)) for rows in lists], np.int32).reshape(len(lists), width)


def reset_table(book: RuleBook, start_ms: int, end_ms: int) -> NDArray[np.int64]:
    """Reset instants per clock, one row each; a book without clocks counts days from midnight UTC."""
    clocks = book.clocks or (MIDNIGHT,)
    rows = RuleBook(initial=1.0, currency="", phases=(), rows=(), clocks=clocks).resets(start_ms, end_ms)
    table = np.full((len(rows), max(len(row) for row in rows) + 1), np.iinfo(np.int64).max - 10 * DAY_MS)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def joined(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    """Arrays end to end, contiguous; a single one as it is, without a copy; empty when there are none."""
    if not parts:
        return np.empty(0, dtype)
    return np.ascontiguousarray(parts[0] if len(parts) == 1 else np.concatenate(parts), dtype)


def conversions(groups: Sequence[Sequence[Stream]], bars: Sequence[Bars]) -> NDArray[np.float64]:
    """Account currency per quote currency at every execution bar; a single 1 when no symbol is converted."""
    given = [group[0].conversion for group in groups]
    if all(column is None for column in given):
        return np.ones(1)
    return joined([np.ones(len(b)) if column is None else column for b, column in zip(bars, given, strict=True)], np.float64)


def together(sizes: Mapping[str, tuple[int, Any]]) -> dict[str, NDArray[Any]]:
    """Zeroed records of (rows, dtype) by name in one block of memory, placed so that it comes in large pages where there are any."""
    lengths = {name: -(-rows * np.dtype(dtype).itemsize // LINE) * LINE for name, (rows, dtype) in sizes.items()}
    ends = np.cumsum(list(lengths.values()))
    aligned = PAGE if ends[-1] > SMALL else LINE
    memory = np.zeros(int(ends[-1]) + 2 * aligned, np.uint8)
    block = memory[-memory.ctypes.data % aligned :]
    return {
        name: block[end - length :][: rows * np.dtype(dtype).itemsize].view(dtype)
        for (name, (rows, dtype)), length, end in zip(sizes.items(), lengths.values(), ends, strict=True)
    }


def build_world(
    streams: Sequence[Stream],
    book: RuleBook,
    costs: Costs,
    gate: GateSettings,
    *,
    restart: bool,
    others: Mapping[str, int] | None = None,
    span: tuple[int, int] | None = None,
) -> World:
    """Every array of a run. others: the side held on other accounts, by symbol.

    Refuses (DataError) streams without a single bar, unless `span` says from when to when days are counted.
    """
    names, strategies = symbols_of(streams), strategies_of(streams)
    groups = [[stream for stream in streams if stream.symbol == name] for name in names]
    bars = [execution_of(group) for group in groups]
    if span is None and not any(len(b) for b in bars):
        raise DataError("nothing to run on", [Problem(path="bars", message="expected at least one bar, found none")])
    columns = Columns()
    plans = [merged_plans(group, s, strategies, bars[s], columns) for s, group in enumerate(groups)]
    symbols = np.zeros(len(names), SYMBOL)
    ends = np.cumsum([len(b) for b in bars])
    plan_ends = np.cumsum([len(p) for p in plans])
    fundings = [complete(group[0].funding, group[0].market.instrument, b, costs) for group, b in zip(groups, bars, strict=True)]
    funding_counts = [len(f.time) if f else 0 for f in fundings]
    funding_ends = np.cumsum(funding_counts)
    for s in range(len(names)):
        symbols[s]["first"], symbols[s]["last"] = ends[s] - len(bars[s]), ends[s]
        symbols[s]["first_plan"], symbols[s]["last_plan"] = plan_ends[s] - len(plans[s]), plan_ends[s]
        symbols[s]["last_funding"] = funding_ends[s]
        symbols[s]["first_funding"] = funding_ends[s] - funding_counts[s]
        symbols[s]["converted"] = int(groups[s][0].conversion is not None)
    filled = [b for b in bars if len(b)]
    start, end = span or (min(int(b.open_time[0]) for b in filled), max(int(b.open_time[-1]) + b.timeframe_ms for b in filled))
    instruments = np.array([instrument_row(group[0], costs) for group in groups], INSTRUMENT)
    phases, by_kind = KNOWN.once((book,), lambda: phase_tables(book))
    resets = KNOWN.once((book,), lambda: reset_table(book, start, end), start, end)
    windows, spans = KNOWN.once((book, resets, *bars), lambda: window_tables(book, bars, resets))
    table = joined(plans, None)
    count = len(table)
    total = int(ends[-1])
    settings = np.zeros(1, SETTINGS)
    settings[0]["gate"], settings[0]["restart"], settings[0]["isolated"] = gate.enabled, restart, costs.isolated_margin
    needs_stop = {Code.RISK_PER_TRADE, Code.SYMBOL_DAILY_LOSS}
    settings[0]["has_floors"] = any(row.family == Family.FLOOR or row.code in needs_stop for row in book.rows)
    settings[0]["shortcuts"] = settings[0]["harder"] = 1
    settings[0]["slippage"] = costs.slippage_bps * BPS
    settings[0]["leverage"] = math.inf if costs.leverage is None else costs.leverage
    settings[0]["give_back_multiple"] = gate.give_back_multiple
    settings[0]["funding_reserve"] = costs.funding_reserve * abs(costs.funding_rate)
    settings[0]["initial"], settings[0]["first_time"] = book.initial, start
    settings[0]["longest_bar"] = max((b.timeframe_ms for b in filled), default=0)
    positions = np.zeros(len(names), POSITION)
    positions["cursor"], positions["next_plan"], positions["next_funding"] = (
        symbols["first"],
        symbols["first_plan"],
        symbols["first_funding"],
    )
    rule_states = np.zeros(len(book.rows), RULE_STATE)
    rule_states["worst_headroom"] = math.inf
    rule_states["anchor"] = rule_states["stands"] = math.nan
    rule_states["kept"] = rule_states["least"] = -math.inf
    decisions = np.zeros(count, DECISION)
    decisions["rule"] = -1
    days = int((end - start) // DAY_MS) + 16
    records = together(
        {
            "stops": (total + len(names) + 8, STOP_MOVE),
            "marks": (total + 8, MARK),
            "stretches": (total + 8, STRETCH),
            "fills": (len(names) * 320 + 2 * count + 64, FILL),
            "trades": (len(names) * 320 + count + 64, TRADE),
        }
    )
    return World(
        ledger=np.zeros(1, LEDGER),
        positions=positions,
        resting=np.zeros((len(names), MAX_RESTING), RESTING),
        clocks=np.zeros(len(resets), CLOCK),
        rule_states=rule_states,
        tallies=np.zeros(len(strategies) * (len(names) + 1), TALLY),
        plans=table,
        rules=KNOWN.once((book,), book.table, "rules").copy(),
        phases=phases.copy(),
        **{name: table.copy() for name, table in by_kind.items()},
        instruments=instruments,
        symbols=symbols,
        open_time=joined([b.open_time for b in bars], np.int64),
        close_time=joined([b.close_time for b in bars], np.int64),
        open=joined([b.open for b in bars], np.float64),
        high=joined([b.high for b in bars], np.float64),
        low=joined([b.low for b in bars], np.float64),
        close=joined([b.close for b in bars], np.float64),
        signal_close=joined([signal_closes(g, strategies, b) for g, b in zip(groups, bars, strict=True)], np.uint8),
        columns=joined(columns.parts, np.float64) if columns.parts else np.empty(0),
        column_start=np.array(columns.starts, np.int64),
        funding_time=joined([f.time for f in fundings if f], np.int64),
        funding_rate=joined([f.rate for f in fundings if f], np.float64),
        conversion=conversions(groups, bars),
        resets=resets.copy(),
        windows=windows.copy(),
        spans=spans.copy(),
        others=np.array([(others or {}).get(name, 0) for name in names], np.int32),
        habits=np.concatenate([next(stream.habits for stream in streams if stream.strategy == name) for name in strategies]),
        settings=settings,
        **records,
        row=np.zeros(1, EQUITY),
        seen=np.zeros(1, SEEN),
        standing=np.zeros(1, STANDING),
        told=np.zeros(1, TOLD),
        wanted=np.zeros(len(names), WANTED),
        decisions=decisions,
        days=np.zeros(days + 512, DAY),
        results=np.zeros(64, PHASE_RESULT),
        events=np.zeros(256 + 160 * len(names), EVENT),
    )
