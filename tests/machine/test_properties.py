"""Laws of the rule book: tighter is never laxer, halves are a whole, a pause is one, credit is earned, payouts are no losses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from runner.machine import Machine
from runner.machine.state import RECORDS, STATE
from runner.model.bot import GateSettings
from runner.model.plan import empty_plans
from runner.model.records import Answer, Outcome, Reason
from runner.model.rules import Anchor, Code, Family, HouseAction, OnPayout, RuleBook, RuleRow, Sampling, Severity, State
from runner.model.stream import Stream
from tests.machine.build import FREE, HOUR, OFF, book, counter, floor, spec, stream
from tests.machine.chance import CLOCKS, random_bars, random_book, random_machine, random_parts

EXAMPLES = 80
SEEDS = st.integers(0, 2**32 - 1)
LIMITS = (Family.FLOOR, Family.CAP)
PACE = (Code.ORDERS_PER_DAY, Code.MODIFICATIONS_PER_DAY, Code.MIN_INTERVAL, Code.MIN_TRADE)  # more and smaller orders are judged otherwise
SIZES = (Code.NOTIONAL, Code.POSITION_NOTIONAL, Code.LEVERAGE_CAP, Code.CONTRACTS, Code.OPEN_POSITIONS)
BY_THE_GATE = (*SIZES, *PACE, Code.NEWS)  # without it most accounts break these at once
AT_THE_PASS = (Code.HOLDING_TIME,)  # judged when an account would pass: to need more before may turn out well


def tighter(r: np.random.Generator, row: RuleRow) -> RuleRow:
    """The rule with less of what it allows, or more of what it asks for."""
    less, one = float(r.uniform(0.3, 0.99)), int(r.integers(1, 3))
    if row.code == Code.PROFIT_TARGET:
        return replace(row, limit=row.limit / less)
    if row.code in (Code.TRADING_DAYS, Code.PROFITABLE_DAYS):
        return replace(row, count=row.count + one)
    if row.code in (Code.MIN_TRADE, Code.MIN_INTERVAL):
        return replace(row, amount=row.amount / less, duration_ms=int(row.duration_ms / less))
    if row.code == Code.CONTRACTS:
        return replace(row, limit=row.limit * less, steps=tuple(step * less if n % 2 else step for n, step in enumerate(row.steps)))
    return replace(
        row,
        amount_fraction=row.amount_fraction * less,
        amount=row.amount * less,
        limit=row.limit * less,
        count=max(0, row.count - one),
        duration_ms=int(row.duration_ms * less),
    )


def limits(rules: RuleBook, families: tuple[Family, ...]) -> list[int]:
    """Rows of these families."""
    return [n for n, row in enumerate(rules.rows) if row.family in families]


def with_tighter(rules: RuleBook, n: int, r: np.random.Generator) -> RuleBook:
    """The book with row `n` tightened."""
    return replace(rules, rows=tuple(tighter(r, row) if number == n else row for number, row in enumerate(rules.rows)))


def take_over(machine: Machine, other: Machine) -> None:
    """Put `machine` where `other` stands; what it remembers of its own floors is worked out anew."""
    for name in (*STATE, *RECORDS):
        getattr(machine.world, name)[:] = getattr(other.world, name)
    machine.world.rule_states["anchor"] = np.nan


def first_answer(machine: Machine, decided: NDArray[np.bool_]) -> tuple[int, float] | None:
    """The first plan that was answered since, and the quantity it was given; None when none was."""
    fresh = np.flatnonzero((machine.world.decisions["answer"] != Answer.PENDING) & ~decided)
    if not len(fresh):
        return None
    first = machine.world.decisions[fresh[0]]
    return int(fresh[0]), float(first["quantity"]) if first["answer"] != Answer.REFUSED else 0.0


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_a_tighter_limit_never_lets_more_through(seed: int) -> None:
    """From the same standing, the first plan of every instant is given no more when one limit is tighter.

    Only where the same was closed before it was answered: a tighter floor may have called positions home, which makes room. Without a
    margin, which is a share of the limit and shrinks with it.
    """
    parts, r = random_parts(seed), np.random.default_rng(seed)
    rows = tuple(replace(row, margin=0.0) for row in parts["book"].rows if row.family != Family.HOUSE)
    parts["book"] = replace(parts["book"], rows=rows)
    parts["gate"], parts["after_failure"] = GateSettings(enabled=True), "stop"
    found = limits(parts["book"], LIMITS)
    if not found:
        return
    loose = Machine(**parts)
    tight = Machine(**{**parts, "book": with_tighter(parts["book"], int(r.choice(found)), r)})
    for machine in (loose, tight):
        machine.world.settings["shortcuts"] = 0
    more = True
    while more:
        take_over(tight, loose)
        decided, fills = loose.world.decisions["answer"] != Answer.PENDING, int(loose.world.ledger[0]["fills"])
        more = loose.step()
        tight.step()
        answers = [first_answer(machine, decided) for machine in (loose, tight)]
        closed = [
            machine.world.fills[fills : int(machine.world.ledger[0]["fills"])][["time", "reason", "quantity"]] for machine in (loose, tight)
        ]
        closed = [rows[(rows["reason"] != Reason.ENTRY) & (rows["reason"] != Reason.PHASE_END)] for rows in closed]
        if answers[0] and answers[1] and answers[0][0] == answers[1][0] and closed[0].tolist() == closed[1].tolist():
            assert answers[1][1] <= answers[0][1]
        if len(loose.world.fills) != len(tight.world.fills):
            return


def plainly_judged(rules: RuleBook) -> RuleBook:
    """One phase of rules that end the account or hold its pass back, without our own ladder, payouts, and caps on size."""
    rows = [replace(row, severity=Severity.FAIL) if row.family in LIMITS else row for row in rules.rows if row.phase == 0]
    wider = [replace(row, amount_fraction=3 * row.amount_fraction) if row.family == Family.FLOOR else row for row in rows]
    kept = [row for row in wider if row.family != Family.HOUSE and row.code not in (*AT_THE_PASS, *BY_THE_GATE, Code.PAYOUT)]
    judged = [row for row in kept if row.code != Code.CONSISTENCY or row.severity in (Severity.BLOCK_PASS, Severity.ADJUST)]
    return replace(book(*judged, clocks=CLOCKS), calendars=rules.calendars)


@settings(max_examples=2 * EXAMPLES)
@given(seed=SEEDS)
def test_a_tighter_rule_never_makes_a_verdict_better(seed: int) -> None:
    """With the same trades: what passes under the tighter book passed under the laxer one no later; what failed fails no later."""
    parts, r = random_parts(seed), np.random.default_rng(seed)
    rules = plainly_judged(random_book(r))
    found = limits(rules, (Family.FLOOR, Family.CAP, Family.COUNTER))
    if not found:
        return
    same = {**parts, "gate": OFF, "after_failure": "stop"}
    lax = Machine(**{**same, "book": rules}).run().phases[0]
    strict = Machine(**{**same, "book": with_tighter(rules, int(r.choice(found)), r)}).run().phases[0]
    if strict["state"] == State.PASSED:
        assert lax["state"] == State.PASSED
        assert lax["ended"] <= strict["ended"]
    if lax["state"] == State.FAILED:
        assert strict["state"] == State.FAILED
        assert strict["ended"] <= lax["ended"]


def spaced(seed: int, *, halves: str = "") -> list[Stream]:
    """One symbol and a position at a time, each bought or sold at an open and closed before the next one.

    `halves`: "entry" for two plans of half the size at once, "target" for two targets of half the size at one price.
    """
    r = np.random.default_rng(seed)
    series = random_bars(r, "AAA", most=200)
    rows = np.arange(0, len(series), 6)
    plans = empty_plans(len(rows))
    for plan, n in zip(plans, rows, strict=True):
        price, side, far = float(series.close[n]), int(r.choice([-1, 1])), float(r.uniform(1, 8))
        plan["time"], plan["side"], plan["signal_index"], plan["reference_price"] = series.close_time[n], side, n, price
        plan["stop"] = price - side * far
        plan["sizing_value"] = 2.0 * int(r.integers(1, 40))
        plan["time_stop_ms"] = 3 * series.timeframe_ms
        plan["target_count"], plan["target_price"][0], plan["target_fraction"][0] = 1, price + side * far, 1.0
    if halves == "target":
        plans["target_count"] = 2
        plans["target_price"][:, 1] = plans["target_price"][:, 0]
        plans["target_fraction"][:, :2] = 0.5
    if halves == "entry":
        plans = np.repeat(plans, 2)
        plans["sizing_value"] /= 2.0
        plans["when_open"][1::2] = 1
    return [stream(series, [plans], instrument=spec("AAA", tick=0.5, quantity_step=1.0))]


def judged_alike(left: Outcome, right: Outcome) -> bool:
    """Whether both went through the same phases: states, rules, times, money. A cap on size may be passed by the first half alone."""
    names = ("phase", "state", "rule", "code", "started", "ended", "days_counted", "ambiguous", "payouts")
    money = ("balance", "equity", "credited", "target", "paid")
    return len(left.phases) == len(right.phases) and all(
        [
            *((left.phases[name] == right.phases[name]).all() for name in names),
            *(np.allclose(left.phases[name], right.phases[name], rtol=0, atol=1e-6, equal_nan=True) for name in money),
        ]
    )


@pytest.mark.parametrize("halves", ["entry", "target"])
@settings(max_examples=EXAMPLES, derandomize=True)
@given(seed=SEEDS)
def test_two_halves_are_judged_like_the_whole(halves: str, seed: int) -> None:
    """A fill split in two of half the size at the same price changes no verdict; orders are not counted here, because there are more."""
    rules = random_book(np.random.default_rng(seed))
    rules = replace(rules, rows=tuple(row for row in rules.rows if row.code not in (*PACE, Code.HOUSE)))
    same: dict[str, Any] = {"book": rules, "costs": replace(FREE, taker_fee_bps=5.0), "gate": OFF, "after_failure": "restart"}
    assert judged_alike(Machine(streams=spaced(seed), **same).run(), Machine(streams=spaced(seed, halves=halves), **same).run())


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_a_paused_account_never_opens(seed: int) -> None:
    """From the breach of a rule that pauses until the reset, nothing is bought or sold to open."""
    parts = random_parts(seed)
    pausing = tuple(replace(row, severity=Severity.PAUSE) if row.family == Family.FLOOR else row for row in parts["book"].rows)
    machine = Machine(**{**parts, "book": replace(parts["book"], rows=pausing), "gate": GateSettings(enabled=True)})
    outcome = machine.run()
    opened = outcome.fills[np.isin(outcome.fills["reason"], (Reason.ENTRY, Reason.ADD))]
    for event in outcome.events[(outcome.events["action"] == HouseAction.PAUSE) & (outcome.events["code"] != Code.HOUSE)]:
        resets = machine.world.resets[pausing[int(event["rule"])].clock]
        until = resets[np.searchsorted(resets, event["time"], side="left")]  # a breach at a reset ends the old day
        over = outcome.phases["ended"][outcome.phases["ended"] >= event["time"]].min(initial=until)
        assert not ((opened["time"] >= event["time"]) & (opened["time"] < min(until, over))).any()


@settings(max_examples=2 * EXAMPLES)
@given(seed=SEEDS)
def test_credited_profit_never_exceeds_profit(seed: int) -> None:
    """Whatever caps and shares say; what was paid out was earned."""
    outcome = random_machine(seed).run()
    earned = outcome.phases["balance"] + outcome.phases["paid"] - outcome.book.initial
    assert (outcome.phases["credited"] <= earned + 1e-6).all()


def payouts(**fields: Any) -> RuleRow:
    """All of the profit above 10, every day."""
    given_ = {"amount": 0.0, "limit_2": 10.0, "value": 1.0, "duration_ms": 24 * HOUR, "grace_ms": HOUR, **fields}
    return counter(Code.PAYOUT, severity=Severity.ADJUST, **given_)


def trails(r: np.random.Generator, on_payout: OnPayout) -> list[RuleRow]:
    """A daily floor and an overall one, both of which follow the account."""
    daily = floor(Code.DAILY_LOSS, anchor=Anchor(int(r.integers(1, 6))), amount=float(r.uniform(100, 500)))
    overall = floor(
        anchor=Anchor(int(r.integers(6, 10))), amount=float(r.uniform(200, 800)), on_payout=on_payout, sampling=Sampling.CONTINUOUS
    )
    return [daily, overall]


@settings(max_examples=2 * EXAMPLES)
@given(seed=SEEDS)
def test_payouts_change_no_verdict_where_floors_fall_with_them(seed: int) -> None:
    """Fixed sizes, amounts of money, no lock, peaks lowered by the payout: the same breach at the same instant, or none."""
    rules = trails(np.random.default_rng(seed), OnPayout.REDUCE_PEAK)
    same: dict[str, Any] = {"streams": spaced(seed), "costs": FREE, "gate": OFF}
    paid = Machine(book=book(*rules, payouts(), clocks=CLOCKS), **same).run().phases[0]
    unpaid = Machine(book=book(*rules, clocks=CLOCKS), **same).run().phases[0]
    for name in ("state", "rule", "code", "ended", "ambiguous"):
        assert paid[name] == unpaid[name], name
    assert np.isclose(paid["balance"] + paid["paid"], unpaid["balance"], atol=1e-6)


@settings(max_examples=2 * EXAMPLES)
@given(seed=SEEDS, on_payout=st.sampled_from(OnPayout))
def test_a_payout_is_never_the_breach_itself(seed: int, on_payout: OnPayout) -> None:
    """It is held back where a floor would stand at what is left. A kept floor may be met earlier for it, never later."""
    rules = trails(np.random.default_rng(seed), on_payout)
    same: dict[str, Any] = {"streams": spaced(seed), "costs": FREE, "gate": OFF}
    outcome = Machine(book=book(*rules, payouts(limit_2=0.0), clocks=CLOCKS), **same).run()
    paid, unpaid = outcome.phases[0], Machine(book=book(*rules, clocks=CLOCKS), **same).run().phases[0]
    times = outcome.events["time"][outcome.events["code"] == Code.PAYOUT]
    assert not (paid["state"] == State.FAILED and paid["ended"] in times)
    if unpaid["state"] == State.FAILED and on_payout == OnPayout.KEEP_FLOOR:
        assert paid["state"] == State.FAILED
        assert paid["ended"] <= unpaid["ended"]


def test_these_laws_are_about_something() -> None:
    """Among the accounts above some are paid, some pass, some fail, and some that are paid fail by a floor they kept."""
    seen: set[Any] = set()
    by_payout = 0
    for seed in range(120):
        rules = trails(np.random.default_rng(seed), OnPayout.KEEP_FLOOR)
        same: dict[str, Any] = {"streams": spaced(seed), "costs": FREE, "gate": OFF}
        paid = Machine(book=book(*rules, payouts(), clocks=CLOCKS), **same).run().phases[0]
        unpaid = Machine(book=book(*rules, clocks=CLOCKS), **same).run().phases[0]
        by_payout += int(paid["ended"] < unpaid["ended"])
        seen.add((State(int(paid["state"])).name, bool(paid["payouts"])))
        rules_of_chance = plainly_judged(random_book(np.random.default_rng(seed)))
        seen.add(State(int(Machine(**{**random_parts(seed), "book": rules_of_chance, "gate": OFF}).run().phases[0]["state"])).name)
    assert seen >= {("ACTIVE", True), ("ACTIVE", False), ("FAILED", True), ("FAILED", False), "PASSED", "FAILED", "ACTIVE"}
    assert by_payout > 0
