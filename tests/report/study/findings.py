"""Findings by hand: a walk of two windows and three trials, and what a trial withstands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from runner.report.objective import Objective
from runner.report.study.about import About
from runner.study.segment import DAY_MS, Segment
from runner.study.sensitivity import BreakEven, Case, Fate, Sensitivity, Standing
from runner.study.walked import Walked
from tests.study.results import result, walked

NONE = -math.inf
FIRST = 19_723  # 2024-01-01


def about(mode: str, *values: Mapping[str, Any], **changes: Any) -> About:
    """A study of ema_cross on hyro_1step over the first fourteen days of 2024."""
    said: dict[str, Any] = {
        "mode": mode,
        "strategy": "ema_cross",
        "account": "hyro_1step",
        "currency": "USDT",
        "initial": 10_000.0,
        "values": values or ({},),
        "objectives": (Objective("net_profit"),),
        "span": Segment(start_ms=FIRST * DAY_MS, end_ms=(FIRST + 14) * DAY_MS),
        "warnings": ("mind this",),
        "config_hash": "0" * 64,
    }
    return About(**{**said, **changes})


def two() -> Walked:
    """Window 1 chooses the second of three trials, window 2 the third; their tests make +30 and −10."""
    train = [
        [result(1.0, 10.0), result(3.0, 50.0, 50.0), result(2.0, 20.0)],
        [result(0.0, 0.0), result(1.0, 10.0), result(4.0, 20.0, 80.0)],
    ]
    test = [
        [result(9.0, 5.0, first=10), result(2.0, 10.0, 20.0, first=10), result(1.0, 1.0, first=10)],
        [result(1.0, 2.0, first=12), result(2.0, 3.0, first=12), result(-1.0, 0.0, -10.0, first=12)],
    ]
    return walked(train, test)


def idle() -> Walked:
    """Nothing is measured on the past of any window."""
    return walked([[result(NONE), result(NONE)]], [[result(1.0, 5.0, first=10), result(2.0, 6.0, first=10)]])


def half() -> Walked:
    """Nothing is measured on the past of the first of two windows."""
    one = two()
    return walked([[result(NONE)] * 3, one.train[1]], one.test)


def single() -> Walked:
    """One trial."""
    return walked([[result(1.0, 50.0)]], [[result(1.0, 5.0, 20.0, first=10)]])


def stands(case: Case, profit: float, fate: Fate = Fate.PASSED, rule: str = "") -> Standing:
    """A profit in 365 days."""
    return Standing(case=case, result=result(profit, profit), fate=fate, days=365, rule=rule, ended=(FIRST + 3) * DAY_MS if rule else 0)


def sensed(*worse: Standing, base: Standing | None = None, **changes: Any) -> Sensitivity:
    """A thousand a year that passes, every case but `worse` the same."""
    own = base or stands(Case(), 1_000.0)
    by = {each.case: each for each in worse}

    def at(case: Case) -> Standing:
        return by.get(case, own if case == Case() else stands(case, own.result.profit, own.fate, own.rule))

    said: dict[str, Any] = {
        "values": {},
        "base": own,
        "fees": tuple(at(Case(fees=each)) for each in (0.0, 1.0, 2.0, 3.0)),
        "slippage": tuple(at(Case(slippage=each)) for each in (0.0, 5.0, 10.0)),
        "delay": (own, at(Case(delay=1))),
        "worst": at(Case(fees=3.0, slippage=10.0, delay=1)),
        "fees_gone": BreakEven(at=4.27),
        "slippage_gone": BreakEven(beyond=100.0),
    }
    return Sensitivity(**{**said, **changes})
