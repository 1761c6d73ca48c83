"""Trials as a command would bring them: every combination of the swept values, composed and built."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from runner.build import build
from runner.compose import compose
from runner.mode.studying.trials import Compiled, compiled
from runner.model.bot import Bot, Trial
from runner.report.stopwatch import Stopwatch

PLAIN = ("+strategy=ema_cross", "+account=hyro_1step", "strategy.symbols=[BTCUSDT]")
SWEPT: dict[str, Sequence[Any]] = {"strategy.entry.fast": (8, 13, 21), "strategy.entry.slow": (34, 55)}


def combinations(swept: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Every combination, the last key fastest, as Hydra makes them."""
    return [dict(zip(swept, values, strict=True)) for values in product(*swept.values())]


def trials(swept: Mapping[str, Sequence[Any]] = SWEPT, words: Sequence[str] = PLAIN, folder: Path | None = None) -> tuple[Trial, ...]:
    """One built bot for each combination."""
    return tuple(
        Trial(values=values, bot=build(compose([*words, *(f"{key}={value}" for key, value in values.items())]), folder))
        for values in combinations(swept)
    )


def study(folder: Path, *words: str, swept: Mapping[str, Sequence[Any]] = SWEPT, plain: Sequence[str] = PLAIN) -> Bot:
    """The bot of a study as its mode gets it."""
    made = trials(swept, [*plain, *words], folder)
    return replace(made[0].bot, trials=made)


@cache
def six() -> tuple[Compiled, ...]:
    """The plain six trials compiled over all of the shipped bars; nobody changes them."""
    return compiled(trials(), Stopwatch())


class Net:
    """The plainest objective: the net profit."""

    def score(self, page: Mapping[str, Any] | None) -> float:
        """Minus infinity where there is no run."""
        return float(page["net_profit"]) if page else -math.inf
