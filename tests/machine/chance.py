"""Random markets, plans and rule books from a seed: every field of the plan, ties, gaps, unequal lengths, all rule families."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.bot import Costs, GateSettings
from runner.model.plan import empty_plans
from runner.model.rules import (
    MAX_STEPS,
    NO_STEPS,
    Anchor,
    Code,
    Compare,
    Family,
    HouseAction,
    HouseMeasure,
    Measure,
    Reset,
    RuleBook,
    RuleRow,
    Severity,
)
from runner.model.stream import Funding, Stream
from tests.machine.build import FREE, HOUR, START, book, counter, floor, row, spec, stream

Random = np.random.Generator
TICK = 0.5
CLOCKS = (Reset(at="00:00", zone="UTC"), Reset(at="17:30", zone="America/New_York"))


def grid(value: float) -> float:
    """A price on a coarse grid, so that levels are often touched exactly."""
    return float(max(TICK, round(value / TICK) * TICK))


def random_bars(r: Random, symbol: str, most: int = 90) -> Bars:
    """A walk with quiet and wild stretches, jumps between bars, missing bars and a late start."""
    count = int(r.integers(2, most))
    wild = np.where(r.random(count) < 0.3, 8.0, 1.0) * r.uniform(0.2, 2.0)
    close = np.array([grid(x) for x in np.maximum(20, 100 + np.cumsum(r.normal(0, 1, count) * wild))])
    first = np.r_[100.0, close[:-1]]
    jumps = r.random(count) < 0.1
    first = np.array([grid(x) for x in np.where(jumps, first + r.normal(0, 4, count), first)])
    high = np.array([grid(x) for x in np.maximum(first, close) + r.exponential(1, count) * wild])
    low = np.array([grid(x) for x in np.minimum(first, close) - r.exponential(1, count) * wild])
    high, low = np.maximum(high, np.maximum(first, close)), np.minimum(low, np.minimum(first, close))
    places = np.cumsum(np.where(r.random(count) < 0.05, r.integers(2, 40, count), 1)) + int(r.integers(0, 5))
    timeframe = HOUR * int(r.choice([1, 1, 4]))
    opened = START + timeframe * places.astype(np.int64)
    return Bars(symbol=symbol, timeframe_ms=timeframe, open_time=opened, open=first, high=high, low=low, close=close, volume=np.ones(count))


def random_plans(r: Random, bars: Bars, columns: int) -> NDArray[Any]:
    """Plans at random bar closes with every field filled at times."""
    rows = np.flatnonzero(r.random(len(bars)) < r.choice([0.05, 0.3, 1.0]))
    plans = empty_plans(len(rows))
    for plan, n in zip(plans, rows, strict=True):
        price, side, far = float(bars.close[n]), int(r.choice([-1, 1])), float(r.uniform(1, 8))
        plan["time"], plan["side"], plan["signal_index"], plan["reference_price"] = bars.close_time[n], side, n, price
        for name, size in (("when_open", 4), ("entry_kind", 3), ("trail_start", 3), ("trail_update", 2), ("sizing_method", 5)):
            plan[name] = r.integers(size)
        plan["time_in_force"], plan["post_only"] = r.choice([0, 0, 0, 1]), r.choice([0, 0, 1])
        plan["entry_price"] = price + r.normal(0, 2)
        plan["expires_ms"] = r.choice([0, 2, 6]) * HOUR
        plan["stop"] = price - side * far if r.random() < 0.9 else np.nan
        plan["sizing_value"] = [r.uniform(0.1, 20), *r.uniform(0.001, 0.05, 2), r.uniform(0.1, 2), r.uniform(100, 9_000)][
            plan["sizing_method"]
        ]
        _exits(r, plan, price, side, far, columns)
    return plans


def _exits(r: Random, plan: Any, price: float, side: int, far: float, columns: int) -> None:
    """Targets, tiers, trail, time stop and columns of one plan."""
    plan["target_count"] = count = r.integers(0, 5)
    for n in range(count):
        plan["target_price"][n] = price + side * far * (n + 1) * 0.6
        plan["target_fraction"][n] = 1 / count if r.random() < 0.7 else 0.2
    plan["adverse_count"], plan["add_count"], plan["tier_count"] = r.choice([0, 0, 1, 2], 3)
    for n in range(2):
        plan["adverse_price"][n], plan["adverse_fraction"][n] = price - side * far * (n + 1) / 3, 0.3
        plan["add_price"][n], plan["add_fraction"][n] = price + r.choice([-1, 1]) * far * (n + 1) / 4, 0.5
        plan["tier_profit"][n], plan["tier_distance"][n] = (n + 1) * far / 2, far / (n + 2)
    if r.random() < 0.4:
        plan["trail_distance"] = far * r.uniform(0.3, 1.5)
    plan["trail_start_value"] = price + side * far * 0.4 if plan["trail_start"] == 1 else 1
    plan["break_even_after"], plan["break_even_offset"] = r.integers(0, 3), 0.1
    plan["time_stop_ms"], plan["time_stop_needs_no_target"] = r.choice([0, 0, 1, 5]) * HOUR, r.integers(2)
    plan["invalidation"] = price - side * far * 0.7 if r.random() < 0.3 else np.nan
    if columns:
        plan["exit_column"], plan["cancel_column"], plan["trail_column"] = (int(r.choice([-1, n])) for n in range(3))


def grouped(bars: Bars, size: int) -> Bars:
    """Signal bars `size` times as long, of whatever execution bars fall into them; one may begin late, end early or be missing."""
    timeframe = bars.timeframe_ms * size
    opened, first = np.unique(bars.open_time // timeframe * timeframe, return_index=True)
    last = np.r_[first[1:], len(bars)] - 1
    return replace(
        bars,
        timeframe_ms=timeframe,
        open_time=opened,
        open=bars.open[first],
        high=np.maximum.reduceat(bars.high, first),
        low=np.minimum.reduceat(bars.low, first),
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume, first),
    )


def random_stream(r: Random, number: int) -> Stream:
    """One symbol with sometimes three columns, finer execution bars, funding and conversion."""
    execution = random_bars(r, f"S{number}")
    bars = grouped(execution, int(r.choice([2, 4, 24]))) if r.random() < 0.35 else execution
    columns: list[Any] = []
    if r.random() < 0.5:
        columns = [r.choice([0, 0, 0, 1, -1, 2, np.nan], len(bars)), r.choice([0, 0, 0, 0, 1], len(bars)), r.uniform(1, 6, len(bars))]
    due = execution.open_time[:: int(r.integers(2, 9))]
    specials: dict[str, Any] = {"funding": None if r.random() < 0.5 else _funding(r, due)}
    if r.random() < 0.2:
        specials["conversion"] = r.uniform(0.9, 1.1, len(execution))
    made = spec(bars.symbol, tick=float(r.choice([TICK, 0.01])), quantity_step=float(r.choice([0.001, 0.5])), min_notional=5.0)
    return stream(bars, [random_plans(r, bars, len(columns))], columns=columns, execution=execution, instrument=made, **specials)


def another_strategy(r: Random, of: Stream) -> Stream:
    """A second strategy with plans of its own on the first one's bars and columns."""
    return replace(of, strategy="another", plans=random_plans(r, of.market.bars, len(of.columns)))


def _funding(r: Random, due: NDArray[np.int64]) -> Funding:
    return Funding(time=due, rate=r.normal(0, 0.001, len(due)))


def random_book(r: Random) -> RuleBook:
    """Two phases with floors of every anchor, caps, counters, rungs of every action, and sometimes no rule at all."""
    rows: list[RuleRow] = []
    if r.random() < 0.15:
        return book(clocks=CLOCKS)
    for phase in range(2):
        rows += [_floor(r, code, phase) for code in (Code.DAILY_LOSS, Code.MAX_LOSS) if r.random() < 0.8]
        rows += [replace(rule, phase=phase) for rule in _others(r) if r.random() < 0.35]
        rows += [_rung(r, phase) for _ in range(int(r.integers(0, 4)))]
    return replace(book(*rows, clocks=CLOCKS, following=(1, -1)), calendars=(_releases(r), _releases(r)))


def _floor(r: Random, code: Code, phase: int) -> RuleRow:
    severity = Severity(int(r.choice([Severity.FAIL, Severity.FAIL, Severity.PAUSE, Severity.WARN])))
    return floor(
        code,
        phase=phase,
        anchor=Anchor(int(r.integers(len(Anchor)))),
        measure=Measure(int(r.integers(3))),
        compare=Compare(int(r.integers(2))),
        amount_fraction=float(r.uniform(0.005, 0.06)),
        amount_of=int(r.integers(2)),
        clock=int(r.integers(2)),
        severity=severity,
        margin=float(r.choice([0.0, 0.05])),
        lock=float(r.choice([np.nan, 10_050.0])),
        lock_trigger=float(r.choice([np.nan, np.nan, 0.004])),
        sampling=int(r.choice([0, 0, 1])),
        on_payout=int(r.integers(3)),
    )


def _others(r: Random) -> list[RuleRow]:
    clock = int(r.integers(2))
    return [
        counter(Code.PROFIT_TARGET, limit=float(r.uniform(0.005, 0.03))),
        counter(Code.TRADING_DAYS, count=2, limit=0.01, limit_2=0.0001, either_sign=1),
        counter(Code.TRADING_DAYS, count=3, event=1),
        *(_share(r) for _ in range(3)),
        counter(Code.PROFITABLE_DAYS, count=2, limit=0.0),
        counter(Code.PROFITABLE_DAYS, count=1, amount=5.0, window=1, severity=Severity.BLOCK_PAYOUT),
        _payout(r),
        _payout(r),
        counter(Code.PROFIT_CAP, amount=60.0, limit=40.0),
        *(
            counter(Code.INACTIVITY, duration_ms=48 * HOUR, event=int(r.integers(3)), severity=Severity(int(r.choice([0, 4]))))
            for _ in "ab"
        ),
        counter(Code.TIME_LIMIT, duration_ms=200 * HOUR, event=int(r.integers(2))),
        row(
            Family.CALENDAR,
            Code.SESSION_FLAT,
            clock=clock,
            duration_ms=int(r.choice([0, 3, 8])) * HOUR,
            severity=Severity(int(r.choice([0, 4]))),
        ),
        row(Family.CALENDAR, Code.SESSION_FLAT, clock=-1, grace_ms=int(r.choice([2, 8])) * HOUR, duration_ms=int(r.choice([0, 3])) * HOUR),
        *(_news(r, calendar) for calendar in range(2)),
        row(
            Family.TIMER,
            Code.HOLDING_TIME,
            duration_ms=int(r.integers(1, 5)) * HOUR,
            limit=0.3,
            severity=Severity(int(r.choice([0, 2, 4]))),
        ),
        row(Family.CAP, Code.RISK_PER_TRADE, amount_fraction=0.02),
        row(
            Family.CAP,
            Code.SYMBOL_DAILY_LOSS,
            amount_fraction=0.02,
            clock=clock,
            amount_of=int(r.integers(2)),
            anchor=Anchor.DAY_START_BALANCE,
        ),
        row(Family.CAP, Code.NOTIONAL, limit=0.6),
        row(Family.CAP, Code.OPEN_POSITIONS, count=2),
        row(Family.CAP, Code.ORDERS_PER_DAY, count=4, clock=clock),
        row(Family.CAP, Code.RISK_PER_TRADE, amount_fraction=0.03, amount_of=1),
        row(Family.CAP, Code.POSITION_NOTIONAL, limit=0.5),
        row(Family.CAP, Code.LEVERAGE_CAP, limit=0.7, members=3),
        row(Family.CAP, Code.CONTRACTS, limit=90.0, steps=(0.0, 40.0, 50.0, 80.0, *NO_STEPS[4:]), clock=clock),
        row(Family.CAP, Code.MIN_TRADE, amount=300.0),
        row(Family.CAP, Code.MIN_INTERVAL, duration_ms=3 * HOUR, count=int(r.integers(2))),
        row(Family.CAP, Code.OTHER_ACCOUNTS),
        row(Family.CAP, Code.MODIFICATIONS_PER_DAY, count=2, clock=clock, severity=Severity(int(r.choice([0, 4, 5])))),
    ]


def _news(r: Random, calendar: int) -> RuleRow:
    return row(
        Family.CALENDAR,
        Code.NEWS,
        calendar=calendar,
        members=int(r.integers(1, 8)),
        forbids=int(r.integers(1, 32)),
        duration_ms=int(r.choice([0, 1, 5])) * HOUR // 2,
        grace_ms=int(r.choice([0, 1, 5])) * HOUR // 2,
        action=HouseAction(int(r.choice([HouseAction.BLOCK, HouseAction.FLATTEN]))),
        severity=Severity(int(r.choice([Severity.FAIL, Severity.ADJUST, Severity.WARN]))),
    )


def _releases(r: Random) -> NDArray[np.int64]:
    """Some instants, on the hour and off it."""
    return np.asarray(np.sort(START + r.integers(0, 400, int(r.integers(0, 30))) * (HOUR // 4)), np.int64)


LIMITS = {
    HouseMeasure.LOSING_STREAK: 2.0,
    HouseMeasure.FLOOR_USED: 0.5,
    HouseMeasure.DAY_BEFORE_PROFIT: 0.002,
    HouseMeasure.PROFIT_SHARE: 0.4,
    HouseMeasure.TRADE_SHARE: 0.3,
}


def _share(r: Random) -> RuleRow:
    """A consistency rule of any kind."""
    severity = Severity(int(r.choice([Severity.FAIL, Severity.BLOCK_PASS, Severity.ADJUST, Severity.BLOCK_PAYOUT, Severity.RAISE_TARGET])))
    return counter(
        Code.CONSISTENCY,
        limit=float(r.choice([0.4, 0.8, 1.0])),
        denominator=int(r.integers(3)),
        severity=severity,
        scope=int(r.integers(2)),
        compare=Compare(int(r.integers(2))),
        window=int(r.integers(2)),
    )


def _payout(r: Random) -> RuleRow:
    """Payouts every day or two, of all or half of what there is."""
    steps = (*r.choice([10.0, 40.0, np.nan], 2), *NO_STEPS)[:MAX_STEPS]
    return counter(
        Code.PAYOUT,
        severity=Severity.ADJUST,
        duration_ms=24 * HOUR,
        grace_ms=int(r.choice([1, 24, 48])) * HOUR,
        amount=float(r.choice([0.0, 5.0])),
        limit_2=float(r.choice([0.0, 20.0])),
        value=float(r.choice([0.5, 1.0])),
        count=int(r.choice([0, 0, 2])),
        steps=tuple(float(step) for step in steps),
    )


def _rung(r: Random, phase: int) -> RuleRow:
    measure = HouseMeasure(int(r.integers(len(HouseMeasure))))
    limit = LIMITS.get(measure, float(r.uniform(0.002, 0.03)))
    action = HouseAction(int(r.integers(len(HouseAction))))
    return row(
        Family.HOUSE,
        Code.HOUSE,
        firm=0,
        phase=phase,
        measure=measure,
        limit=limit,
        action=action,
        value=1.0 if action == HouseAction.CLOSE_WORST else 0.5,
        until=int(r.integers(4)),
        duration_ms=5 * HOUR,
        anchor=Anchor(int(r.choice([1, 2, 4]))),
        clock=int(r.integers(2)),
    )


def random_parts(seed: int) -> dict[str, Any]:
    """What a machine over one to three random symbols is built from, one of them at times with two strategies; the same seed, the same."""
    r = np.random.default_rng(seed)
    costs = replace(
        FREE if r.random() < 0.3 else Costs(),
        slippage_bps=float(r.choice([0.0, 5.0])),
        leverage=float(r.choice([3.0, 10.0])),
        isolated_margin=bool(r.random() < 0.5),
        funding=bool(r.random() < 0.7),
    )
    gate = GateSettings(enabled=bool(r.random() < 0.7))
    streams = [random_stream(r, n) for n in range(int(r.integers(1, 4)))]
    if r.random() < 0.25:
        streams.append(another_strategy(r, streams[0]))
    after = str(r.choice(["stop", "restart"]))
    others = {"S0": int(r.integers(-1, 2))}
    return {"streams": streams, "book": random_book(r), "costs": costs, "gate": gate, "after_failure": after, "others": others}


def random_machine(seed: int) -> Machine:
    """The machine of a seed's parts."""
    return Machine(**random_parts(seed))
