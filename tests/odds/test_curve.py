"""Other sizes of the same starts: each is the strategy with that size, no more and no less."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runner.build import build
from runner.compose import compose
from runner.odds.curve import own_risk, sizes
from runner.odds.engine import every_day
from runner.pipeline import compile_strategy
from tests.odds.stages import shipped_stage, stage

WORDS = ("+strategy=ema_cross", "+account=hyro_1step")


def test_a_scaled_size_is_the_strategy_with_that_size() -> None:
    """Twice the plans' risk plays as the strategy with sizing.risk_fraction=0.02 does, start by start."""
    one, bot = shipped_stage(*WORDS), build(compose([*WORDS, "strategy.sizing.risk_fraction=0.02"]))
    streams = [each for strategy in bot.strategies for each in compile_strategy(strategy, bot.source, bot.account.currency)]
    twice = stage(streams, bot.account.book, bot.costs, bot.account.gate)
    days = every_day(one.machine)[::97]
    scaled, written = one.sized(2.0).play(days), twice.play(days)
    assert scaled.attempts.tobytes() == written.attempts.tobytes()
    assert scaled.attempts.tobytes() != one.play(days).attempts.tobytes()


def test_the_own_risk_is_read_from_the_plans() -> None:
    """1 % as shipped; a strategy that holds a share of equity has none."""
    assert own_risk(shipped_stage(*WORDS).machine.world) == pytest.approx(0.01)
    assert math.isnan(own_risk(shipped_stage("+strategy=buy_and_hold", "+account=hyro_1step").machine.world))


def test_sizes_hold_the_own_once_and_rise() -> None:
    """Risks become factors of the own risk; the own is added where it is not asked for."""
    assert sizes(0.01, [0.02, 0.005]) == pytest.approx([0.5, 1.0, 2.0])
    assert sizes(0.01, [0.01, 0.03]) == pytest.approx([1.0, 3.0])
    assert 1.0 in sizes(math.nan, None)
    assert np.diff(sizes(0.008, None)).min() > 0
