"""Accounts that trade once a day with the results one asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runner.machine import Machine
from runner.model.records import Outcome
from runner.model.rules import RuleRow, State
from tests.machine.build import HOUR, OFF, Row, bars, book, flat, machine, plan, stream

WEEK = (320.0, 100.0, 40.0, 22.0, 18.0)  # the worked example: a target of 500 on an account of 5,000, one trade a day


def traded(*rules: RuleRow, results: Sequence[float] = WEEK, quantity: float = 1.0, initial: float = 5_000.0, **more: Any) -> Machine:
    """One trade a day in the first of six 4 h bars: bought at 1,000, sold at its target or stopped `result` away; two more days follow.

    A result of 0 is a day without a trade.
    """
    rows: list[Row] = []
    plans = []
    for day, result in enumerate(results):
        level = 1_000 + result / quantity
        rows += [(1_000, max(level, 1_000), min(level, 1_000), level), *flat(5, 1_000)]
        exits = {"targets": [(level, 1)]} if result > 0 else {"stop": level}
        if result:
            plans.append(plan(24 * day, sizing_value=quantity, **exits))
    series = bars([*rows, *flat(12, 1_000)], timeframe_ms=4 * HOUR)
    return machine(stream(series, plans), **{"rules": book(*rules, initial=initial), "gate": OFF, **more})


def week(*rules: RuleRow, **more: Any) -> Outcome:
    """The same, run to its end."""
    return traded(*rules, **more).run()


def state(outcome: Outcome, phase: int = 0) -> str:
    """Verdict of a phase by name."""
    return State(int(outcome.phases[phase]["state"])).name
