"""Ours beside backtesting.py on the same work; writes docs/benchmarks.md. `scripts/bench --help` lists the arguments.

Every measurement is a fresh process that does the work once. Imports, loading compiled code and making the bars come before the clock
starts. A virtual machine's host may take back memory that is free for some seconds, and then a first touch costs a hundred times more; so
memory is touched and freed right before the clock starts, and ours is measured without that as well (`cold`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
FIRST_MS, MINUTE_MS, HOUR_MS = 1_672_531_200_000, 60_000, 3_600_000  # 2023-01-01 UTC
SEED = 7
SIZE = 1e9  # account currency: every floor is worked out at every bar, none is ever near
FAST, SLOW, MULTIPLE, LENGTH, R = 20, 50, 2.0, 14, 2.0
FEE = 5.5e-4
WARMED = 400 << 20  # bytes touched and freed before the clock starts: more than any contestant asks for
CHALLENGE = "challenge"
STARTS, START_BARS, START_SYMBOLS = 1_000, 6_400, ("BTCUSDT", "ETHUSDT", "SOLUSDT")  # of the challenge
COOLING = 5  # seconds without that, after which a host has taken free memory back

Candles = dict[str, Any]  # the columns of Bars by name
Figures = dict[str, float]


def walk(count: int) -> Candles:
    """A seeded random walk of one-minute candles on a grid of 0.1; times in UTC milliseconds."""
    dice = np.random.default_rng(SEED)
    close = np.round(50_000 * np.exp(np.cumsum(dice.normal(0.0, 4e-4, count))), 1)
    opened = np.concatenate(([50_000.0], close[:-1]))
    high = np.round(np.maximum(opened, close) * (1 + np.abs(dice.normal(0.0, 2e-4, count))), 1)
    low = np.round(np.minimum(opened, close) * (1 - np.abs(dice.normal(0.0, 2e-4, count))), 1)
    times = FIRST_MS + MINUTE_MS * np.arange(count, dtype=np.int64)
    return {"open_time": times, "open": opened, "high": high, "low": low, "close": close, "volume": np.ones(count)}


def words(account: str) -> list[str]:
    """What would stand on the command line."""
    return [
        "+strategy=ema_cross",
        f"+account={account}",
        f"account.size={SIZE}",
        "strategy.symbols=[BTCUSDT]",
        "strategy.timeframe=1m",
        f"strategy.entry.fast={FAST}",
        f"strategy.entry.slow={SLOW}",
        f"strategy.exit.stop.multiple={MULTIPLE}",
        f"strategy.exit.stop.length={LENGTH}",
        f"strategy.exit.targets.r={R}",
        "sizing@strategy.sizing=fixed_quantity",
        "strategy.sizing.quantity=1",
    ]


def ours(account: str) -> Callable[[Candles], Figures]:
    """Columns, plans and machine under an account's rule book."""
    from loguru import logger

    from runner.build import build
    from runner.columns.library import library
    from runner.compose import compose
    from runner.machine import Machine
    from runner.machine.native import drive
    from runner.model.bars import Bars
    from runner.model.market import Market
    from runner.pipeline import Loaded, look, plan

    logger.remove()
    library()
    drive.load()
    bot = build(compose(words(account)))
    strategy, instrument, book = bot.strategies[0], bot.source.instrument("BTCUSDT"), bot.account.book

    def work(candles: Candles) -> Figures:
        bars = Bars(symbol="BTCUSDT", timeframe_ms=MINUTE_MS, **candles)
        loaded = Loaded(market=Market(bars=bars, instrument=instrument), execution=bars)
        at = [time.perf_counter()]
        opinion = look(strategy, loaded.market)
        at.append(time.perf_counter())
        stream = plan(strategy, opinion, loaded)
        at.append(time.perf_counter())
        outcome = Machine(streams=[stream], book=book, costs=bot.costs, gate=bot.account.gate).run()
        at.append(time.perf_counter())
        if len(outcome.equity_record) < len(bars):
            raise RuntimeError(f"the account should live through {len(bars)} bars, it ended after {len(outcome.equity_record)}")
        columns, plans, machine = np.diff(at)
        figures = {"columns": columns, "plans": plans, "machine": machine, "total": at[-1] - at[0]}
        return figures | {"trades": len(outcome.trades), "rules": len(book.rows), "floors": len(outcome.floor_rules[0])}

    return work


def theirs() -> Callable[[Candles], Figures]:
    """A backtesting.py run of the same strategy, without account rules: it has none."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas_ta
        from backtesting import Backtest, Strategy

    class Cross(Strategy):  # type: ignore[misc]
        """Two exponential averages cross; stop by true range, target by R; the other side reverses."""

        def init(self) -> None:
            """Whole columns, by the library that ours come from."""
            close, high, low = (pd.Series(np.array(column)) for column in (self.data.Close, self.data.High, self.data.Low))
            self.fast = self.I(lambda: pandas_ta.ema(close, length=FAST, talib=False).to_numpy())
            self.slow = self.I(lambda: pandas_ta.ema(close, length=SLOW, talib=False).to_numpy())
            self.range = self.I(lambda: pandas_ta.atr(high, low, close, length=LENGTH, talib=False).to_numpy())

        def next(self) -> None:
            """A cross opens one coin at the next open."""
            above, below = self.fast[-1] > self.slow[-1], self.fast[-1] < self.slow[-1]
            if above and self.fast[-2] <= self.slow[-2]:
                close, distance = self.data.Close[-1], MULTIPLE * self.range[-1]
                self.buy(size=1, sl=close - distance, tp=close + R * distance)
            elif below and self.fast[-2] >= self.slow[-2]:
                close, distance = self.data.Close[-1], MULTIPLE * self.range[-1]
                self.sell(size=1, sl=close + distance, tp=close - R * distance)

    def work(candles: Candles) -> Figures:
        columns = {name: candles[name.lower()] for name in ("Open", "High", "Low", "Close", "Volume")}
        frame = pd.DataFrame(columns, index=pd.to_datetime(candles["open_time"], unit="ms"))
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a trade that is open at the end, and pandas' own notices
            result = Backtest(frame, Cross, cash=SIZE, commission=FEE, exclusive_orders=True).run()
        return {"total": time.perf_counter() - started, "trades": len(result["_trades"])}

    return work


def walks(bars: int) -> list[Candles]:
    """A seeded random walk of four-hour candles for each symbol of the challenge."""
    whole = walk(bars * len(START_SYMBOLS))
    parts = [{name: column[n * bars : (n + 1) * bars] for name, column in whole.items()} for n in range(len(START_SYMBOLS))]
    return [part | {"open_time": FIRST_MS + 4 * HOUR_MS * np.arange(bars, dtype=np.int64)} for part in parts]


def begun(starts: int) -> Figures:
    """A challenge's starts, each on the first day and lived to the last bar: the tape joined, all of them played, read and counted."""
    from loguru import logger

    from runner.build import build
    from runner.columns.library import library
    from runner.compose import compose
    from runner.machine.native import drive
    from runner.model.bars import Bars
    from runner.model.market import Market
    from runner.odds.engine import Stage, every_day
    from runner.odds.restart import Restartable
    from runner.odds.shares import shares
    from runner.pipeline import Loaded, look, plan

    logger.remove()
    library()
    drive.load()
    bot = build(compose([*words("hyro_2step"), f"strategy.symbols=[{','.join(START_SYMBOLS)}]", "strategy.timeframe=4h"]))
    ends_idle = ("INACTIVITY", "TIME_LIMIT")
    book = replace(bot.account.book, rows=tuple(row for row in bot.account.book.rows if row.code.name not in ends_idle))
    instrument, strategy, streams = bot.source.instrument("BTCUSDT"), bot.strategies[0], []
    for symbol, candles in zip(START_SYMBOLS, walks(START_BARS), strict=True):
        bars = Bars(symbol=symbol, timeframe_ms=4 * HOUR_MS, **candles)
        loaded = Loaded(market=Market(bars=bars, instrument=replace(instrument, symbol=symbol)), execution=bars)
        streams.append(plan(strategy, look(strategy, loaded.market), loaded))

    def machine(tape: Sequence[Any]) -> Restartable:
        return Restartable(streams=tape, book=book, costs=bot.costs, gate=bot.account.gate)

    warm_memory()
    began = time.perf_counter()
    stage = Stage(machine=machine(streams), streams=streams, build=machine, finer=lambda stream, _moment: stream)
    found = shares(book, stage.play(np.repeat(every_day(stage.machine)[:1], starts)).attempts)
    seconds = time.perf_counter() - began
    if found.unfinished != starts:
        raise RuntimeError(f"all {starts} starts should live to the last bar, {found.unfinished} did")
    return {"seconds": seconds, "starts": starts, "plans": sum(len(one.plans) for one in streams)}


CONTESTANTS: dict[str, Callable[[], Callable[[Candles], Figures]]] = {
    "hyro_2step": lambda: ours("hyro_2step"),
    "cold": lambda: ours("hyro_2step"),
    "no_limits": lambda: ours("no_limits"),
    "backtesting.py": theirs,
}


def contest(name: str, count: int) -> Figures:
    """One measurement of one contestant, in this process; `peak_mb` is the most memory it ever held, imports and bars included."""
    work, candles = CONTESTANTS[name](), walk(count)
    if name == "cold":
        time.sleep(COOLING)
    else:
        warm_memory()
    figures = work(candles)
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return figures | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}


def warm_memory() -> None:
    """Have another process touch and free memory, so that the next touch is answered by this machine and not by its host."""
    subprocess.run([sys.executable, "-S", "-c", f"b'1' * {WARMED}"], check=True)  # noqa: S603 - our own words


def measured(name: str, count: int) -> Figures:
    """The same in a process of its own; the challenge's count is that of its starts."""
    what = "--starts" if name == CHALLENGE else "--bars"
    command = [sys.executable, str(Path(__file__)), "--contestant", name, what, str(count)]
    done = spoken(command, ROOT)
    if done.returncode:
        raise SystemExit(f"{name} did not run:\n{done.stderr}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def spoken(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of ours in `folder`, with the repository importable from there."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, env=environment)  # noqa: S603 - our own words


def compare(count: int, repeat: int) -> dict[str, Figures]:
    """Every contestant `repeat` times, in turns; medians."""
    rounds = [{name: measured(name, count) for name in CONTESTANTS} for _ in range(repeat)]
    return {name: median([each[name] for each in rounds]) for name in CONTESTANTS}


def median(rounds: Sequence[Figures]) -> Figures:
    """The middle of each figure."""
    return {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}


def shell(repeat: int) -> dict[str, float]:
    """Seconds from shell to shell of the main job and of the help, warm; medians."""
    command = Path(sys.executable).with_name("runner")
    start = [str(command)] if command.exists() else [sys.executable, "-m", "runner.cli"]
    jobs = {"runner +strategy=fvg +account=hyro_2step": ["+strategy=fvg", "+account=hyro_2step"], "runner --help": ["--help"]}
    return {name: statistics.median([once([*start, *job]) for _ in range(repeat + 1)][1:]) for name, job in jobs.items()}


def once(command: Sequence[str]) -> float:
    """Seconds one command takes in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        done = spoken(command, Path(folder))
        seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} did not run:\n{done.stderr}")
    return seconds


@dataclass(frozen=True)
class Bar:
    """One thing that must hold: what, how it stands, how it may stand at worst."""

    what: str
    found: float
    bound: float
    unit: str
    at_least: bool = False

    def row(self) -> str:
        """A line of the table."""
        kept = self.found >= self.bound if self.at_least else self.found <= self.bound
        sign = "≥" if self.at_least else "≤"
        return f"| {self.what} | {figure(self.found, self.unit)} | {sign} {self.bound:g} {self.unit} | {'yes' if kept else '**no**'} |"


def figure(value: float, unit: str) -> str:
    """A number as a person reads it."""
    return f"{value:.3f} s" if unit == "s" else f"{value:.1f} {unit}" if unit == "×" else f"{value:.0f} {unit}"


def bars_of(found: dict[str, Figures], begun: Figures, times: dict[str, float]) -> list[Bar]:
    """What this project promises of its speed."""
    full, bare, other = found["hyro_2step"], found["no_limits"], found["backtesting.py"]
    limits = dict(zip(times, (2.0, 0.6), strict=False))
    return [
        Bar("columns + plans + machine", full["total"], 0.15, "s"),
        Bar("machine", full["machine"], 0.04, "s"),
        Bar("machine, of its time with an empty rule table", full["machine"] / bare["machine"], 2, "×"),
        Bar("peak memory", full["peak_mb"], 600, "MB"),
        Bar("faster than backtesting.py as a whole", other["total"] / full["total"], 45, "×", at_least=True),
        Bar("faster than backtesting.py, the machine", other["total"] / full["machine"], 150, "×", at_least=True),
        Bar(f"{begun['starts']:,.0f} starts × {START_BARS:,} bars × {len(START_SYMBOLS)} symbols", begun["seconds"], 10, "s"),
        *(Bar(f"`{name}`, shell to shell", seconds, limits[name], "s") for name, seconds in times.items()),
    ]


def page(count: int, repeat: int, day: str, load: float, found: dict[str, Figures], bars: Sequence[Bar]) -> str:
    """docs/benchmarks.md."""
    full, cold, bare, other = (found[name] for name in CONTESTANTS)
    ratio = {key: other["total"] / full[key] for key in ("machine", "total")} | {"peak_mb": other["peak_mb"] / full["peak_mb"]}
    mb = {name: f"{figures['peak_mb']:.0f} MB" for name, figures in found.items()}
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "pandas", "backtesting"))
    return f"""# Benchmarks

Written by `scripts/bench`; run it to measure your own machine.

- date: {day}
- machine: {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; load when the rounds began {load:.1f}
- Python {platform.python_version()}, {libraries}
- work: `ema_cross` ({FAST}/{SLOW}, stop {MULTIPLE:g} ATR, target {R:g} R, one coin) on {count:,} one-minute bars of a seeded
  random walk; both make the averages with pandas-ta and pay a commission on both sides
- account: `hyro_2step` of {SIZE:,.0f} USDT, {full["rules"]:.0f} rule rows in all phases, {full["floors"]:.0f} floors worked out at every
  bar and none hit; backtesting.py has no account rules
- median of {repeat} rounds in turns, each the first run of a fresh process; imports, loading compiled code and making the bars are
  not counted, their memory is
- another process touches and frees memory right before the clock starts; in the column "cold" there are {COOLING} idle seconds instead:
  see "Which run is timed" in decisions.md
- starts: the same strategy on {START_BARS:,} four-hour bars of {len(START_SYMBOLS)} walks, begun anew each time and lived to the last
  bar under the account's rules, as `mode=challenge` does; on all processors, with joining the tape, reading and counting

| | ours | cold | with an empty rule table | backtesting.py | ratio |
|---|---:|---:|---:|---:|---:|
| columns | {full["columns"]:.4f} s | {cold["columns"]:.4f} s | {bare["columns"]:.4f} s | | |
| plans | {full["plans"]:.4f} s | {cold["plans"]:.4f} s | {bare["plans"]:.4f} s | | |
| machine | {full["machine"]:.4f} s | {cold["machine"]:.4f} s | {bare["machine"]:.4f} s | | {ratio["machine"]:.0f} × |
| as a whole | {full["total"]:.4f} s | {cold["total"]:.4f} s | {bare["total"]:.4f} s | {other["total"]:.3f} s | {ratio["total"]:.0f} × |
| peak memory | {mb["hyro_2step"]} | {mb["cold"]} | {mb["no_limits"]} | {mb["backtesting.py"]} | {ratio["peak_mb"]:.1f} × |
| trades | {full["trades"]:.0f} | {cold["trades"]:.0f} | {bare["trades"]:.0f} | {other["trades"]:.0f} | |

| bar | found | must be | kept |
|---|---:|---:|---|
{chr(10).join(bar.row() for bar in bars)}
"""


def processor() -> str:
    """The processor's own name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def version(package: str) -> str:
    """The installed version of a package."""
    from importlib.metadata import version as installed

    return installed(package)


def main() -> None:
    """Measure, write the page, say where."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bars", type=int, default=1_000_000, help="one-minute bars of the random walk")
    parser.add_argument("--repeat", type=int, default=5, help="rounds, of which the median counts")
    parser.add_argument("--starts", type=int, default=STARTS, help="starts of the challenge")
    parser.add_argument("--shell", type=int, default=10, help="runs of the commands from shell to shell, 0 = none")
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="date on the page")
    parser.add_argument("--output", type=Path, default=PAGE, help="where the page goes")
    parser.add_argument("--contestant", choices=[*CONTESTANTS, CHALLENGE], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contestant:
        print(json.dumps(begun(asked.starts) if asked.contestant == CHALLENGE else contest(asked.contestant, asked.bars)))
        return
    load = os.getloadavg()[0]
    found = compare(asked.bars, asked.repeat)
    begun_ = median([measured(CHALLENGE, asked.starts) for _ in range(asked.repeat)])
    text = page(asked.bars, asked.repeat, asked.date, load, found, bars_of(found, begun_, shell(asked.shell) if asked.shell else {}))
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {asked.output}")


if __name__ == "__main__":
    main()
