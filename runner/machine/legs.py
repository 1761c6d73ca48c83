"""Parts of a position: what each target, each tier of a loss and each adverse close closes, none too small for the venue."""

from __future__ import annotations

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.money import clean, steps_down
from runner.machine.state import View
from runner.machine.view import instrument_of, plan_at, position

TARGETS, TIERS, CLOSES = 0, 1, 2


@compiled
def count_of(w: View, k: int, kind: int) -> int:
    """How many parts of a kind plan `k` names."""
    plan = plan_at(w, k)
    if kind == TARGETS:
        return plan.target_count
    return plan.adverse_count if kind == TIERS else plan.adverse_close_count


@compiled
def fraction_of(w: View, k: int, kind: int, n: int) -> float:
    """The share of the first quantity that part `n` (from 0) closes."""
    plan = plan_at(w, k)
    if kind == TARGETS:
        return plan.target_fraction[n]
    return plan.adverse_fraction[n] if kind == TIERS else plan.adverse_close_fraction[n]


@compiled
def price_of(w: View, s: int, k: int, kind: int, n: int) -> float:
    """Where part `n` closes; an adverse close at the market."""
    plan = plan_at(w, k)
    if kind == TARGETS:
        return plan.target_price[n]
    return plan.adverse_price[n] if kind == TIERS else position(w, s).mark


@compiled
def least_order(w: View, s: int, price: float) -> float:
    """The smallest quantity that the instrument takes at `price`."""
    instrument = instrument_of(w, s)
    worth = price * position(w, s).point_value
    least = max(instrument.step, instrument.min_quantity) * (1.0 - 1e-9)
    return max(least, instrument.min_notional / worth) if worth > 0.0 else least


@compiled
def own_size(w: View, s: int, k: int, kind: int, first: float, n: int) -> float:
    """What part `n` closes of a first quantity, with those before it that were too small to be sent; 0 where it is too small itself.

    Parts are counted together before they are rounded down to steps, so the last one is no larger than it was meant to be.
    """
    share, closed = 0.0, 0.0
    for m in range(n + 1):
        share += fraction_of(w, k, kind, m)
        until = first if share >= 1.0 - 1e-9 else steps_down(first * share, instrument_of(w, s).step)
        size = clean(until - closed)
        enough = size >= least_order(w, s, price_of(w, s, k, kind, m))
        if m == n:
            return size if enough else 0.0
        if enough:
            closed = until
    return 0.0


@compiled
def closes_all(w: View, k: int, kind: int, n: int) -> bool:
    """Is part `n` the last one of a ladder whose fractions add up to the whole?"""
    share = 0.0
    for m in range(count_of(w, k, kind)):
        share += fraction_of(w, k, kind, m)
    return n == count_of(w, k, kind) - 1 and share >= 1.0 - 1e-9


@compiled
def leg(w: View, s: int, kind: int, n: int, left: float) -> float:
    """What part `n` of the position closes of the `left`: everything where too little would remain, 0 where it goes with the next."""
    p = position(w, s)
    if left <= 0.0 or closes_all(w, p.plan, kind, n):
        return left
    size = min(left, own_size(w, s, p.plan, kind, p.initial_quantity, n))
    if size > 0.0 and left - size < least_order(w, s, price_of(w, s, p.plan, kind, n)):
        return left
    return size


@compiled
def next_leg(w: View, s: int, kind: int, done: int) -> int:
    """The first part from `done` on that closes anything; the number of parts when none does."""
    p = position(w, s)
    count = count_of(w, p.plan, kind)
    for n in range(done, count):
        if leg(w, s, kind, n, p.quantity) > 0.0:
            return n
    return count


@compiled
def merged_legs(w: View, s: int, k: int, quantity: float) -> int:
    """How many parts of plan `k` are too small to be sent on their own if it is entered with `quantity`."""
    merged = 0
    for kind in (TARGETS, TIERS):
        for n in range(count_of(w, k, kind)):
            if own_size(w, s, k, kind, quantity, n) <= 0.0:
                merged += 1
    return merged


@compiled
def note_close(w: View, s: int, close: float) -> None:
    """A signal bar has closed at `close`: part of the position leaves after so many in a row against it."""
    p = position(w, s)
    plan = plan_at(w, p.plan)
    p.closes_against = p.closes_against + 1 if p.side * (close - p.last_close) < 0.0 else 0
    p.last_close = close
    n = p.closes_hit
    if n < plan.adverse_close_count and p.closes_against >= plan.adverse_close_after[n]:
        p.closes_hit = n + 1
        p.leaving = min(p.quantity, p.leaving + leg(w, s, CLOSES, n, p.quantity))
        p.leaving_reason = c.BY_ADVERSE_CLOSE
