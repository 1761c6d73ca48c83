"""How long every strategy takes from bars to its last trade: three symbols, 4h bars that ship and one-minute bars of seeded walks.

Imports, loading compiled code and reading bars are not counted. `scripts/bench-strategies --help` lists the arguments.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from loguru import logger

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from runner.build import build  # noqa: E402 - found from wherever it is started
from runner.columns.library import library  # noqa: E402
from runner.compose import compose  # noqa: E402
from runner.machine import Machine  # noqa: E402
from runner.machine.native import drive  # noqa: E402
from runner.model.bars import Bars  # noqa: E402
from runner.model.bot import Bot  # noqa: E402
from runner.model.duration import milliseconds  # noqa: E402
from runner.model.market import Market  # noqa: E402
from runner.pipeline import Loaded, load, look, plan  # noqa: E402

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
NEEDS = {"python_signals": ["strategy.entry.file=tests/contracts/data/signals.py"]}  # what a strategy leaves open
SIZE = 1e9  # account currency: nobody runs out of it
FIRST_MS, MINUTE_MS = 1_672_531_200_000, 60_000  # 2023-01-01 UTC


def walk(symbol: str, count: int, seed: int) -> Bars:
    """One-minute bars of a seeded walk on a grid of 0.1, some of them on much volume."""
    dice = np.random.default_rng(seed)
    close = np.round(50_000 * np.exp(np.cumsum(dice.normal(0.0, 4e-4, count))), 1)
    opened = np.r_[50_000.0, close[:-1]]
    high = np.round(np.maximum(opened, close) * (1 + np.abs(dice.normal(0.0, 2e-4, count))), 1)
    low = np.round(np.minimum(opened, close) * (1 - np.abs(dice.normal(0.0, 2e-4, count))), 1)
    times = FIRST_MS + MINUTE_MS * np.arange(count, dtype=np.int64)
    volume = dice.lognormal(0.0, 1.0, count)
    return Bars(symbol=symbol, timeframe_ms=MINUTE_MS, open_time=times, open=opened, high=high, low=low, close=close, volume=volume)


def bot_of(strategy: str, timeframe: str) -> Bot:
    """The strategy without rules on so much money that only its own sizing counts."""
    words = [f"+strategy={strategy}", "+account=no_limits", f"account.size={SIZE}", f"strategy.symbols=[{','.join(SYMBOLS)}]"]
    return build(compose([*words, f"strategy.timeframe={timeframe}", *NEEDS.get(strategy, [])]))


def loaded(bot: Bot, timeframe: str, bars: int) -> list[Loaded]:
    """What is traded: the bars that ship, or walks of one-minute bars, so many of them at most."""
    if milliseconds(timeframe) == MINUTE_MS:
        walks = [walk(symbol, bars, seed) for seed, symbol in enumerate(SYMBOLS)]
        return [Loaded(market=Market(bars=each, instrument=bot.source.instrument(each.symbol)), execution=each) for each in walks]
    found = [each.market.bars.rows(slice(-bars, None)) for each in load(bot.strategies[0], bot.source)]
    return [Loaded(market=Market(bars=each, instrument=bot.source.instrument(each.symbol, each)), execution=each) for each in found]


def row(strategy: str, timeframe: str, bars: int, most: float) -> str:
    """One line of the table: seconds of columns and signals, of plans, of the machine, and whether all of it is fast enough."""
    bot = bot_of(strategy, timeframe)
    markets, at = loaded(bot, timeframe, bars), [time.perf_counter()]
    opinions = [look(bot.strategies[0], each.market) for each in markets]
    at.append(time.perf_counter())
    streams = [plan(bot.strategies[0], opinion, each) for opinion, each in zip(opinions, markets, strict=True)]
    at.append(time.perf_counter())
    outcome = Machine(streams=streams, book=bot.account.book, costs=bot.costs, gate=bot.account.gate).run()
    at.append(time.perf_counter())
    total, parts = at[-1] - at[0], " | ".join(f"{seconds:.3f}" for seconds in np.diff(at))
    count = sum(len(each.market.bars) for each in markets)
    kept = "yes" if total <= most else "**no**"
    return f"| {strategy} | {timeframe} | {count:,} | {len(outcome.trades):,} | {parts} | {total:.3f} | {kept} |"


def table(strategies: Sequence[str], bars: int) -> str:
    """Every strategy on 4h bars (one second at most) and on one-minute bars (three)."""
    names = ("strategy", "bars", "all symbols", "trades", "columns s", "plans s", "machine s", "total s", "kept")
    head = [f"| {' | '.join(names)} |", "|---|---|---:|---:|---:|---:|---:|---:|---|"]
    rows = [row(name, timeframe, bars, most) for name in strategies for timeframe, most in (("4h", 1.0), ("1m", 3.0))]
    return "\n".join([*head, *rows])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("strategies", nargs="*", help="which; all that ship when none is named")
    parser.add_argument("--bars", type=int, default=70_000, help="of each symbol at most")
    asked = parser.parse_args()
    logger.remove()
    os.environ["RUNNER_HOME"] = str(ROOT)
    library()
    drive.load()
    every = sorted(file.stem for file in (ROOT / "conf" / "strategy").glob("*.yaml"))
    print(table(asked.strategies or every, asked.bars))


if __name__ == "__main__":
    main()
