"""Questions to the gate: real plans of a fixed quantity on a tape of two still bars, answered one after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from runner.machine import Machine
from runner.machine.observer import plain_instrument
from runner.mode.vectors.account import START, book
from runner.mode.vectors.notation import ComplaintError
from runner.model.bars import Bars
from runner.model.block import Rule
from runner.model.bot import Costs
from runner.model.market import Market
from runner.model.plan import SizingMethod, empty_plans
from runner.model.records import Answer
from runner.model.rules import Code
from runner.model.signal import Signals
from runner.model.stream import Stream

HOUR = 3_600_000
FREE = Costs(taker_fee_bps=0.0, maker_fee_bps=0.0, slippage_bps=0.0, leverage=None, isolated_margin=False, funding=False, funding_rate=0.0)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A market order that is wanted: units at a price, a stop (NaN: none), leverage (inf: as much as it takes)."""

    symbol: str
    units: float
    price: float
    stop: float = math.nan
    leverage: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the machine made of a wish: the quantity it approved and what that position is worth, binds and risks."""

    approved: bool  # in full
    code: Code  # what bound it where it did not
    notional: float
    margin: float
    risk: float


def ask(wishes: Sequence[Wish], rules: Mapping[str, Rule], initial: float) -> list[Held]:
    """Put the wishes to the gate of an account with these rules, in order; each one approved is held when the next is asked."""
    symbols = [wish.symbol for wish in wishes]
    machine = Machine(streams=[_stream(wish) for wish in wishes], book=book(rules, initial=initial, symbols=symbols), costs=FREE)
    for _ in range(2):
        machine.step()
    return [_held(machine, number, wish) for number, wish in enumerate(wishes)]


def _held(machine: Machine, number: int, wish: Wish) -> Held:
    decision, position = machine.world.decisions[number], machine.world.positions[number]
    approved = decision["answer"] == Answer.APPROVED and math.isclose(decision["quantity"], abs(wish.units), rel_tol=1e-12)
    code = Code(int(decision["code"]))
    if not approved and decision["rule"] < 0 and code != Code.LEVERAGE:  # more margin than there is money is beyond every cap
        raise ComplaintError("gate", "a plan that only a rule can refuse", f"{code.name.lower()} ({wish.units} at {wish.price})")
    return Held(
        approved=bool(approved),
        code=code,
        notional=float(position["notional"]),
        margin=float(position["margin"]),
        risk=float(position["risk"]),
    )


def _stream(wish: Wish) -> Stream:
    """A plan at the first open of two bars in which nothing but its price trades."""
    flat = np.full(2, wish.price)
    times = START + HOUR * np.arange(2, dtype=np.int64)
    bars = Bars(symbol=wish.symbol, timeframe_ms=HOUR, open_time=times, open=flat, high=flat, low=flat, close=flat, volume=np.ones(2))
    plan = empty_plans(1)
    plan["time"], plan["side"] = START, -1 if wish.stop > wish.price else 1
    plan["sizing_method"], plan["sizing_value"] = SizingMethod.FIXED_QUANTITY, abs(wish.units)
    plan["reference_price"], plan["stop"], plan["max_leverage"] = wish.price, wish.stop, wish.leverage
    spec = replace(plain_instrument(wish.symbol), tick=grid(wish.price, wish.stop), quantity_step=grid(wish.units))
    return Stream(
        strategy="example",
        market=Market(bars=bars, instrument=spec),
        execution=bars,
        plans=plan,
        columns=[],
        signals=Signals(direction=np.zeros(2, np.int8), strength=np.zeros(2)),
        passed=np.ones(2, np.bool_),
    )


def grid(*values: float) -> float:
    """The coarsest power of ten, at most 1, on which all values lie."""
    exponents = [int(Decimal(repr(float(value))).normalize().as_tuple().exponent) for value in values if math.isfinite(value)]
    return float(Decimal(1).scaleb(min([0, *exponents])))
