"""The check for what a venue would refuse: each kind of fault, put into a run that has none, is found and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.build import build
from runner.compose import compose
from runner.machine import Machine
from runner.model.bot import Costs
from runner.model.records import Outcome, Reason
from runner.model.stream import Stream
from runner.pipeline import compile_strategy
from tests.end_to_end.legal import illegal


@cache
def run() -> tuple[Outcome, tuple[Stream, ...], Costs]:
    """Ten targets, trails and reversals on three symbols."""
    bot = build(compose(["+strategy=ha_flip", "+account=no_limits"]), Path())
    streams = compile_strategy(bot.strategies[0], bot.source, bot.account.currency)
    return Machine(streams=streams, book=bot.account.book, costs=bot.costs, gate=bot.account.gate).run(), tuple(streams), bot.costs


def spoilt(table: str, change: Callable[[Any], None]) -> list[str]:
    """What is said of the run with one of its tables changed."""
    outcome, streams, costs = run()
    rows = getattr(outcome, table).copy()
    change(rows)
    return illegal(replace(outcome, **{table: rows}), streams, costs)


def put(field: str, value: Any, row: Callable[[Any], int] = lambda _rows: 0) -> Callable[[Any], None]:
    """Write a value (or what it makes of the one there) into a field of one row."""

    def change(rows: Any) -> None:
        at = row(rows)
        rows[field][at] = value(rows[field][at]) if callable(value) else value

    return change


def target(rows: Any) -> int:
    """The first fill of a target that leaves something."""
    return int(np.flatnonzero((rows["reason"] == Reason.TARGET) & (rows["open_quantity"] > 0))[0])


def mirrored(field: str) -> Callable[[Any], None]:
    """Put a price of the first filled plan on the other side of its entry."""

    def change(plans: Any) -> None:
        row = filled(plans)
        plans[field][row] = 2 * plans["reference_price"][row] - plans[field][row]

    return change


def filled(_rows: Any) -> int:
    """The first plan that was filled."""
    return int(np.flatnonzero(run()[0].decisions["position"])[0])


def test_a_run_without_faults_is_legal() -> None:
    """Hundreds of trades and not a line."""
    assert illegal(*run()) == []
    assert len(run()[0].trades) > 500


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("fills", put("price", lambda price: price + 0.037), "price is off the tick"),
        ("fills", put("price", 0.0), "price is not above zero"),
        ("fills", put("price", np.nan), "price is no number"),
        ("fills", put("quantity", lambda quantity: quantity + 0.0001), "quantity is no multiple of the step"),
        ("fills", put("quantity", 0.0), "quantity is below the smallest"),
        ("fills", put("quantity", 1e6), "quantity is above the largest"),
        ("fills", put("quantity", 1e6, target), "targets close more than was held"),
        ("fills", put("open_quantity", 0.00012), "what is left is no multiple of the step"),
        ("fills", put("balance", np.inf), "balance is no number"),
        ("fills", put("balance", 1.0), "margin"),
        ("plans", mirrored("target_price"), "a target is on the wrong side"),
        ("plans", put("target_fraction", 0.2, filled), "targets ask for more than there is"),
        ("plans", mirrored("stop"), "stop is on the wrong side"),
        ("decisions", put("quantity", 0.0015, filled), "quantity is no multiple of the step"),
        ("decisions", put("quantity", 1e9, filled), "quantity is above the largest"),
        ("stops", put("price", lambda price: price + 0.037), "is off the tick"),
        ("stops", put("price", -1.0), "is not above zero"),
        ("trades", put("profit", np.nan), "profit is no number"),
    ],
)
def test_each_fault_is_named(table: str, change: Callable[[Any], None], words: str) -> None:
    """One value is wrong, and the line says which and where."""
    assert any(words in line for line in spoilt(table, change))


def test_a_stop_beyond_the_market_is_named() -> None:
    """A long position's stop above every price of its bar, or a short one's below."""
    outcome = run()[0]
    opening = outcome.fills[outcome.fills["position"] == outcome.stops["position"][0]][0]
    far = put("price", lambda price: price * (2 if opening["side"] > 0 else 0.5) // 1)
    assert any("wrong side of the market" in line for line in spoilt("stops", far))


def test_an_order_too_small_is_named() -> None:
    """With orders worth 5,000 at least, the plans of ten targets and their parts are too small."""
    outcome, streams, costs = run()
    dear = [replace(s, market=replace(s.market, instrument=replace(s.market.instrument, min_notional=5_000.0))) for s in streams]
    found = illegal(outcome, dear, costs)
    assert any("a part is worth less than an order" in line for line in found)
    assert any("is worth less than an order" in line and line.startswith("plan") for line in found)
