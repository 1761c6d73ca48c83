"""Payouts at their numbers: the first date and the next ones, the smallest and largest amount, what stays, and what floors do."""

from __future__ import annotations

import math
from collections.abc import Iterator

from runner.model.duration import DAY_MS, HOUR_MS
from runner.model.records import Outcome
from runner.model.rules import Anchor, Code, Compare, OnPayout, RuleRow
from tests.firm.cases import CENTS, Case, Deal, Driver, Edge, dealt, every_reset, fate, in_winter, ruled, verdict
from tests.firm.edges_counters import won


def payouts(outcome: Outcome) -> list[tuple[int, float]]:
    """(time, amount) of each."""
    events = outcome.events[outcome.events["code"] == Code.PAYOUT]
    return [(int(event["time"]), round(float(event["value"]), 6)) for event in events]


def owed(said: RuleRow, profit: float, number: int = 0) -> float:
    """What the rule pays of a profit the time after `number` payouts; 0 for nothing."""
    above = round(profit - said.limit_2, 6)
    if above <= 0 or above < said.amount:
        return 0.0
    largest = [most for most in said.steps if not math.isnan(most)] or [math.inf]
    return round(min(said.value * above, largest[min(number, len(largest) - 1)]), 6)


def payout(case: Case) -> Iterator[Edge]:
    """When, how much and how often."""
    for name, reset in every_reset(case.days):
        for late in (0, 1):
            yield first_date(case, name, reset, late)
    yield from amounts(case)
    yield over_the_reset(case)
    yield from one_after_the_other(case)
    if case.said.grace_ms == DAY_MS:
        yield from day_after_day(case)


def plenty(said: RuleRow) -> float:
    """A profit of which something is paid."""
    return said.limit_2 + max(said.amount, 100.0)


def first_date(case: Case, name: str, reset: int, late: int) -> Edge:
    """An account that began its time before a reset is paid at it; one that began a millisecond later waits for the next one."""
    start = reset - case.said.duration_ms + late
    outcome = dealt(ruled(case), [Deal(start + 1_000, start + 2_000, plenty(case.said))], seen=[start, reset - 1, reset, reset + DAY_MS])
    return Edge(f"{late} ms later {name}", payouts(outcome), [(reset + DAY_MS * late, owed(case.said, plenty(case.said)))])


def amounts(case: Case) -> Iterator[Edge]:
    """A cent less than the smallest is not paid, and a cent more than the largest is not either."""
    reset = in_winter(case.days)
    start = reset - case.said.duration_ms
    marks = {"the smallest": case.said.limit_2 + case.said.amount}
    if not math.isnan(case.said.steps[0]):
        marks["the largest"] = case.said.limit_2 + case.said.steps[0] / case.said.value
    for name, mark in marks.items():
        for cents in (*CENTS, 1_000.0):
            outcome = dealt(ruled(case), [Deal(start + 1_000, start + 2_000, mark + cents)], seen=[start, reset])
            expected = owed(case.said, mark + cents)
            yield Edge(f"{name} {cents:+}", payouts(outcome), [(reset, expected)] if expected else [])


def over_the_reset(case: Case) -> Edge:
    """What is due waits while a position is open."""
    reset = in_winter(case.days)
    start = reset - case.said.duration_ms
    deals = [Deal(start + 1_000, start + 2_000, plenty(case.said)), Deal(reset - 1, reset + 1, 0.0)]
    outcome = dealt(ruled(case), deals, seen=[start, reset, reset + DAY_MS])
    return Edge("held over the reset", payouts(outcome), [(reset + DAY_MS, owed(case.said, plenty(case.said)))])


def one_after_the_other(case: Case) -> Iterator[Edge]:
    """Every day wins: each payout comes at the first reset at which it is due; the last one allowed passes the phase."""
    said, start = case.said, in_winter(case.days)
    wanted = said.count or 3
    days = math.ceil((said.duration_ms + (wanted - 1) * said.grace_ms) / DAY_MS) + 2
    daily = 20_000.0
    deals = [won(start, n, daily) for n in range(days)]
    outcome = dealt(ruled(case), deals, seen=[start, *(start + n * DAY_MS for n in range(1, days + 1))])
    expected = due(said, start, days, daily)
    yield Edge("each payout", payouts(outcome), expected)
    yield Edge("the phase", verdict(outcome), "PASSED" if said.count and len(expected) == said.count else "ACTIVE")


LONG = {"in winter": 24, "in spring": 23, "in autumn": 25}  # hours of the day that ends at each of the resets


def day_after_day(case: Case) -> Iterator[Edge]:
    """Profit of every day is paid at its end, of the day on which the clock on the wall changes as well."""
    for name, reset in every_reset(case.days):
        before = reset - (LONG[name] if case.days.zone != "UTC" else 24) * HOUR_MS
        start = before - case.said.duration_ms
        wins = [Deal(start + 1_000, start + 2_000, plenty(case.said)), Deal(before + 1_000, before + 2_000, plenty(case.said))]
        first = owed(case.said, plenty(case.said))
        second = owed(case.said, 2 * plenty(case.said) - first, 1)
        outcome = dealt(ruled(case), wins, seen=[start, before, reset])
        yield Edge(f"two days {name}", payouts(outcome), [(before, first), (reset, second)])


def due(said: RuleRow, start: int, days: int, daily: float) -> list[tuple[int, float]]:
    """The payouts of an account that wins as much every day, by the words of the rule."""
    made: list[tuple[int, float]] = []
    profit, wait = 0.0, start + said.duration_ms
    for n in range(1, days + 1):
        profit += daily
        amount = owed(said, profit, len(made))
        if start + n * DAY_MS >= wait and amount and not (said.count and len(made) == said.count):
            made.append((start + n * DAY_MS, amount))
            profit -= amount
            wait = start + n * DAY_MS + said.grace_ms
    return made


def distance(floor: RuleRow, initial: float) -> float:
    """How far a floor hangs below its anchor."""
    return floor.amount_fraction * initial if math.isnan(floor.amount) else floor.amount


def floor_then(floor: RuleRow, initial: float, profit: float, amount: float) -> float:
    """Where an overall floor stands after a payout, as the firm's words give it."""
    if amount and floor.on_payout == OnPayout.FLOOR_TO_INITIAL:
        return initial
    peak = initial if floor.anchor == Anchor.INITIAL else initial + profit
    if floor.on_payout == OnPayout.REDUCE_PEAK:
        peak -= amount
    return min(peak - distance(floor, initial), math.inf if math.isnan(floor.lock) else floor.lock)


def touched(floor: RuleRow, balance: float, level: float) -> bool:
    """Whether a balance breaks the floor."""
    return balance < level if floor.compare == Compare.LT else balance <= level


KEPT = 0.5  # of the allowance of a floor that stays where it is, what is left free above it


def spared(said: RuleRow, case: Case, profit: float) -> float:
    """What is paid of a profit under an overall floor: less where the floor stays and too little would be left above it."""
    amount, stays = owed(case.said, profit), said.anchor == Anchor.INITIAL or said.on_payout != OnPayout.REDUCE_PEAK
    if amount and stays:
        room = case.initial + profit - floor_then(said, case.initial, profit, amount) - KEPT * distance(said, case.initial)
        least = min(case.said.amount, amount)
        amount = round(min(amount, room), 6)
        amount = amount if amount >= least and amount > 0 else 0.0
    return amount


def with_floor(case: Case, floor: RuleRow, said: RuleRow) -> Iterator[Edge]:
    """After a large profit, one that has not locked the floor and none: paid as far as the floor leaves room."""
    for profit in (0.2 * case.initial, 0.5 * distance(said, case.initial), 0.0):
        yield from fallen(case, floor, said, (profit, spared(said, case, profit)))


LARGE = 500.0  # units of a deal that may lose most of what the price is


def fallen(case: Case, floor: RuleRow, said: RuleRow, money: tuple[float, float]) -> Iterator[Edge]:
    """Down to where the floor then stands, a cent above it and a cent below."""
    (profit, amount), reset = money, in_winter(case.days)
    start, level = reset - case.said.duration_ms, floor_then(said, case.initial, profit, amount)
    for cents in CENTS:
        fall = Deal(reset + 1_000, reset + 2_000, level + cents - (case.initial + profit - amount), LARGE)
        outcome = dealt(ruled(case, floor), [Deal(start + 1_000, start + 2_000, profit, LARGE), fall], seen=[start, reset])
        yield Edge(f"the payout of {profit}", payouts(outcome), [(reset, amount)] if amount else [])
        state = ("FAILED", "MAX_LOSS") if touched(said, cents, 0.0) else ("ACTIVE", "NONE")
        yield Edge(f"{cents:+} above the floor after {amount} of {profit}", fate(outcome), state)


DRIVERS: dict[Code, Driver] = {Code.PAYOUT: payout}
