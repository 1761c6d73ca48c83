"""Timers of one position at their numbers: how long it is held, and how long it may be without a stop."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from runner.machine.observer import Observer, Standing
from runner.model.rules import Code, Severity, State
from tests.firm.cases import HOUR, Case, Deal, Driver, Edge, dealt, in_winter, ruled, verdict
from tests.firm.edges_counters import aim
from tests.firm.numbers import SYMBOLS

DEALS = 100


def holding_time(case: Case) -> Iterator[Edge]:
    """A trade a millisecond shorter is short; a hundredth more than the share of short ones holds the pass back, or fails."""
    start, least = in_winter(case.days), case.said.duration_ms
    for late in (-1, 0, 1):
        outcome = dealt(ruled(case), [Deal(start, start + least + late, 1.0)])
        yield Edge(f"{late:+} ms held", int(outcome.rule_states["count"][0]), int(late < 0))
    allowed, over = round(case.said.limit * DEALS), "FAILED" if case.said.severity == Severity.MANUAL else "TARGET_REACHED"
    for short in (allowed - 1, allowed, allowed + 1):
        held = [least - (n < short) for n in range(DEALS)]
        deals = [Deal(begun := start + 2 * n * least, begun + length, 1.0) for n, length in enumerate(held)]
        outcome = dealt(ruled(case, aim(float(DEALS))), deals)
        yield Edge(f"{short} of {DEALS} short", verdict(outcome), over if short > allowed else "PASSED")


def stop_deadline(case: Case) -> Iterator[Edge]:
    """At the deadline the stop is in time and a millisecond later it is not; second chances, risk at the stop, the last offence."""
    fatal = case.said.count + 1 if math.isnan(case.said.limit_2) else int(case.said.limit_2)
    limit = case.said.duration_ms
    for late in (-1, 0, 1):
        standing, _ = offences(case, [limit + late])
        yield Edge(f"{late:+} ms", (standing.state, standing.offences), told(int(late > 0), fatal))
        if case.said.count:
            standing, _ = offences(case, [limit + case.said.grace_ms + late])
            yield Edge(f"repaired {late:+} ms", standing.state, State.FAILED if late > 0 else State.ACTIVE)
    for count in (fatal - 1, fatal):
        standing, _ = offences(case, [limit + 1] * count)
        yield Edge(f"{count} offences", (standing.state, standing.offences), told(count, fatal))
    if not math.isnan(case.said.limit):
        for more in (-1e-6, 0.0, 1e-6):
            standing, _ = offences(case, [limit], risk=case.said.limit + more)
            yield Edge(f"{more:+} of risk", (standing.state, standing.offences), told(int(more > 0), fatal))
    _, account = offences(case, [limit])
    begun = account.standing().time + 1
    account.opened(begun, symbol=SYMBOLS[0])
    account.stop_set(begun + 1, symbol=SYMBOLS[0])
    taken = account.stop_cancelled(begun + limit + 1, symbol=SYMBOLS[0], size_changed=True)
    yield Edge("taken away after the deadline", (taken.state, taken.offences), told(1, fatal))


def told(offences: int, fatal: int) -> tuple[State, int]:
    """State and number of offences; the one that ends the account is counted as a breach."""
    return (State.FAILED if offences >= fatal else State.ACTIVE), offences


def offences(case: Case, delays: Sequence[int], **stop: Any) -> tuple[Standing, Observer]:
    """Positions one after the other whose stop comes so many milliseconds after them."""
    key = {} if "risk" not in stop else {"risk_fraction": stop["risk"]}
    account = Observer(book=ruled(case), symbols=SYMBOLS, start_ms=in_winter(case.days))
    time, standing = in_winter(case.days), account.standing()
    for delay in delays:
        if not standing.failed:
            account.opened(time, symbol=SYMBOLS[0])
            standing = account.stop_set(time + delay, symbol=SYMBOLS[0], **key)
            account.closed(time + delay, symbol=SYMBOLS[0])
            time += delay + HOUR
    return standing, account


DRIVERS: dict[Code, Driver] = {Code.HOLDING_TIME: holding_time, Code.STOP_DEADLINE: stop_deadline}
