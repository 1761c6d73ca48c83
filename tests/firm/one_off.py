"""Cases in which one number of the row is one unit off, while the table of numbers says what it said."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from typing import Any

from runner.model.duration import DAY_MS
from runner.model.rules import Code, Event, Forbidden, HouseAction, RuleRow, Scope, Severity
from tests.firm.cases import Case
from tests.rulebooks import short

UNREAD: dict[tuple[Code, str], str] = {  # fields of a row that a number may not be changed in to be noticed, and why
    (Code.PROFIT_TARGET, "severity"): "the phase waits for its target whatever is written",
    (Code.TRADING_DAYS, "severity"): "the same",
    (Code.PROFITABLE_DAYS, "severity"): "its window says what it holds back",
    (Code.PROFIT_CAP, "severity"): "profit above it is never counted",
    (Code.PAYOUT, "severity"): "a payout breaks nothing",
    (Code.PAYOUT, "margin"): "only beside a floor that stays where it is: test_edges_payouts",
    (Code.MARTINGALE, "severity"): "a warning in every report",
    (Code.GRID, "severity"): "the same",
    (Code.ALL_IN, "severity"): "the same",
    (Code.MARTINGALE, "limit_2"): "says what a size is measured by",
}
STEPS_OF: dict[tuple[Code, str], float] = {  # what counts as one unit where a cent, a millisecond or a hundredth of a percent does not
    (Code.PAYOUT, "grace_ms"): DAY_MS,  # payouts are made at resets
    (Code.PAYOUT, "amount"): 0.02,  # more than the cent that is paid where nothing is too small
    (Code.HOLDING_TIME, "limit"): 0.01,  # of a hundred trades
    (Code.STOP_DEADLINE, "limit_2"): 1.0,  # offences
    (Code.CONTRACTS, "limit"): 1.0,
    (Code.BUCKET_NOTIONAL, "limit"): 0.001,
    (Code.MARGIN, "limit"): 0.001,
}
CAPS = (Code.RISK_PER_TRADE, Code.NOTIONAL, Code.MARGIN, Code.BUCKET_NOTIONAL, Code.LEVERAGE_CAP, Code.CONTRACTS)
TIMES = (Code.TIME_LIMIT, Code.SESSION_FLAT, Code.ORDERS_PER_DAY, Code.MODIFICATIONS_PER_DAY)
SILENT: dict[Code, tuple[str, ...]] = {  # fields that a row may leave at their usual value, and must be noticed in all the same
    **dict.fromkeys((*CAPS, *TIMES), ("severity",)),
    Code.NEWS: ("severity",),
    Code.RISK_PER_TRADE: ("severity", "amount_of"),
    Code.INACTIVITY: ("severity", "event"),
    Code.STOP_DEADLINE: ("severity", "restarts"),
    Code.TRADING_DAYS: ("event", "either_sign"),
    Code.PROFITABLE_DAYS: ("window",),
    Code.CONSISTENCY: ("compare", "scope", "window", "denominator"),
}
BY_DAYS = (
    Code.TRADING_DAYS,
    Code.PROFITABLE_DAYS,
    Code.PROFIT_CAP,
    Code.ORDERS_PER_DAY,
    Code.MODIFICATIONS_PER_DAY,
    Code.PAYOUT,
    Code.SESSION_FLAT,
)


def one_off(case: Case) -> Iterator[tuple[str, Case]]:
    """The case with one number of its row changed by one unit, and its clock by a minute: the table still says what it said."""
    for name in sorted({*short(case.row), *SILENT.get(case.said.code, ())}):
        if name not in ("key", "family", "code", "clock", "calendar", "phase") and not unread(case, name):
            for n, value in enumerate(changed(case.row, name)):
                yield f"{name}-{n}", replace(case, row=replace(case.row, **{name: value}))
    by_tiers = case.said.code == Code.CONTRACTS and not math.isnan(case.said.steps[0])
    by_day = case.said.code == Code.CONSISTENCY and case.said.scope == Scope.DAY
    if (case.said.code in BY_DAYS and case.said.clock >= 0) or by_tiers or by_day:
        hour, minute = map(int, case.clock.at.split(":"))
        yield "clock", replace(case, clock=replace(case.clock, at=f"{hour:02}:{minute + (1 if minute < 59 else -1):02}"))


def unread(case: Case, name: str) -> str:
    """Why a change of the field is not noticed; empty where it must be."""
    if case.said.code == Code.TRADING_DAYS and name in ("limit", "limit_2", "either_sign") and case.said.event == Event.OPEN:
        return "a day counts by opening a position of any size"
    if case.said.code == Code.TRADING_DAYS and name == "limit" and case.said.limit == 0:
        return "no position is smaller than nothing"
    if case.said.code == Code.PROFITABLE_DAYS and name == "limit" and not math.isnan(case.said.amount):
        return "the amount of money decides"
    if case.said.code == Code.CONSISTENCY:
        return unread_share(case.said.severity, name)
    return UNREAD.get((case.said.code, name), "")


def unread_share(severity: Severity, name: str) -> str:
    """The same for a share of one day or trade, by what it does."""
    if name == "window" and severity != Severity.BLOCK_PAYOUT:
        return "nothing is paid out before the pass"
    if name == "compare" and severity == Severity.ADJUST:
        return "what is above a share is cut off: at the share nothing is"
    if name == "denominator" and severity == Severity.RAISE_TARGET:
        return "the raised target is the best day over its share"
    return ""


def changed(row: RuleRow, name: str) -> Iterator[Any]:
    """One unit more and less; of an enumeration the next member, of a set of bits each one turned over."""
    value = getattr(row, name)
    if name in ("members", "forbids"):
        yield from (value ^ 1 << n for n in range(len(Forbidden)))
    elif name == "action":
        yield HouseAction.BLOCK if value == HouseAction.FLATTEN else HouseAction.FLATTEN
    elif isinstance(value, IntEnum):
        others = [*type(value)]
        yield others[(others.index(value) + 1) % len(others)]
    elif isinstance(value, tuple):
        yield from steps_off(row, value)
    elif math.isfinite(value):
        unit = STEPS_OF.get((row.code, name), unit_of(name, value))
        yield value + unit
        if value > unit or (value == unit and name != "grace_ms"):  # no waiting at all and a day from reset to reset are the same
            yield value - unit


def unit_of(name: str, value: float) -> float:
    """A millisecond or one of a count; a cent of money or a hundredth of a percent."""
    if isinstance(value, int) and name != "amount":
        return 1
    return 0.0001 if 0 < value < 1 or (name == "limit_2" and value == 0) else 0.01


def steps_off(row: RuleRow, steps: tuple[float, ...]) -> Iterator[tuple[float, ...]]:
    """Each step that is written, two cents or a contract more and less; the first number of contracts holds from the beginning."""
    for n, value in enumerate(steps):
        if not math.isnan(value) and not (row.code == Code.CONTRACTS and n == 0):
            unit = 1.0 if row.code == Code.CONTRACTS and n % 2 else 0.02
            for other in (value + unit, value - unit):
                yield (*steps[:n], other, *steps[n + 1 :])
