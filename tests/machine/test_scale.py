"""Units do not matter: other prices per unit, or other money, give the same decisions and the same results in those units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.plan import SizingMethod, TrailStart
from runner.model.records import Outcome
from runner.model.rules import Code, RuleBook, RuleRow
from runner.model.stream import Stream
from tests.machine.chance import random_parts

EXAMPLES = 80  # always the same ones: a floor met to the last 1e-8, the one grid that does not scale, falls either way in 1 of 4,500
SEEDS = st.integers(0, 2**32 - 1)
POWERS = [0.25, 2.0, 64.0]  # of two, so that scaling rounds nothing
PRICES = ("open", "high", "low", "close")
LEVELS = (
    *("reference_price", "entry_price", "stop", "target_price", "trail_distance", "tier_profit", "tier_distance"),
    *("break_even_offset", "invalidation", "adverse_price", "add_price"),
)
DISTANCE = 2  # the column a trail takes its distance from


def dearer_bars(bars: Bars, k: float) -> Bars:
    """The same bars at `k` times the price."""
    return replace(bars, **{name: getattr(bars, name) * k for name in PRICES})


def dearer_plans(plans: NDArray[Any], k: float) -> NDArray[Any]:
    """The same wishes in a market `k` times as dear: levels times k, quantities divided by it."""
    plans = plans.copy()
    for name in LEVELS:
        plans[name] *= k
    plans["trail_start_value"][plans["trail_start"] == TrailStart.AT_PRICE] *= k
    plans["sizing_value"][plans["sizing_method"] == SizingMethod.FIXED_QUANTITY] /= k
    return plans


def dearer(stream: Stream, k: float) -> Stream:
    """A stream at `k` times the price, in steps of a k-th: every position is worth the same."""
    signal = dearer_bars(stream.market.bars, k)
    execution = signal if stream.execution is stream.market.bars else dearer_bars(stream.execution, k)
    of = stream.market.instrument
    instrument = replace(of, tick=of.tick * k, quantity_step=of.quantity_step / k, min_quantity=of.min_quantity / k)
    columns = [column * k if number == DISTANCE else column for number, column in enumerate(stream.columns)]
    market = replace(stream.market, bars=signal, instrument=instrument)
    return replace(stream, market=market, execution=execution, plans=dearer_plans(stream.plans, k), columns=columns)


def richer(stream: Stream, k: float) -> Stream:
    """A stream of `k` times the quantities at the same prices."""
    of = stream.market.instrument
    instrument = replace(of, quantity_step=of.quantity_step * k, min_quantity=of.min_quantity * k, min_notional=of.min_notional * k)
    plans = stream.plans.copy()
    absolute = (plans["sizing_method"] == SizingMethod.FIXED_QUANTITY) | (plans["sizing_method"] == SizingMethod.NOTIONAL)
    plans["sizing_value"][absolute] *= k
    return replace(stream, market=replace(stream.market, instrument=instrument), plans=plans)


def richer_row(row: RuleRow, k: float) -> RuleRow:
    """A rule with `k` times its money; fractions, counts and times stay."""
    limit = row.limit * k if row.code == Code.PROFIT_CAP else row.limit
    rest: dict[str, Any] = {"limit_2": row.limit_2 * k, "steps": tuple(step * k for step in row.steps)} if row.code == Code.PAYOUT else {}
    return contracts_row(replace(row, amount=row.amount * k, lock=row.lock * k, limit=limit, **rest), money=k, quantity=k)


def contracts_row(row: RuleRow, *, money: float, quantity: float) -> RuleRow:
    """A cap on contracts in other units; any other rule as it is."""
    if row.code != Code.CONTRACTS:
        return row
    units = (money, quantity) * (len(row.steps) // 2)
    return replace(row, limit=row.limit * quantity, steps=tuple(step * unit for step, unit in zip(row.steps, units, strict=True)))


def richer_book(book: RuleBook, k: float) -> RuleBook:
    """An account `k` times as large under the same rules."""
    return replace(book, initial=book.initial * k, rows=tuple(richer_row(row, k) for row in book.rows))


def played(parts: dict[str, Any], **changes: Any) -> Outcome:
    """The outcome of a machine of these parts."""
    return Machine(**{**parts, **changes}).run()


def differences(left: Outcome, right: Outcome, *, price: float, quantity: float, money: float) -> list[str]:
    """Fields in which `right` is not `left` in the other units; values and limits, whose unit is their rule's, are left out."""
    unit = dict.fromkeys(("price", "entry_price", "exit_price"), price)
    unit |= dict.fromkeys(("quantity", "open_quantity", "wanted", "allowed"), quantity)
    found = []
    for table in ("fills", "trades", "decisions", "days", "phases", "events"):
        before, after = getattr(left, table), getattr(right, table)
        if len(before) != len(after):
            return [f"{table}: {len(before)} and {len(after)} rows"]
        for name in set(before.dtype.names) - {"value", "limit", "floor"}:
            counted = before[name].dtype.kind != "f"
            factor = 1.0 if counted else unit.get(name, money)
            if not alike(before[name] * factor, after[name], money):
                found.append(f"{table}.{name}")
    return found


def alike(expected: NDArray[Any], found: NDArray[Any], money: float) -> bool:
    """Equal but for money's rounding to 1e-8."""
    return bool(np.allclose(expected, found, rtol=1e-9, atol=1e-6 * max(1.0, money), equal_nan=True))


@settings(max_examples=EXAMPLES, derandomize=True)
@given(seed=SEEDS, k=st.sampled_from(POWERS))
def test_prices_in_another_unit_change_nothing(seed: int, k: float) -> None:
    """Prices and ticks times k, quantities and steps divided by k: the same answers, the same money."""
    parts = random_parts(seed)
    before = played(parts)
    rows = tuple(contracts_row(row, money=1.0, quantity=1 / k) for row in parts["book"].rows)
    streams = [dearer(stream, k) for stream in parts["streams"]]
    after = played(parts, streams=streams, book=replace(parts["book"], rows=rows))
    assert differences(before, after, price=k, quantity=1 / k, money=1.0) == []


@settings(max_examples=EXAMPLES, derandomize=True)
@given(seed=SEEDS, k=st.sampled_from(POWERS))
def test_a_larger_account_does_the_same_on_a_larger_scale(seed: int, k: float) -> None:
    """Balance, amounts, quantities and their steps times k: the same answers, k times the money."""
    parts = random_parts(seed)
    before = played(parts)
    after = played(parts, streams=[richer(stream, k) for stream in parts["streams"]], book=richer_book(parts["book"], k))
    assert differences(before, after, price=1.0, quantity=k, money=k) == []


@pytest.mark.parametrize(("price", "quantity", "money"), [(2.0, 0.5, 1.0), (1.0, 2.0, 2.0)])
def test_the_comparison_notices(price: float, quantity: float, money: float) -> None:
    """A run is not its own image in other units."""
    same = played(random_parts(1))
    assert len(same.fills) > 0
    assert differences(same, same, price=price, quantity=quantity, money=money) != []
