"""Caps at their numbers: what our gate leaves of an order a step smaller, as large and a step larger, and what is judged without it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from runner.model.bot import GateSettings
from runner.model.plan import EntryKind, WhenOpen
from runner.model.records import Outcome
from runner.model.rules import AmountOf, Code
from tests.firm.cases import CENTS, Case, Deal, Driver, Edge, dealt, every_reset, fate, in_winter, ruled
from tests.firm.numbers import SYMBOLS
from tests.machine.build import OFF, Row, answers, bars, flat, machine, plan, run, spec, stream

STEP = 0.1  # of quantity, 10 of money at the price of 100
STEPS = (-STEP, 0.0, STEP)
WIN = 10_000.0
ON = GateSettings()


def entered(case: Case, wanted: Mapping[int, float], *, win: bool = False, leverage: float = 1_000.0, **settings: Any) -> Outcome:
    """Orders at the market, one symbol an hour after the other; before them ten units may win 10,000 in the first symbol wanted."""
    first, streams = 6 if win else 1, []
    stop = settings.pop("stop", math.nan)
    for n, symbol in enumerate(SYMBOLS):
        winner = win and n == next(iter(wanted))
        rows: list[Row] = [*flat(2), *flat(1, 1_100.0 if winner else 100.0), *flat(12)]
        plans = [plan(1, sizing_value=10.0, stop=stop, time_stop_ms=3_600_000)] if winner else []
        if n in wanted:
            plans.append(plan(first + [*wanted].index(n), sizing_value=wanted[n], stop=stop))
        instrument = spec(symbol, quantity_step=STEP, max_leverage=leverage)
        streams.append(stream(bars(rows, symbol), plans, instrument=instrument))
    return run(*streams, rules=ruled(case), **settings)


def last(outcome: Outcome) -> tuple[float, str]:
    """Quantity and reason of the last answer in time."""
    n = int(np.argmax(outcome.decisions["time"]))
    return round(float(outcome.decisions["quantity"][n]), 6), Code(int(outcome.decisions["code"][n])).name


def down(quantity: float) -> float:
    """A quantity in whole steps."""
    return round(math.floor(quantity / STEP + 1e-9) * STEP, 6)


def risk(case: Case) -> Iterator[Edge]:
    """Our gate keeps a twentieth of the risk free; a cent more lost than the rule allows is a breach, of the balance there is."""
    start = in_winter(case.days)
    for win in (0.0, WIN):
        balance = case.initial + win
        limit = case.said.amount_fraction * (balance if case.said.amount_of == AmountOf.ANCHOR else case.initial)
        most = down(0.95 * limit / 10)
        for more in STEPS:
            found = last(entered(case, {0: most + more}, win=win > 0, stop=90.0))
            yield Edge(f"{more:+} units after {win}", found, (round(min(most, most + more), 6), "RISK_PER_TRADE" if more > 0 else "SIZING"))
        for cents in CENTS:
            deals = [Deal(start, start + 10, win), Deal(start + 20, start + 30, -limit - cents)]
            yield Edge(f"lost {cents:+} after {win}", fate(dealt(ruled(case), deals)), failed(case, cents > 0))


def failed(case: Case, broken: bool) -> tuple[str, str]:
    """The verdict of an account whose rule was broken, or was not."""
    return ("FAILED", case.said.code.name) if broken else ("ACTIVE", "NONE")


def worth(case: Case) -> Iterator[Edge]:
    """Caps on what is held: the largest quantity is taken, a step more is cut, and breaches without the gate; a win moves some of them."""
    members = [n for n in range(len(SYMBOLS)) if not case.said.members or case.said.members >> n & 1]
    leverage = 10.0 if case.said.code == Code.MARGIN else 1_000.0
    for win in (0.0, WIN):
        most = largest(case, win)
        for more in STEPS:
            wanted, cut = {members[0]: most + more}, (min(most, round(most + more, 6)), case.said.code.name if more > 0 else "SIZING")
            on, off = (entered(case, wanted, win=win > 0, leverage=leverage, gate=gate) for gate in (ON, OFF))
            yield Edge(f"{more:+} units after {win}", last(on), cut)
            yield Edge(f"{more:+} units after {win} without the gate", fate(off), failed(case, more > 0))
    most = largest(case)
    for n in range(len(SYMBOLS)):
        cut = (most, case.said.code.name) if n in members else (round(most + STEP, 6), "SIZING")
        yield Edge(f"of {SYMBOLS[n]}", last(entered(case, {n: most + STEP}, leverage=leverage)), cut)
    yield from of_two(case, members, most, leverage)


def largest(case: Case, win: float = 0.0) -> float:
    """The units that a cap on what is held allows at the price of 100."""
    base = case.initial + (win if case.said.code == Code.LEVERAGE_CAP else 0.0)
    return down(case.said.limit * base * (10.0 if case.said.code == Code.MARGIN else 1.0) / 100)


def of_two(case: Case, members: Sequence[int], most: float, leverage: float) -> Iterator[Edge]:
    """A second symbol gets what the first one leaves, or a room of its own."""
    first = down(0.6 * most)
    found, _ = last(entered(case, {members[0]: first, members[1]: most + STEP}, leverage=leverage))
    own = case.said.code == Code.LEVERAGE_CAP
    yield Edge("of two symbols", found, most if own else round(most - first, 6))
    for more in STEPS:
        second = most if own else round(most - first, 6)
        outcome = entered(case, {members[0]: first, members[1]: second + more}, leverage=leverage, gate=OFF)
        yield Edge(f"{more:+} units of two symbols without the gate", fate(outcome), failed(case, more > 0))


def instruments(case: Case) -> Iterator[Edge]:
    """Symbols of the list are taken, any other is refused."""
    for n, symbol in enumerate(SYMBOLS):
        allowed = bool(case.said.members >> n & 1)
        yield Edge(symbol, last(entered(case, {n: 1.0})), (1.0, "SIZING") if allowed else (0.0, "INSTRUMENTS"))


def other_accounts(case: Case) -> Iterator[Edge]:
    """One unit on the other side of another account is one too many; on the same side, or of another symbol, none is."""
    for held, side in ((1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1)):
        for other in SYMBOLS[:2]:
            market = stream(bars(flat(3), SYMBOLS[0]), [plan(1, side)], instrument=spec(SYMBOLS[0]))
            outcome = machine(market, rules=ruled(case), others={other: held}).run()
            opposite = held == -side and other == SYMBOLS[0]
            yield Edge(
                f"{held} of {other}, {side} here", answers(outcome), [("REFUSED", "OTHER_ACCOUNTS") if opposite else ("APPROVED", "SIZING")]
            )


def burst(begin: int, count: int) -> list[Deal]:
    """Deals of a millisecond each, one after the other, that bring nothing."""
    return [Deal(begin + 2 * n, begin + 2 * n + 1, 0.0, 1.0) for n in range(count)]


def orders_per_day(case: Case) -> Iterator[Edge]:
    """The last one of a day is taken, one more is refused, and breaches without the gate; the reset begins a new day."""
    start, most = in_winter(case.days), case.said.count
    for count in (most - 1, most, most + 1):
        on, off = (dealt(ruled(case), burst(start, count), gate=gate) for gate in (ON, OFF))
        over = max(0, count - most)
        yield Edge(f"{count} orders", answers(on)[-1], ("REFUSED", "ORDERS_PER_DAY") if over else ("APPROVED", "SIZING"))
        yield Edge(f"{count} orders without the gate", fate(off), failed(case, over > 0))
    for name, reset in every_reset(case.days):
        for late in (-1, 0):
            deals = [*burst(reset - 2 * most - 10, most), Deal(reset + late, reset + 5, 0.0, 1.0)]
            on, off = (dealt(ruled(case), deals, gate=gate) for gate in (ON, OFF))
            yield Edge(f"one more {late} ms from the reset {name}", answers(on)[-1][0], "REFUSED" if late < 0 else "APPROVED")
            yield Edge(f"the same without the gate {name}", fate(off), failed(case, late < 0))


def open_orders(case: Case) -> Iterator[Edge]:
    """As many may wait as the rule says, in all symbols together; the next one is refused."""
    for count in (case.said.count - 1, case.said.count, case.said.count + 1):
        shares = (count // 2, count - count // 2)
        streams = [
            stream(
                bars(flat(4), symbol),
                [plan(1 + n, entry_kind=EntryKind.LIMIT, entry_price=90.0, when_open=WhenOpen.ADD, sizing_value=0.1)] * share,
                instrument=spec(symbol),
            )
            for n, (symbol, share) in enumerate(zip(SYMBOLS, shares, strict=False))
        ]
        refused = sum(answer == ("REFUSED", "OPEN_ORDERS") for answer in answers(run(*streams, rules=ruled(case))))
        yield Edge(f"{count} orders", refused, max(0, count - case.said.count))


def modifications(case: Case) -> Iterator[Edge]:
    """The last moved stop of a day is allowed, one more is not; the reset begins a new day."""
    start, most = in_winter(case.days), case.said.count
    for count in (most - 1, most, most + 1):
        yield Edge(f"{count} moves", fate(moved(case, [*range(start, start + count)])), failed(case, count > most))
    for name, reset in every_reset(case.days):
        for where, begins, over in (("ended a millisecond before", reset - 2, True), ("began at", reset, False)):
            times = [*range(reset - most - 10, reset - 10), begins]
            yield Edge(f"one more in the bar that {where} the reset {name}", fate(moved(case, times)), failed(case, over))


def moved(case: Case, times: Sequence[int]) -> Outcome:
    """A trail that moves the stop at the end of each of these bars of a millisecond, in a market that rises by a tick in each."""
    rows: list[Row] = [(100 + n / 100, 100 + (n + 1) / 100, 100 + n / 100, 100 + (n + 1) / 100) for n in range(len(times))]
    series = bars(rows, SYMBOLS[0], timeframe_ms=1, start=0, times=times)
    entry = plan(0, time=times[0], stop=95.0, trail_distance=3.0)
    return run(stream(series, [entry], instrument=spec(SYMBOLS[0])), rules=ruled(case))


def contracts(case: Case) -> Iterator[Edge]:
    """The largest number is taken, one more is cut, and breaches without the gate; profit allows more from the next reset on."""
    tiers = [*zip(case.said.steps[::2], case.said.steps[1::2], strict=True)]
    steps = [(profit, number) for profit, number in tiers if not math.isnan(profit)] or [(0.0, case.said.limit)]
    start = in_winter(case.days)
    yield from so_many(case, start, 0.0, steps[0][1], "without profit")
    for name, reset in every_reset(case.days):
        for (_, below), (profit, number) in pairwise(steps):
            for cents in CENTS:
                yield from so_many(case, reset - 1, profit + cents, steps[0][1], f"{profit}{cents:+} before the reset {name}")
                yield from so_many(case, reset, profit + cents, number if cents >= 0 else below, f"{profit}{cents:+} at the reset {name}")


def so_many(case: Case, time: int, profit: float, allowed: float, name: str) -> Iterator[Edge]:
    """After a deal with this result: one fewer than allowed, as many and one more."""
    before = Deal(time - 1_000, time - 500, profit, 1.0)
    for more in (-1, 0, 1):
        wanted = Deal(time, time + 5, 0.0, allowed + more)
        on, off = (dealt(ruled(case), [before], [wanted], step=1.0, gate=gate) for gate in (ON, OFF))
        found = last(on)
        yield Edge(f"{more:+} {name}", found, (min(allowed, allowed + more), "CONTRACTS" if more > 0 else "SIZING"))
        yield Edge(f"{more:+} {name} without the gate", fate(off), failed(case, more > 0))


DRIVERS: dict[Code, Driver] = {
    Code.RISK_PER_TRADE: risk,
    Code.NOTIONAL: worth,
    Code.MARGIN: worth,
    Code.BUCKET_NOTIONAL: worth,
    Code.LEVERAGE_CAP: worth,
    Code.INSTRUMENTS: instruments,
    Code.OTHER_ACCOUNTS: other_accounts,
    Code.ORDERS_PER_DAY: orders_per_day,
    Code.OPEN_ORDERS: open_orders,
    Code.MODIFICATIONS_PER_DAY: modifications,
    Code.CONTRACTS: contracts,
}
