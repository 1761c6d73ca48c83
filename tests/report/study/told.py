"""A study before its findings, made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runner.model.duration import DAY_MS
from runner.report.objective import Objective
from runner.report.study.about import About
from runner.study.segment import Segment
from tests.bars.making import START


def about(mode: str, values: Sequence[Mapping[str, Any]], days: int, by: str) -> About:
    """Of these trials over so many days from 2024 on."""
    return About(
        mode=mode,
        strategy="walk",
        account="made_up",
        currency="USDT",
        initial=10_000.0,
        values=tuple(values),
        objectives=(Objective.read(by),),
        span=Segment(start_ms=START, end_ms=START + days * DAY_MS),
        warnings=("mind this",),
        config_hash="0123456789abcdef",
    )


def grid(count: int) -> list[dict[str, Any]]:
    """So many settings."""
    return [{"strategy.entry.fast": 5 + number, "strategy.entry.slow": 30 + 10 * number} for number in range(count)]
