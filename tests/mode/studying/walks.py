"""Markets without an edge: prices that go nowhere on average, as Parquet bars in a folder of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from runner.model.bot import Trial
from tests.bars.making import START, write

BAR = 14_400_000  # four hours
STEPS = 24  # of a bar
DAY_BARS = 6
FREE = (  # nothing costs anything, no rule binds
    "+strategy=ema_cross",
    "+account=no_limits",
    "strategy.symbols=[BTCUSDT]",
    "account.venue.taker_fee_bps=0",
    "account.venue.maker_fee_bps=0",
    "account.venue.slippage_bps=0",
    "account.venue.funding=false",
)


def walk(folder: Path, days: int, seed: int) -> Path:
    """A folder with four-hour bars of BTCUSDT that walk without drift, each from the close before."""
    dice = np.random.default_rng(seed)
    bars = days * DAY_BARS
    moves = dice.normal(0.0, 0.02 / np.sqrt(DAY_BARS * STEPS), (bars, STEPS))
    path = 30_000.0 * np.exp(np.cumsum(moves.ravel() - moves.var() / 2)).reshape(bars, STEPS)
    opened = np.concatenate([[30_000.0], path[:-1, -1]])
    columns = {
        "time": [START + BAR * n for n in range(bars)],
        "open": opened.tolist(),
        "high": np.maximum(opened, path.max(axis=1)).tolist(),
        "low": np.minimum(opened, path.min(axis=1)).tolist(),
        "close": path[:, -1].tolist(),
        "volume": [1_000.0] * bars,
    }
    write(folder / "BTCUSDT-4h.parquet", columns)
    return folder


def elsewhere(trials: Sequence[Trial], root: Path) -> tuple[Trial, ...]:
    """The same trials with their bars read from another folder."""
    return tuple(replace(each, bot=replace(each.bot, source=each.bot.source.model_copy(update={"root": str(root)}))) for each in trials)
