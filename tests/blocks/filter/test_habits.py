"""Filters that the machine keeps to: what they ask of it, and where they may stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from blocks.entry.all_of import AllOf
from blocks.entry.ema_cross import EmaCross
from blocks.filter.cooldown import Cooldown
from blocks.filter.max_trades_per_day import MaxTradesPerDay
from blocks.filter.min_interval import MinInterval
from runner.model.block import Habit
from runner.model.habits import no_habits
from tests.contracts.discovery import short

HOUR = 3_600_000
HABITS: list[tuple[Habit, dict[str, int]]] = [
    (Cooldown(), {"loss_cooldown_ms": 12 * HOUR, "cooldown_ms": 0, "cooldown_across": 0}),
    (
        Cooldown(after_loss=None, after_any="4h", per="strategy"),
        {"loss_cooldown_ms": 0, "cooldown_ms": 4 * HOUR, "cooldown_across": 1},
    ),
    (MaxTradesPerDay(), {"day_entries": 3, "day_across": 1}),
    (MaxTradesPerDay(count=1, per="symbol"), {"day_entries": 1, "day_across": 0}),
    (MinInterval(), {"interval_ms": HOUR, "interval_across": 0}),
    (MinInterval(interval="30m", per="strategy"), {"interval_ms": HOUR // 2, "interval_across": 1}),
]


@pytest.mark.parametrize(("block", "expected"), HABITS)
def test_a_habit_tells_the_machine(block: Habit, expected: dict[str, int]) -> None:
    """Its own fields, and no others."""
    row = no_habits()
    block.keep_to(row)
    assert {name: int(row[name][0]) for name in expected} == expected
    assert all(not np.any(row[name]) for name in row.dtype.names or () if name not in expected)


@pytest.mark.parametrize("block", [block for block, _ in HABITS])
def test_a_habit_lets_every_signal_pass(block: Habit) -> None:
    """Bars decide nothing here, and the reason says who does."""
    market = short(5)
    assert block.passes(market, 1).all()
    assert [reason.holds for reason in block.explain(market, 2, -1)] == [True]


def test_a_habit_under_a_part_is_refused() -> None:
    """A part of a combined entry has no trades of its own."""
    part = EmaCross(fast=3, slow=8, when={"rest": Cooldown()})
    with pytest.raises(ValidationError, match="'rest' counts the strategy's own trades"):
        AllOf(entries={"cross": part, "other": EmaCross(fast=3, slow=8)})


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (Cooldown, {"after_loss": None}, "expected after_loss, after_any or both"),
        (Cooldown, {"after_loss": "soon"}, "soon"),
        (MaxTradesPerDay, {"count": 0}, "greater than or equal to 1"),
        (MinInterval, {"interval": "x"}, "x"),
    ],
)
def test_nonsense_is_refused(kind: type[Habit], given: dict[str, Any], said: str) -> None:
    """When it is built."""
    with pytest.raises(ValidationError, match=said):
        kind(**given)
