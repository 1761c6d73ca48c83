"""Every number of every firm's program, once, as a person would copy it from the firms' pages: what the YAML is held against.

A rule is (name, row, clock). A program is its phases in order; a phase that repeats another's rules says so with `then`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from runner.model.duration import milliseconds
from runner.model.rules import (
    MAX_STEPS,
    NO_STEPS,
    AmountOf,
    Anchor,
    Code,
    Compare,
    DayResult,
    Event,
    Family,
    Forbidden,
    HouseAction,
    Measure,
    OnPayout,
    Reset,
    RuleRow,
    Scope,
    Severity,
    Window,
)

UTC = Reset(at="00:00", zone="UTC")
UTC_0010 = Reset(at="00:10", zone="UTC")
UTC_0030 = Reset(at="00:30", zone="UTC")
PRAGUE = Reset(at="00:00", zone="Europe/Prague")
NEW_YORK = Reset(at="17:00", zone="America/New_York")
NEW_YORK_1659 = Reset(at="16:59", zone="America/New_York")
NEW_YORK_18 = Reset(at="18:00", zone="America/New_York")
CHICAGO = Reset(at="17:00", zone="America/Chicago")
SIZE = 50_000  # where a number holds for every size
SYMBOLS = ("BTCUSDT", "ETHUSDT", "PEPEUSDT", "BTCUSDC", "ES")
EVERYTHING = sum(Forbidden)
Money = float | Mapping[int, float]


@dataclass(frozen=True, kw_only=True)
class Number:
    """One rule: its row for each account size (None: any size), its clock, the variants and purchase dates it holds for."""

    rows: Mapping[int | None, tuple[RuleRow, ...]]
    clock: Reset | None = None
    variants: tuple[str, ...] = ()
    since: str = ""
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A rule that writes no row: what it says."""

    words: Mapping[str, Any]
    variants: tuple[str, ...] = ()


Rules = Mapping[str, Number | Said]


@dataclass(frozen=True, kw_only=True)
class Program:
    """Phases in order with their rules, and the economics that were found."""

    phases: Mapping[str, Rules]
    economics: Mapping[str, Any] = field(default_factory=dict)


def sized(value: Money, size: int | None) -> float:
    """The number for an account size."""
    return float(value[size or SIZE]) if isinstance(value, Mapping) else float(value)


def one(code: Code, family: Family, clock: Reset | None = None, money: Mapping[str, Money] | None = None, **fields: Any) -> Number:
    """A rule of one row; `money` holds fields that may differ by account size."""
    given = money or {}
    sizes: set[int | None] = {size for value in given.values() if isinstance(value, Mapping) for size in value}
    row = RuleRow(key="", family=family, code=code, **fields)
    rows = {}
    for size in sizes or {None}:
        own: dict[str, Any] = {name: sized(value, size) for name, value in given.items()}
        rows[size] = (replace(row, **own),)
    return Number(rows=rows, clock=clock)


def daily(
    share: float | Mapping[int, float],
    anchor: Anchor,
    compare: Compare,
    clock: Reset,
    of: AmountOf = AmountOf.INITIAL,
    measure: Measure = Measure.EQUITY,
    severity: Severity = Severity.FAIL,
) -> Number:
    """A daily floor: a share, or money by size."""
    fields: dict[str, Any] = {"anchor": anchor, "compare": compare, "amount_of": of, "measure": measure, "severity": severity}
    if isinstance(share, Mapping):
        return one(Code.DAILY_LOSS, Family.FLOOR, clock, {"amount": share}, **fields)
    return one(Code.DAILY_LOSS, Family.FLOOR, clock, amount_fraction=share, **fields)


def overall(
    share: float | Mapping[int, float],
    anchor: Anchor,
    compare: Compare,
    clock: Reset | None = None,
    lock: float | None = None,
    on_payout: OnPayout = OnPayout.KEEP_FLOOR,
    measure: Measure = Measure.EQUITY,
) -> Number:
    """An overall floor; `lock` is money above the initial balance at which it stops."""
    fields: dict[str, Any] = {"anchor": anchor, "compare": compare, "measure": measure, "on_payout": on_payout}
    sizes = tuple(share) if isinstance(share, Mapping) else (None,)
    rows: dict[int | None, tuple[RuleRow, ...]] = {}
    for size in sizes:
        amount: dict[str, Any] = (
            {"amount": float(share[size])} if isinstance(share, Mapping) and size is not None else {"amount_fraction": share}
        )
        locked: dict[str, Any] = {} if lock is None else {"lock": (size or SIZE) + lock}
        rows[size] = (RuleRow(key="", family=Family.FLOOR, code=Code.MAX_LOSS, **fields, **amount, **locked),)
    return Number(rows=rows, clock=clock)


def target(share: float | Mapping[int, float]) -> Number:
    """A profit target as a share or as money by size."""
    if isinstance(share, Mapping):
        return one(Code.PROFIT_TARGET, Family.COUNTER, None, {"amount": share}, severity=Severity.BLOCK_PASS)
    return one(Code.PROFIT_TARGET, Family.COUNTER, limit=share, severity=Severity.BLOCK_PASS)


def days(count: int, clock: Reset, event: Event = Event.CLOSE, **fields: Any) -> Number:
    """Days of trading."""
    fields = {"limit": 0.0, "limit_2": 0.0, **fields}
    return one(Code.TRADING_DAYS, Family.COUNTER, clock, count=count, event=event, severity=Severity.BLOCK_PASS, **fields)


def good_days(count: int, clock: Reset, share: float = 0.0, money: Money | None = None, *, of_payout: bool = False) -> Number:
    """Profitable days of a phase or of a payout cycle."""
    severity = Severity.BLOCK_PAYOUT if of_payout else Severity.BLOCK_PASS
    window = Window.PAYOUT_CYCLE if of_payout else Window.PHASE
    given = {} if money is None else {"amount": money}
    return one(Code.PROFITABLE_DAYS, Family.COUNTER, clock, given, count=count, limit=share, severity=severity, window=window)


def best(share: float, effect: Severity, clock: Reset, denominator: DayResult = DayResult.TOTAL_NET, **fields: Any) -> Number:
    """A consistency rule."""
    window = Window.PAYOUT_CYCLE if effect == Severity.BLOCK_PAYOUT else Window.PHASE
    fields = {"severity": effect, "denominator": denominator, "window": window, **fields}
    return one(Code.CONSISTENCY, Family.COUNTER, clock, limit=share, **fields)


def idle(longest: str, event: Event = Event.CLOSE) -> Number:
    """Inactivity."""
    return one(Code.INACTIVITY, Family.COUNTER, duration_ms=milliseconds(longest), event=event)


def limit_of(code: Code, **fields: Any) -> Number:
    """A cap at the gate."""
    return one(code, Family.CAP, **fields)


def counted(code: Code, count: int, clock: Reset | None = None) -> Number:
    """A cap on a number of things."""
    return one(code, Family.CAP, clock, count=count)


def news(window: str, severity: Severity = Severity.FAIL) -> Number:
    """A blackout around releases, with nothing known of them: one row for every symbol. Profit that only does not count may stay open."""
    length, action = milliseconds(window), HouseAction.BLOCK if severity == Severity.ADJUST else HouseAction.FLATTEN
    return one(
        Code.NEWS,
        Family.CALENDAR,
        duration_ms=length,
        grace_ms=length,
        forbids=EVERYTHING,
        members=0b11111,
        severity=severity,
        action=action,
    )


def payout(first: str, every: str, *, least: float = 0.0, share: float = 1.0, count: int = 0, largest: Any = (), keep: Any = 0.0) -> Number:
    """When profit is paid out; `largest` and `keep` may differ by size."""
    sizes = tuple(largest) if isinstance(largest, Mapping) else (None,)
    rows: dict[int | None, tuple[RuleRow, ...]] = {}
    for size in sizes:
        steps = largest[size] if isinstance(largest, Mapping) else largest
        row = RuleRow(
            key="",
            family=Family.COUNTER,
            code=Code.PAYOUT,
            margin=0.5,
            severity=Severity.ADJUST,
            duration_ms=milliseconds(first),
            grace_ms=milliseconds(every),
            amount=least,
            limit_2=float(keep[size] if isinstance(keep, Mapping) else keep),
            value=share,
            count=count,
            steps=(*steps, *NO_STEPS)[:MAX_STEPS],
        )
        rows[size] = (row,)
    return Number(rows=rows)


def flat(at: str, zone: str) -> Number:
    """Closed by a time of every day."""
    return one(Code.SESSION_FLAT, Family.CALENDAR, Reset(at=at, zone=zone))


def duty(within: str, grace: str | None = None, count: int = 0, **fields: Any) -> Number:
    """A stop within a time, with second chances."""
    again = milliseconds(grace) if grace else 0
    return one(Code.STOP_DEADLINE, Family.TIMER, duration_ms=milliseconds(within), grace_ms=again, count=count, **fields)


def short_trades(minimum: str, share: float, severity: Severity) -> Number:
    """Trades that may be shorter than a minimum."""
    return one(Code.HOLDING_TIME, Family.TIMER, duration_ms=milliseconds(minimum), limit=share, severity=severity)


def judged(code: Code, **fields: Any) -> Number:
    """A detector of what people at the firm judge."""
    return one(code, Family.COUNTER, severity=Severity.MANUAL, **fields)


def says(*variants: str, **words: Any) -> Said:
    """A rule of words."""
    return Said(words=words, variants=variants)


def only(number: Number, *variants: str, since: str = "", until: str = "") -> Number:
    """The same for some variants or purchase dates."""
    return replace(number, variants=variants, since=since, until=until)


def then(before: Rules, **changed: Number | Said) -> Rules:
    """The rules of another phase, some of them changed."""
    return {**before, **changed}


def without(before: Rules, *names: str) -> Rules:
    """The rules of another phase, some of them gone."""
    return {name: rule for name, rule in before.items() if name not in names}


CONNECTED = limit_of(Code.OTHER_ACCOUNTS)
ASK = says(stance="ask")

# --- HyroTrader: 00:00 UTC, touching breaches


def hyro(day: float, all_in: float, aim: float) -> Rules:
    """An evaluation phase of HyroTrader."""
    return {
        "daily_standard": only(daily(day, Anchor.DAY_PEAK_EQUITY, Compare.LE, UTC), "standard"),
        "daily_swing": only(daily(day, Anchor.MAX_DAY_START, Compare.LE, UTC), "swing"),
        "overall": overall(all_in, Anchor.INITIAL, Compare.LE),
        "target": target(aim),
        "trading_days": only(days(5, UTC, limit=0.05, limit_2=0.01), since="2026-04-01"),
        "trading_days_before_2026_04": only(days(10, UTC, limit=0.05, limit_2=0.01, either_sign=1), until="2026-03-31"),
        "consistency": best(0.40, Severity.ADJUST, UTC, DayResult.PHASE_TARGET),
        "risk": limit_of(Code.RISK_PER_TRADE, amount_fraction=0.03),
        "low_cap": limit_of(Code.BUCKET_NOTIONAL, limit=0.05, members=0b11100),
        "instruments": limit_of(Code.INSTRUMENTS, members=0b00111),
        "inactivity": idle("30d"),
        "stop_duty": only(duty("5m", "1h", 1), until="2026-03-31"),
        "connected": CONNECTED,
        "martingale": judged(Code.MARTINGALE, limit=1.5, limit_2=0.0, count=2),
        "account": says(max_allocation=200_000, api_key_immutable=True),
        "automation": ASK,
    }


def hyro_funded(before: Rules) -> Rules:
    """The funded account of HyroTrader."""
    kept = without(before, "target", "trading_days", "trading_days_before_2026_04", "consistency")
    funded = {"margin": limit_of(Code.MARGIN, limit=0.25), "notional": limit_of(Code.NOTIONAL, limit=2.0)}
    return {**kept, **funded, "payout": payout("1d", "1d", least=143)}


HYRO_1, HYRO_2 = hyro(0.04, 0.06, 0.10), hyro(0.05, 0.10, 0.10)
HYRO_MONEY = {
    "currency": "USD",
    "monthly": 0.0,
    "refund_fraction": 1.0,
    "refund_at_payout": 1,
    "split": {"start": 0.7, "step": 0.05, "every": "120d", "cap": 0.9},
    "exchange_rate": 1.0,
    "confidence": "?",
}
HYRO_PROTOCOL: Rules = {
    "daily": daily(0.04, Anchor.DAY_START_BALANCE, Compare.LE, UTC),
    "overall": overall(0.06, Anchor.INITIAL, Compare.LE),
    "target": target(0.10),
    "trading_days": days(5, UTC),
    "consistency": best(0.40, Severity.ADJUST, UTC, DayResult.PHASE_TARGET, scope=Scope.TRADE),
    "account": says(pinned_at_purchase=True),
    "automation": ASK,
}

# --- FTMO: midnight of Prague, only going under breaches

FTMO_COMMON: Rules = {"connected": CONNECTED, "automation": says(stance="allowed")}
FTMO_2: Rules = {
    "daily": daily(0.05, Anchor.DAY_START_BALANCE, Compare.LT, PRAGUE),
    "overall": overall(0.10, Anchor.INITIAL, Compare.LT),
    "target": target(0.10),
    "trading_days": days(4, PRAGUE, Event.OPEN),
    **FTMO_COMMON,
}
FTMO_1: Rules = {
    "daily": daily(0.03, Anchor.DAY_START_BALANCE, Compare.LT, PRAGUE),
    "overall": overall(0.10, Anchor.EOD_BALANCE_HIGH, Compare.LT, PRAGUE),
    "target": target(0.10),
    "best_day": best(0.50, Severity.BLOCK_PASS, PRAGUE),
    **FTMO_COMMON,
}
FRIDAY = Reset(at="16:45", zone="America/New_York", weekdays=(4,))
SESSION = Number(
    rows={
        None: (
            RuleRow(key="", family=Family.CALENDAR, code=Code.SESSION_FLAT),
            RuleRow(key="longest_break", family=Family.CALENDAR, code=Code.SESSION_FLAT, clock=-1, grace_ms=milliseconds("2h")),
        )
    },
    clock=FRIDAY,
    variants=("standard",),
)


def ftmo_account(before: Rules) -> Rules:
    """The funded account of FTMO."""
    return {
        **without(before, "target", "trading_days", "best_day"),
        "news": only(news("2m"), "standard"),
        "session": SESSION,
        "leverage_standard": only(limit_of(Code.LEVERAGE_CAP, limit=100.0, members=0b11111), "standard"),
        "leverage_swing": only(limit_of(Code.LEVERAGE_CAP, limit=30.0, members=0b11111), "swing"),
        "payout": payout("14d", "14d"),
        "scaling": says(factor=1.25, every="120d", min_profit_fraction=0.10, largest=2_000_000),
    }


# --- FundedNext: 17:00 New York, only going under breaches

NEXT_COMMON: Rules = {
    "inactivity": idle("60d"),
    "connected": CONNECTED,
    "grid": judged(Code.GRID, limit=0.25, count=4),
    "account": says(own_copy_trading="challenge_only", keep_strategy=True),
    "automation": says(stance="restricted"),
}


def stellar(day: float, all_in: float, aim: float, count: int) -> Rules:
    """An evaluation phase of Stellar."""
    return {
        "daily": daily(day, Anchor.DAY_START_BALANCE, Compare.LT, NEW_YORK),
        "overall": overall(all_in, Anchor.INITIAL, Compare.LT),
        "target": target(aim),
        "trading_days": days(count, NEW_YORK, Event.OPEN),
        **NEXT_COMMON,
    }


def stellar_funded(before: Rules, first: str) -> Rules:
    """The funded account of Stellar."""
    return {**without(before, "target", "trading_days"), "payout": payout(first, "14d")}


STELLAR_1, STELLAR_2, LITE = stellar(0.03, 0.06, 0.10, 2), stellar(0.05, 0.10, 0.08, 5), stellar(0.04, 0.08, 0.08, 5)
INSTANT: Rules = {"overall": overall(0.06, Anchor.CLOSED_BALANCE_HIGH, Compare.LT, lock=0.0), **NEXT_COMMON}
NEXT_MONEY = {"currency": "USD", "monthly": 0.0, "refund_fraction": 1.0, "split": {"start": 0.8}, "confidence": "B"}

# --- The5ers: 17:00 New York, touching breaches

FIVERS: Rules = {"inactivity": idle("30d", Event.ORDER), "automation": says(stance="allowed")}
HIGH_STAKES: Rules = {
    "daily": daily(0.05, Anchor.MAX_DAY_START, Compare.LE, NEW_YORK, of=AmountOf.ANCHOR),
    "overall": overall(0.10, Anchor.INITIAL, Compare.LE),
    "target": target(0.08),
    "profitable_days": good_days(3, NEW_YORK, 0.005),
    "news": news("2m", Severity.ADJUST),
    **FIVERS,
}
HIGH_STAKES_FUNDED: Rules = {
    **without(HIGH_STAKES, "target"),
    "profitable_days": good_days(3, NEW_YORK, 0.005, of_payout=True),
    "best_day": best(0.50, Severity.BLOCK_PAYOUT, NEW_YORK),
    "payout": payout("14d", "14d", least=150),
    "scaling": says(min_profit_fraction=0.10, largest=500_000),
}
PAUSE = daily(0.03, Anchor.MAX_DAY_START, Compare.LE, NEW_YORK, of=AmountOf.ANCHOR, severity=Severity.PAUSE)
LEVEL: Rules = {
    "daily_pause": PAUSE,
    "overall": overall(0.06, Anchor.INITIAL, Compare.LT),
    "target": target(0.10),
    **FIVERS,
    "scaling": says(factor=2.0, min_profit_fraction=0.10, largest=4_000_000),
}
BOOTCAMP: Rules = {
    "overall": overall(0.05, Anchor.INITIAL, Compare.LE),
    "stop_duty": duty("3m", limit=0.02, limit_2=5.0),
    "risk": limit_of(Code.RISK_PER_TRADE, amount_fraction=0.02, amount_of=AmountOf.ANCHOR),
    **FIVERS,
    "account": says(own_copy_trading="forbidden"),
}
SUMMER: Rules = {"account": says(max_active=2), "automation": ASK}


def summer(all_in: float, aim: float) -> Rules:
    """An evaluation of The5ers' plan of 2026."""
    return {
        "daily": daily(0.03, Anchor.DAY_START_BALANCE, Compare.LE, NEW_YORK, of=AmountOf.ANCHOR),
        "overall": overall(all_in, Anchor.INITIAL, Compare.LE),
        "target": target(aim),
        **SUMMER,
    }


def summer_funded(all_in: float) -> Rules:
    """The funded account of The5ers' plan of 2026."""
    rules = {"best_day": best(0.50, Severity.BLOCK_PAYOUT, NEW_YORK), "payout": payout("14d", "14d", largest=(2_000.0,))}
    return {**without(summer(all_in, 0.0), "target"), **rules}


SUMMER_1: Rules = {**summer(0.06, 0.10), "best_day": best(0.50, Severity.BLOCK_PASS, NEW_YORK)}
SUMMER_2: Rules = {**summer(0.10, 0.08), "trading_days": days(1, NEW_YORK)}
FIVERS_MONEY = {"currency": "USD", "monthly": 0.0, "confidence": "B"}

# --- E8: 17:00 New York assumed, touching breaches

E8_CONDUCT: Rules = {
    "modifications": counted(Code.MODIFICATIONS_PER_DAY, 2_000, NEW_YORK),
    "orders": counted(Code.ORDERS_PER_DAY, 2_000, NEW_YORK),
    "open_orders": counted(Code.OPEN_ORDERS, 100),
    "short_trades": short_trades("60s", 0.5, Severity.MANUAL),
    "connected": CONNECTED,
    "all_in": judged(Code.ALL_IN, limit=0.02, limit_2=0.5),
    "automation": says(stance="restricted"),
    "account": says(own_copy_trading="allowed"),
}
E8_ONE: Rules = {
    "daily": only(daily(0.04, Anchor.DAY_START_BALANCE, Compare.LE, NEW_YORK), "standard"),
    "daily_3": only(daily(0.03, Anchor.DAY_START_BALANCE, Compare.LE, NEW_YORK), "daily_3"),
    "overall": overall(0.06, Anchor.CLOSED_BALANCE_HIGH, Compare.LE, lock=0.0),
    "target": target(0.10),
    **E8_CONDUCT,
}
E8_CLASSIC: Rules = {
    "daily": daily(0.04, Anchor.DAY_START_BALANCE, Compare.LE, NEW_YORK),
    "overall": overall(0.08, Anchor.INITIAL, Compare.LE),
    "target": target(0.08),
    **E8_CONDUCT,
}
E8_SIGNATURE: Rules = {
    "daily_pause": daily(0.02, Anchor.DAY_START_BALANCE, Compare.LE, NEW_YORK, severity=Severity.PAUSE),
    "overall": overall(0.04, Anchor.EOD_BALANCE_HIGH, Compare.LE, NEW_YORK, lock=0.0),
    **E8_CONDUCT,
}
E8_FUTURES: Rules = {"best_day": best(0.40, Severity.RAISE_TARGET, CHICAGO)}
E8_MONEY = {"currency": "USD", "monthly": 0.0, "refund_fraction": 0.0, "split": {"start": 0.8}, "confidence": "B"}


def e8_funded(before: Rules, share: float, first: str = "8d") -> Rules:
    """The funded account of E8."""
    rules = {"best_day": best(share, Severity.BLOCK_PAYOUT, NEW_YORK), "news": news("5m"), "payout": payout(first, "1d")}
    return {**without(before, "target"), **rules}


# --- Topstep: 17:00 Chicago

TOPSTEP_LOSS = {50_000: 2_000, 100_000: 3_000, 150_000: 4_500}
TOPSTEP_COMMON: Rules = {
    "daily_limit": only(
        daily({50_000: 1_000, 100_000: 2_000, 150_000: 3_000}, Anchor.DAY_START_BALANCE, Compare.LE, CHICAGO, severity=Severity.PAUSE),
        "standard",
    ),
    "no_daily_limit": says("no_daily_limit"),
    "session": flat("15:10", "America/Chicago"),
    "instruments": limit_of(Code.INSTRUMENTS, members=0b10000),
    "connected": CONNECTED,
    "automation": says(stance="allowed", remote_host="banned", supervision="required"),
}
COMBINE: Rules = {
    **TOPSTEP_COMMON,
    "overall": overall(TOPSTEP_LOSS, Anchor.EOD_BALANCE_HIGH, Compare.LT, CHICAGO, lock=0.0),
    "target": target({50_000: 3_000, 100_000: 6_000, 150_000: 9_000}),
    "best_day": best(0.50, Severity.RAISE_TARGET, CHICAGO, compare=Compare.LT),
    "contracts": one(Code.CONTRACTS, Family.CAP, CHICAGO, {"limit": {50_000: 5, 100_000: 10, 150_000: 15}}),
}
TIERS = (0.0, 2.0, 1_500.0, 3.0, 2_000.0, 5.0)
XFA: Rules = {
    **TOPSTEP_COMMON,
    "overall": overall(TOPSTEP_LOSS, Anchor.EOD_BALANCE_HIGH, Compare.LT, CHICAGO, lock=0.0, on_payout=OnPayout.FLOOR_TO_INITIAL),
    "contracts": one(Code.CONTRACTS, Family.CAP, CHICAGO, limit=np.inf, steps=TIERS + NO_STEPS[6:]),
    "winning_days": good_days(5, CHICAGO, money=150.0, of_payout=True),
    "payout": payout("1d", "1d", least=125, share=0.5, largest=(2_000.0,)),
}

# --- Apex: 18:00 New York

SINCE, UNTIL = "2026-03-01", "2026-02-28"
APEX_DISTANCE = {25_000: 1_000, 50_000: 2_000, 100_000: 3_000, 150_000: 4_000}
APEX_COMMON: Rules = {
    "session": flat("16:59", "America/New_York"),
    "instruments": limit_of(Code.INSTRUMENTS, members=0b10000),
    "connected": CONNECTED,
    "account": says(max_active=20),
}
APEX_EVALUATION: Rules = {
    **APEX_COMMON,
    "target": target({25_000: 1_500, 50_000: 3_000, 100_000: 6_000, 150_000: 9_000}),
    "trading_days": days(1, NEW_YORK_18, Event.OPEN),
    "time_limit": only(one(Code.TIME_LIMIT, Family.COUNTER, duration_ms=milliseconds("30d")), since=SINCE),
    "automation": ASK,
}
APEX_PA: Rules = {
    **APEX_COMMON,
    "best_day": only(best(0.50, Severity.BLOCK_PAYOUT, NEW_YORK_18), since=SINCE),
    "winning_days": good_days(5, NEW_YORK_18, money={25_000: 100, 50_000: 250, 100_000: 300, 150_000: 350}, of_payout=True),
    "automation": says(stance="banned"),
    "payout": payout(
        "1d",
        "1d",
        least=500,
        keep={25_000: 1_100, 50_000: 2_100, 100_000: 3_100, 150_000: 4_100},
        largest={
            25_000: (1_000.0, 1_000.0, 1_000.0, 1_000.0, 1_000.0, 1_000.0),
            50_000: (1_500.0, 1_500.0, 2_000.0, 2_500.0, 2_500.0, 3_000.0),
            100_000: (2_000.0, 2_500.0, 2_500.0, 3_000.0, 4_000.0, 4_000.0),
            150_000: (2_500.0, 3_000.0, 3_000.0, 3_000.0, 4_000.0, 5_000.0),
        },
        count=6,
    ),
}
APEX_DAILY = only(
    daily(
        {25_000: 500, 50_000: 1_000, 100_000: 1_500, 150_000: 2_000},
        Anchor.DAY_START_BALANCE,
        Compare.LE,
        NEW_YORK_18,
        severity=Severity.PAUSE,
    ),
    since=SINCE,
)
APEX_OLD = only(overall({50_000: 2_500}, Anchor.EQUITY_HIGH, Compare.LE, lock=100.0), until=UNTIL)


def apex(anchor: Anchor, clock: Reset | None, lock: float | None) -> Number:
    """The threshold of the plans since March 2026."""
    return only(overall(APEX_DISTANCE, anchor, Compare.LE, clock, lock=lock), since=SINCE)


APEX_MONEY = {
    "currency": "USD",
    "price": {25_000: 29.0, 50_000: 33.0, 100_000: 41.0, 150_000: 59.0},
    "monthly": 0.0,
    "split": {"start": 1.0},
    "confidence": "B",
}

# --- Funded Trading Plus: 16:59 New York, only going under breaches, equity or balance


def plus(day: float, anchor: Anchor, all_in: float, aim: float) -> Rules:
    """A phase of Funded Trading Plus."""
    low = Measure.MIN_BALANCE_EQUITY
    return {
        "daily": daily(day, anchor, Compare.LT, NEW_YORK_1659, of=AmountOf.ANCHOR, measure=low),
        "overall": overall(all_in, Anchor.CLOSED_BALANCE_HIGH, Compare.LT, measure=low),
        "target": target(aim),
        "automation": ASK,
    }


PLUS_ADVANCED, PLUS_PREMIUM = plus(0.05, Anchor.MAX_DAY_START, 0.10, 0.10), plus(0.04, Anchor.DAY_START_BALANCE, 0.08, 0.08)

# --- Breakout: 00:30 UTC, touching breaches


def breakout_day(share: float) -> Number:
    """A share of the balance at 00:30 UTC."""
    return daily(share, Anchor.DAY_START_BALANCE, Compare.LE, UTC_0030, of=AmountOf.ANCHOR)


COINS = Number(
    rows={
        None: (
            RuleRow(key="x5", family=Family.CAP, code=Code.LEVERAGE_CAP, limit=5.0, members=0b00011),
            RuleRow(key="x2", family=Family.CAP, code=Code.LEVERAGE_CAP, limit=2.0, members=0b11100),
        )
    }
)
BREAKOUT_COMMON: Rules = {
    "leverage": COINS,
    "connected": CONNECTED,
    "account": says(max_active=1, same_ip="forbidden", keep_strategy=True),
    "automation": ASK,
}


def breakout(day: Rules, all_in: Number, aim: float) -> Rules:
    """An evaluation phase of Breakout."""
    return {**day, "overall": all_in, "target": target(aim), **BREAKOUT_COMMON}


def breakout_funded(before: Rules) -> Rules:
    """The funded account of Breakout."""
    return {**without(before, "target"), "payout": payout("1d", "1d", least=62.5)}


CLASSIC_DAYS: Rules = {
    "daily": only(breakout_day(0.03), since="2026-01-01"),
    "daily_before_2026": only(breakout_day(0.04), until="2025-12-31"),
}
CLASSIC = breakout(CLASSIC_DAYS, overall(0.06, Anchor.INITIAL, Compare.LE), 0.10)
PRO = breakout({"daily": breakout_day(0.03)}, overall(0.05, Anchor.INITIAL, Compare.LE), 0.12)
TURBO = breakout({"daily": breakout_day(0.03)}, overall(0.03, Anchor.INITIAL, Compare.LE), 0.09)
TWO_STEP = breakout(
    {"daily": breakout_day(0.05)},
    overall(0.08, Anchor.CLOSED_BALANCE_HIGH, Compare.LE, lock=0.0, on_payout=OnPayout.REDUCE_PEAK),
    0.05,
)
BREAKOUT_MONEY = {
    "currency": "USD",
    "monthly": 0.0,
    "refund_fraction": 0.0,
    "split": {"start": 0.8},
    "exchange_rate": 1.0,
    "confidence": "B",
}

# --- Crypto Fund Trader: 00:10 UTC assumed, touching breaches


def cft(day: float, all_in: Number, aim: float) -> Rules:
    """A phase of Crypto Fund Trader."""
    return {
        "daily": daily(day, Anchor.MAX_DAY_START, Compare.LE, UTC_0010),
        "overall": all_in,
        "target": target(aim),
        "trading_days": days(5, UTC_0010),
        "profit_cap": one(Code.PROFIT_CAP, Family.COUNTER, UTC_0010, amount=10_000.0, limit=10_000.0, severity=Severity.ADJUST),
        "short_trades": short_trades("30s", 0.05, Severity.BLOCK_PASS),
        "connected": CONNECTED,
        "instruments": only(limit_of(Code.INSTRUMENTS, members=0b00111), "bybit"),
        "account": says(max_allocation=300_000),
        "account_bybit": says("bybit", api_key_immutable=True),
        "automation": says(stance="banned"),
    }


CFT_2 = cft(0.05, overall(0.10, Anchor.INITIAL, Compare.LE), 0.08)
CFT_1 = cft(0.04, overall(0.06, Anchor.EQUITY_HIGH, Compare.LE, lock=0.0), 0.10)

# --- FXIFY: 17:00 New York


def fxify(day: float) -> Rules:
    """What is known of a phase of FXIFY."""
    return {"daily": daily(day, Anchor.DAY_START_BALANCE, Compare.LE, NEW_YORK, of=AmountOf.ANCHOR), "automation": ASK}


def fxify_peak(anchor: Anchor) -> Number:
    """6 % below a peak, up to the initial balance."""
    low = Measure.MIN_BALANCE_EQUITY
    return overall(0.06, anchor, Compare.LT, lock=0.0, on_payout=OnPayout.FLOOR_TO_INITIAL, measure=low)


FXIFY_1: Rules = {
    **fxify(0.03),
    "overall_equity": fxify_peak(Anchor.EQUITY_HIGH),
    "overall_balance": fxify_peak(Anchor.CLOSED_BALANCE_HIGH),
}

PROGRAMS: Mapping[str, Program] = {
    "hyrotrader/1step": Program(
        phases={"challenge": HYRO_1, "funded": hyro_funded(HYRO_1)},
        economics={
            **HYRO_MONEY,
            "price": {5_000: 69.0, 10_000: 129.0, 25_000: 299.0, 50_000: 499.0, 100_000: 749.0, 200_000: 1_299.0},
            "variant_price": {"swing": {5_000: 39.0, 10_000: 59.0, 25_000: 119.0, 50_000: 169.0, 100_000: 229.0, 200_000: 419.0}},
        },
    ),
    "hyrotrader/2step": Program(
        phases={"challenge": HYRO_2, "verification": then(HYRO_2, target=target(0.05)), "funded": hyro_funded(HYRO_2)},
        economics={
            **HYRO_MONEY,
            "price": {5_000: 59.0, 10_000: 119.0, 25_000: 249.0, 50_000: 379.0, 100_000: 579.0, 200_000: 969.0},
            "variant_price": {"swing": {5_000: 29.0, 10_000: 49.0, 25_000: 89.0, 50_000: 119.0, 100_000: 179.0, 200_000: 299.0}},
        },
    ),
    "hyro_protocol/1step": Program(phases={"challenge": HYRO_PROTOCOL}),
    "ftmo/2step": Program(
        phases={"challenge": FTMO_2, "verification": then(FTMO_2, target=target(0.05)), "account": ftmo_account(FTMO_2)},
        economics={
            "currency": "EUR",
            "price": {10_000: 155.0, 25_000: 250.0, 50_000: 345.0, 100_000: 540.0, 200_000: 1_080.0},
            "monthly": 0.0,
            "refund_fraction": 1.0,
            "refund_at_payout": 1,
            "split": {"start": 0.8},
            "confidence": "B",
        },
    ),
    "ftmo/1step": Program(
        phases={"challenge": FTMO_1, "account": ftmo_account(FTMO_1)},
        economics={
            "currency": "USD",
            "price": {10_000: 89.0, 25_000: 229.0, 50_000: 359.0, 100_000: 579.0, 200_000: 1_149.0},
            "monthly": 0.0,
            "refund_fraction": 0.0,
            "split": {"start": 0.9},
            "confidence": "B",
        },
    ),
    "fundednext/stellar_1step": Program(
        phases={"challenge": STELLAR_1, "funded": stellar_funded(STELLAR_1, "5d")},
        economics={
            **NEXT_MONEY,
            "price": {6_000: 65.0, 15_000: 129.0, 25_000: 219.0, 50_000: 329.0, 100_000: 569.0, 200_000: 1_099.0},
            "reset_price": {6_000: 59.0},
            "refund_at_payout": 3,
        },
    ),
    "fundednext/stellar_2step": Program(
        phases={"challenge": STELLAR_2, "verification": then(STELLAR_2, target=target(0.05)), "funded": stellar_funded(STELLAR_2, "21d")},
        economics={
            **NEXT_MONEY,
            "price": {6_000: 59.0, 15_000: 119.0, 25_000: 199.0, 50_000: 299.0, 100_000: 549.0, 200_000: 999.0},
            "reset_price": {6_000: 53.0},
            "refund_at_payout": 1,
        },
    ),
    "fundednext/stellar_lite": Program(
        phases={"challenge": LITE, "verification": then(LITE, target=target(0.04)), "funded": stellar_funded(LITE, "21d")},
        economics={
            **NEXT_MONEY,
            "price": {5_000: 32.0, 10_000: 59.0, 25_000: 139.0, 50_000: 229.0, 100_000: 399.0},
            "refund_at_payout": 3,
        },
    ),
    "fundednext/instant": Program(phases={"funded": INSTANT}),
    "the5ers/high_stakes": Program(
        phases={"challenge": HIGH_STAKES, "verification": then(HIGH_STAKES, target=target(0.05)), "funded": HIGH_STAKES_FUNDED},
        economics={**FIVERS_MONEY, "price": {100_000: 545.0}, "refund_fraction": 0.7, "refund_at_payout": 1, "split": {"start": 0.8}},
    ),
    "the5ers/hyper_growth": Program(phases={"level": LEVEL}, economics={**FIVERS_MONEY, "split": {"start": 0.5}}),
    "the5ers/bootcamp": Program(
        phases={
            "step": BOOTCAMP,
            "funded": {**BOOTCAMP, "daily_pause": PAUSE, "target": target(0.05), "scaling": says(min_profit_fraction=0.05)},
        },
        economics={**FIVERS_MONEY, "price": {100_000: 95.0}, "split": {"start": 0.5}},
    ),
    "the5ers/1step_2026": Program(
        phases={"challenge": SUMMER_1, "funded": summer_funded(0.06)}, economics={**FIVERS_MONEY, "split": {"start": 0.75}}
    ),
    "the5ers/2step85_2026": Program(
        phases={"challenge": SUMMER_2, "verification": then(SUMMER_2, target=target(0.05)), "funded": summer_funded(0.10)},
        economics={**FIVERS_MONEY, "split": {"start": 0.75}},
    ),
    "e8/one": Program(phases={"challenge": E8_ONE, "funded": e8_funded(E8_ONE, 0.40)}, economics={**E8_MONEY, "price": {100_000: 398.0}}),
    "e8/classic": Program(
        phases={"challenge": E8_CLASSIC, "verification": then(E8_CLASSIC, target=target(0.04)), "funded": e8_funded(E8_CLASSIC, 0.40)},
        economics=E8_MONEY,
    ),
    "e8/signature": Program(
        phases={
            "challenge": E8_SIGNATURE,
            "funded": {**e8_funded(E8_SIGNATURE, 0.35, "1d"), "profitable_days": good_days(5, NEW_YORK, 0.003, of_payout=True)},
        },
        economics=E8_MONEY,
    ),
    "e8/futures": Program(phases={"evaluation": E8_FUTURES}),
    "topstep/combine": Program(
        phases={"combine": COMBINE, "xfa": XFA},
        economics={
            "currency": "USD",
            "price": 0.0,
            "monthly": {50_000: 49.0, 100_000: 99.0, 150_000: 149.0},
            "activation": 129.0,
            "refund_fraction": 0.0,
            "split": {"start": 0.9},
            "confidence": "B",
        },
    ),
    "apex/eod": Program(
        phases={
            "evaluation": {**APEX_EVALUATION, "daily_limit": APEX_DAILY, "overall": apex(Anchor.EOD_BALANCE_HIGH, NEW_YORK_18, None)},
            "pa": {**APEX_PA, "daily_limit": APEX_DAILY, "overall": apex(Anchor.EOD_BALANCE_HIGH, NEW_YORK_18, 100.0)},
        },
        economics=APEX_MONEY,
    ),
    "apex/intraday": Program(
        phases={
            "evaluation": {**APEX_EVALUATION, "overall": apex(Anchor.EQUITY_HIGH, None, None), "overall_before_2026_03": APEX_OLD},
            "pa": {
                **APEX_PA,
                "overall": apex(Anchor.EQUITY_HIGH, None, 100.0),
                "overall_before_2026_03": APEX_OLD,
                "best_day_before_2026_03": only(best(0.30, Severity.BLOCK_PAYOUT, NEW_YORK_18), until=UNTIL),
            },
        },
        economics=APEX_MONEY,
    ),
    "ftplus/advanced": Program(phases={"challenge": PLUS_ADVANCED, "verification": then(PLUS_ADVANCED, target=target(0.05))}),
    "ftplus/premium": Program(phases={"challenge": PLUS_PREMIUM, "verification": then(PLUS_PREMIUM, target=target(0.05))}),
    "breakout/1step_classic": Program(
        phases={"challenge": CLASSIC, "funded": breakout_funded(CLASSIC)},
        economics={**BREAKOUT_MONEY, "price": {5_000: 85.0, 100_000: 800.0}},
    ),
    "breakout/1step_pro": Program(
        phases={"challenge": PRO, "funded": breakout_funded(PRO)}, economics={**BREAKOUT_MONEY, "price": {5_000: 65.0, 100_000: 545.0}}
    ),
    "breakout/1step_turbo": Program(
        phases={"challenge": TURBO, "funded": breakout_funded(TURBO)}, economics={**BREAKOUT_MONEY, "price": {5_000: 40.0, 100_000: 330.0}}
    ),
    "breakout/2step": Program(
        phases={"challenge": TWO_STEP, "verification": then(TWO_STEP, target=target(0.10)), "funded": breakout_funded(TWO_STEP)},
        economics=BREAKOUT_MONEY,
    ),
    "cft/2phase": Program(phases={"challenge": CFT_2, "verification": then(CFT_2, target=target(0.05))}),
    "cft/1phase": Program(phases={"challenge": CFT_1}),
    "fxify/1phase": Program(phases={"challenge": FXIFY_1}),
    "fxify/2phase": Program(phases={"phase1": fxify(0.04), "phase2": fxify(0.04)}),
    "fxify/3phase": Program(phases={"phase1": fxify(0.05), "phase2": fxify(0.05), "phase3": fxify(0.05)}),
}
