"""Counters at their numbers: targets, days, shares, caps on profit, rest and time limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from runner.model.duration import DAY_MS
from runner.model.plan import EntryKind
from runner.model.records import Outcome
from runner.model.rules import Code, Compare, DayResult, Event, RuleRow, Scope, Severity, Window
from tests.firm.cases import CENTS, HOUR, UNITS, Case, Deal, Driver, Edge, day, dealt, every_reset, fate, in_winter, ruled, verdict
from tests.machine.build import counter, plan

PAID = counter(Code.PAYOUT, severity=Severity.ADJUST, amount=0.0, limit_2=0.0, value=1.0)  # all profit at every reset
GOAL = 1_000.0


def aim(money: float) -> RuleRow:
    """A profit target in money."""
    return counter(Code.PROFIT_TARGET, amount=money, severity=Severity.BLOCK_PASS)


def won(day_start: int, number: int, profit: float, quantity: float = UNITS) -> Deal:
    """A deal of one day."""
    return Deal(day(day_start, number), day(day_start, number) + 1_000, profit, quantity)


def around(reset: int) -> Iterator[tuple[str, tuple[int, int], int]]:
    """Two instants of which a reset lies between the first pair's only: (where, instants, days they lie in)."""
    yield "both before the reset", (reset - 2, reset - 1), 1
    yield "on both sides of it", (reset - 1, reset), 2
    yield "both after it", (reset, reset + 1), 1


def touching(event: Event, time: int, profit: float) -> Deal:
    """A deal whose opening or close, whichever counts, falls on an instant."""
    return Deal(time, time + 5, profit) if event == Event.OPEN else Deal(time - 5, time, profit)


def target(case: Case) -> Iterator[Edge]:
    """A cent less does not pass, the target does, and so does a cent more; so does what two days bring together."""
    wanted = case.said.limit * case.initial if math.isnan(case.said.amount) else case.said.amount
    start = in_winter(case.days)
    for cents in CENTS:
        for name, parts in (("at once", (wanted + cents,)), ("in two days", (0.6 * wanted, 0.4 * wanted + cents))):
            outcome = dealt(ruled(case), [won(start, n, part) for n, part in enumerate(parts)], seen=[start + 3 * DAY_MS])
            yield Edge(f"{cents:+} {name}", verdict(outcome), "PASSED" if cents >= 0 else "ACTIVE")


def counting(case: Case) -> tuple[float, float]:
    """Quantity and profit of a deal that makes its day count."""
    quantity = max(case.said.limit * case.initial / 100, 1.0)
    return quantity, max(case.said.limit_2 * quantity * 100, 1.0)


def trading_days(case: Case) -> Iterator[Edge]:
    """One day too few waits, the wanted number passes; what makes a day count, and to which day it belongs."""
    yield from number_of_days(case)
    if case.said.event == Event.CLOSE:
        yield from size_of_a_day(case)
    for name, reset in every_reset(case.days):
        yield from day_of_a_deal(case, name, reset)


def number_of_days(case: Case) -> Iterator[Edge]:
    """With the target reached on the first of them."""
    start, (quantity, profit) = in_winter(case.days), counting(case)
    for count in range(max(1, case.said.count - 1), case.said.count + 2):
        deals = [won(start, n, profit, quantity) for n in range(count)]
        outcome = dealt(ruled(case, aim(1.0)), deals, seen=[start, day(start, count + 1)])
        yield Edge(f"{count} days", verdict(outcome), "PASSED" if count >= case.said.count else "TARGET_REACHED")
        yield Edge("days that are wanted", int(outcome.phases[0]["days_needed"]), case.said.count)


def size_of_a_day(case: Case) -> Iterator[Edge]:
    """A cent below the smallest notional or result does not count; a loss of that size counts where either sign does."""
    start, (quantity, profit) = in_winter(case.days), counting(case)
    given = [(f"result {cents:+}", quantity, case.said.limit_2 * quantity * 100 + cents, cents >= 0) for cents in CENTS]
    if case.said.limit > 0:
        given += [(f"notional {cents:+}", quantity + cents / 100, profit + 1, cents >= 0) for cents in CENTS]
        either = bool(case.said.either_sign)
        given += [(f"loss {cents:+}", quantity, -case.said.limit_2 * quantity * 100 - cents, either and cents >= 0) for cents in CENTS]
    for name, units, result, counts in given:
        outcome = dealt(ruled(case), [won(start, 0, result, units)], seen=[start])
        yield Edge(name, int(outcome.phases[0]["days_counted"]), int(counts))


def day_of_a_deal(case: Case, name: str, reset: int) -> Iterator[Edge]:
    """The last instant before the firm's reset belongs to the old day, the first one after it to the new one."""
    quantity, profit = counting(case)
    for where, instants, days in around(reset):
        lanes = [[touching(case.said.event, time, profit)._replace(quantity=quantity)] for time in instants]
        outcome = dealt(ruled(case), *lanes, seen=[reset - 10, reset + 10])
        yield Edge(f"{where} {name}", int(outcome.phases[0]["days_counted"]), days)
    outcome = dealt(ruled(case), [Deal(reset - 5, reset + 5, profit, quantity)], seen=[reset - 10, reset + 10])
    counts = [1, 0] if case.said.event == Event.OPEN else [0, 1]
    yield Edge(f"held over the reset {name}", [int(each) for each in outcome.days["counts"]], counts)


def paid(outcome: Outcome) -> int:
    """How many payouts were made."""
    return int((outcome.events["code"] == Code.PAYOUT).sum())


def profitable_days(case: Case) -> Iterator[Edge]:
    """One day too few holds a pass or a payout back; a cent less makes no such day; halves on two sides of a reset make none."""
    least = case.said.limit * case.initial if math.isnan(case.said.amount) else case.said.amount
    start, later = in_winter(case.days), DAY_MS + 2 * HOUR
    for cents in CENTS:
        outcome = dealt(ruled(case), [won(start, 0, least + cents)], seen=[start, start + later])
        yield Edge(f"{cents:+} of a day", int(outcome.rule_states["days"][0]), int(cents >= 0))
    for count in (case.said.count - 1, case.said.count):
        yield from so_many_days(case, least, count)
    for name, reset in every_reset(case.days):
        for where, instants, days in around(reset):
            lanes = [[Deal(time - 5, time, least / 2)] for time in instants]
            outcome = dealt(ruled(case), *lanes, seen=[reset - 10, reset + later])
            yield Edge(f"halves {where} {name}", int(outcome.rule_states["days"][0]), 2 - days)


def so_many_days(case: Case, least: float, count: int) -> Iterator[Edge]:
    """So many days with a result that is large enough, the last of them ended."""
    start, enough = in_winter(case.days), count >= case.said.count
    deals, end = [won(start, n, least) for n in range(count)], start + count * DAY_MS
    if case.said.window == Window.PHASE:
        outcome = dealt(ruled(case, aim(least)), deals, seen=[start, end, end + 1])
        yield Edge(f"{count} days", verdict(outcome), "PASSED" if enough else "TARGET_REACHED")
        return
    again = [won(end, n, least) for n in range(case.said.count - 1)]
    for name, more, times in (("", [], int(enough)), ("and one too few of the next cycle", again, int(enough))):
        if enough or not more:
            outcome = dealt(ruled(case, PAID), [*deals, *more], seen=[start, end, end + len(more) * DAY_MS, end + len(more) * DAY_MS + 1])
            yield Edge(f"{count} days {name}", paid(outcome), times)


def consistency(case: Case) -> Iterator[Edge]:
    """What the rule does with a best day or trade a cent below its share, at it and above it, and over every kind of reset."""
    if case.said.severity == Severity.ADJUST:
        yield from cut_off(case)
    elif case.said.severity == Severity.RAISE_TARGET:
        yield from raised(case)
    else:
        yield from held_back(case)


def cut_off(case: Case) -> Iterator[Edge]:
    """Profit above the share of the target is not counted, of a day or of a trade."""
    assert case.said.denominator == DayResult.PHASE_TARGET
    cap, start = case.said.limit * GOAL, in_winter(case.days)
    for cents in CENTS:
        outcome = dealt(ruled(case, aim(GOAL)), [won(start, 0, cap + cents)], seen=[start])
        yield Edge(f"{cents:+} of the share", float(outcome.phases[0]["credited"]), round(min(cap + cents, cap), 2))
    for name, reset in every_reset(case.days):
        for where, instants, days in around(reset):
            outcome = dealt(ruled(case, aim(GOAL)), *[[Deal(time - 5, time, cap)] for time in instants], seen=[reset - 10, reset + 10])
            both = 2 if case.said.scope == Scope.TRADE else days
            yield Edge(f"{where} {name}", float(outcome.phases[0]["credited"]), both * cap)


def raised(case: Case) -> Iterator[Edge]:
    """The target grows to the profit of which the best day is the allowed share; reaching it passes where the share may be reached."""
    best, start = 0.8 * GOAL, in_winter(case.days)
    needed = best / case.said.limit
    for cents in CENTS:
        rest = in_parts(needed - best + cents, 3)
        outcome = dealt(ruled(case, aim(GOAL)), [won(start, n, part) for n, part in enumerate([best, *rest])], seen=[start])
        touched = "PASSED" if case.said.compare == Compare.LE else "TARGET_REACHED"
        yield Edge(f"{cents:+} of the raised target", verdict(outcome), touched if cents == 0 else ("ACTIVE" if cents < 0 else "PASSED"))
        yield Edge("the raised target", round(float(outcome.phases[0]["target"]), 2), round(needed, 2))
    for name, reset in every_reset(case.days):
        for where, instants, days in around(reset):
            outcome = dealt(ruled(case, aim(GOAL)), *[[Deal(time - 5, time, 600.0)] for time in instants], seen=[reset - 10, reset + 10])
            wanted = round((1_200.0 / days) / case.said.limit, 2)
            yield Edge(f"{where} {name}", round(float(outcome.phases[0]["target"]), 2), wanted)


def held_back(case: Case) -> Iterator[Edge]:
    """A best day of a larger share of what all days bring, the losing one included, holds the pass or the payout back."""
    largest, start = case.said.limit * GOAL, in_winter(case.days)
    for cents in CENTS:
        yield Edge(f"{cents:+} of the share", released(case, start, [], [largest + cents, -100.0]), outcome_of(case, fits(case, cents)))
    for name, reset in every_reset(case.days):
        for where, instants, days in around(reset):
            before = [Deal(time - 5, time, 0.9 * largest) for time in instants]
            yield Edge(f"{where} {name}", released(case, reset, before, []), outcome_of(case, days == 2))
    if case.said.severity == Severity.BLOCK_PAYOUT:
        deals = [won(start, n, part) for n, part in enumerate(spread([largest], largest))]
        end = start + len(deals) * DAY_MS
        more = [won(end, 0, largest)] if case.said.window == Window.PAYOUT_CYCLE else []
        outcome = dealt(ruled(case, PAID), [*deals, *more], seen=[start, end, end + DAY_MS, end + DAY_MS + 1])
        yield Edge("a cycle of one day is all of it", paid(outcome), 1)


def outcome_of(case: Case, within: bool) -> str:
    """What a goal that was reached leads to when the best day is within its share, or is not."""
    if case.said.severity == Severity.BLOCK_PASS:
        return "PASSED" if within else "TARGET_REACHED"
    return "1 payouts" if within else "0 payouts"


def fits(case: Case, cents: float) -> bool:
    """Whether a share so many cents above the limit is within the rule."""
    return cents < 0 or (cents == 0 and case.said.compare == Compare.LE)


def spread(parts: Sequence[float], largest: float) -> list[float]:
    """The parts and the rest of the goal in days of which none is as large."""
    rest = GOAL - sum(parts)
    return [*parts, *in_parts(rest, math.ceil(rest / (0.8 * largest)))]


def in_parts(whole: float, count: int) -> list[float]:
    """Money in nearly equal parts of whole cents."""
    each = round(whole / count, 2) if count else 0.0
    return [*[each] * (count - 1), round(whole - (count - 1) * each, 2)][: max(count, 0)]


def released(case: Case, start: int, around_reset: Sequence[Deal], parts: Sequence[float]) -> str:
    """The verdict on a goal reached by these deals and days of the rest, or how often it was paid out."""
    largest = case.said.limit * GOAL
    given = [deal.profit for deal in around_reset]
    rest = spread([*given, *parts], largest)[len(given) :]
    lanes = [[deal] for deal in around_reset] or [[]]
    lanes[0] = [*lanes[0], *[won(start, n + bool(around_reset), part) for n, part in enumerate(rest)]]
    end = start + (len(rest) + bool(around_reset)) * DAY_MS
    helper = aim(GOAL) if case.said.severity == Severity.BLOCK_PASS else PAID
    outcome = dealt(ruled(case, helper), *lanes, seen=[start - 10, end, end + 1])
    return verdict(outcome) if case.said.severity == Severity.BLOCK_PASS else f"{paid(outcome)} payouts"


def profit_cap(case: Case) -> Iterator[Edge]:
    """What a day or a trade brings above its cap does not count towards the target."""
    start, day_cap, trade_cap = in_winter(case.days), case.said.amount, case.said.limit
    for cents in CENTS:
        parts = [won(start, 0, 0.6 * day_cap), Deal(day(start, 0) + 5_000, day(start, 0) + 6_000, 0.4 * day_cap + cents)]
        outcome = dealt(ruled(case), parts, seen=[start])
        yield Edge(f"{cents:+} of a day", float(outcome.phases[0]["credited"]), round(min(day_cap + cents, day_cap), 2))
        lost = Deal(day(start, 0) + 5_000, day(start, 0) + 6_000, -100.0)
        outcome = dealt(ruled(case), [won(start, 0, trade_cap + cents), lost], seen=[start])
        yield Edge(f"{cents:+} of a trade", float(outcome.phases[0]["credited"]), round(min(trade_cap + cents, trade_cap) - 100, 2))
    for name, reset in every_reset(case.days):
        for where, instants, days in around(reset):
            outcome = dealt(ruled(case), *[[Deal(time - 5, time, 0.8 * day_cap)] for time in instants], seen=[reset - 10, reset + 10])
            yield Edge(f"{where} {name}", float(outcome.phases[0]["credited"]), round(min(1.6 * day_cap, days * day_cap), 2))


OPENED, CLOSED, SENT = 1_000, 2_000, 3_000  # milliseconds after the start of what may count as activity


def inactivity(case: Case) -> Iterator[Edge]:
    """A millisecond earlier the account lives, when the time is over it does not; what counts begins it anew."""
    start = in_winter(case.days)
    last = start + {Event.OPEN: OPENED, Event.CLOSE: CLOSED, Event.ORDER: SENT}[case.said.event]
    deal = Deal(start + OPENED, start + CLOSED, 1.0)
    order = plan(0, time=start + SENT, entry_kind=EntryKind.LIMIT, entry_price=50.0)
    for late in (-1, 0, 1):
        outcome = dealt(ruled(case), [deal], seen=[start, last + case.said.duration_ms - 1 + late], more=[order])
        yield Edge(f"{late:+} ms of rest", fate(outcome), ("FAILED", "INACTIVITY") if late >= 0 else ("ACTIVE", "NONE"))
    again = touching(case.said.event, last + case.said.duration_ms - 1, 1.0)
    outcome = dealt(ruled(case), [deal], [again], seen=[start, last + case.said.duration_ms + 1], more=[order])
    yield Edge("begun anew in the last millisecond", verdict(outcome), "ACTIVE")


def time_limit(case: Case) -> Iterator[Edge]:
    """A millisecond before its end the phase may still be passed, at the end it has failed."""
    start, end = in_winter(case.days), in_winter(case.days) + case.said.duration_ms
    deal = Deal(start + OPENED, start + CLOSED, 1.0)
    for late in (-1, 0, 1):
        outcome = dealt(ruled(case), [deal], seen=[start, end - 1 + late])
        yield Edge(f"{late:+} ms of the time", fate(outcome), ("FAILED", "TIME_LIMIT") if late >= 0 else ("ACTIVE", "NONE"))
    outcome = dealt(ruled(case, aim(2.0)), [deal, Deal(end - 5, end - 2, 1.0)], seen=[start, end])
    yield Edge("passed in the last millisecond", verdict(outcome), "PASSED")


DRIVERS: dict[Code, Driver] = {
    Code.PROFIT_TARGET: target,
    Code.TRADING_DAYS: trading_days,
    Code.PROFITABLE_DAYS: profitable_days,
    Code.CONSISTENCY: consistency,
    Code.PROFIT_CAP: profit_cap,
    Code.INACTIVITY: inactivity,
    Code.TIME_LIMIT: time_limit,
}
