"""The work that everybody does, and the bars it is done on."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_MS, MINUTE_MS, HOUR_MS = 1_672_531_200_000, 60_000, 3_600_000  # 2023-01-01 UTC
SEED = 7
SYMBOL = "BTCUSDT"
SIZE = 1e9  # account currency: every floor is worked out at every bar, none is ever near
WORK: dict[str, Any] = {"fast": 20, "slow": 50, "multiple": 2.0, "length": 14, "r": 2.0, "fee": 5.5e-4, "size": SIZE}
Axes = tuple[tuple[int, ...], tuple[int, ...], tuple[float, ...]]  # fast, slow and multiple of a sweep
AXES: Axes = ((8, 12, 16, 20, 24), (30, 40, 50, 60), (1.0, 1.5, 2.0, 2.5, 3.0))
FEW: Axes = ((8, 12), (30,), (1.0, 2.0))

Candles = dict[str, Any]  # the columns of Bars by name


def walk(count: int) -> Candles:
    """A seeded random walk of one-minute candles on a grid of 0.1; times in UTC milliseconds."""
    dice = np.random.default_rng(SEED)
    close = np.round(50_000 * np.exp(np.cumsum(dice.normal(0.0, 4e-4, count))), 1)
    opened = np.concatenate(([50_000.0], close[:-1]))
    high = np.round(np.maximum(opened, close) * (1 + np.abs(dice.normal(0.0, 2e-4, count))), 1)
    low = np.round(np.minimum(opened, close) * (1 - np.abs(dice.normal(0.0, 2e-4, count))), 1)
    times = FIRST_MS + MINUTE_MS * np.arange(count, dtype=np.int64)
    return {"open_time": times, "open": opened, "high": high, "low": low, "close": close, "volume": np.ones(count)}


def stored(folder: Path, count: int, symbols: int = 1) -> Path:
    """The folder with a Parquet file of `count` bars for each symbol; written once, by another process.

    The most memory that a process ever held is counted as that of those it starts, too.
    """
    place = folder / f"{symbols}x{count}"
    if not place.exists():
        subprocess.run([sys.executable, "-m", "benchmarks.work", str(folder), str(count), str(symbols)], check=True, cwd=ROOT / "scripts")  # noqa: S603 - our own words
    return place


def made(folder: Path, count: int, symbols: int) -> Path:
    """Write them. The symbols' walks are parts of one."""
    place = folder / f"{symbols}x{count}"
    if not place.exists():
        whole, part = walk(count * symbols), place.with_suffix(".part")
        part.mkdir(parents=True)
        for number, symbol in enumerate(names(symbols)):
            candles = {name: column[number * count : (number + 1) * count] for name, column in whole.items()}
            write(part / f"{symbol}-1m.parquet", candles | {"open_time": whole["open_time"][:count]})
        part.rename(place)
    return place


def write(file: Path, candles: Candles) -> None:
    """One Parquet file that every contestant reads."""
    import pyarrow as pa
    from pyarrow import parquet

    times = pa.array(candles["open_time"]).cast(pa.timestamp("ms", "UTC"))
    parquet.write_table(pa.table({"time": times} | {name: column for name, column in candles.items() if name != "open_time"}), file)


def read(file: Path) -> Candles:
    """The same file as columns."""
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(file)
    times = table["time"].combine_chunks().cast(pa.int64()).to_numpy()
    return {"open_time": times} | {name: table[name].to_numpy() for name in ("open", "high", "low", "close", "volume")}


@cache
def names(symbols: int) -> tuple[str, ...]:
    """Symbols of the scaling: one whose facts are known, or so many that nobody has heard of."""
    return (SYMBOL,) if symbols == 1 else tuple(f"C{number:03}USDT" for number in range(symbols))


def words(account: str, symbols: tuple[str, ...] = (SYMBOL,)) -> list[str]:
    """What stands on the command line; costs as the peers have them: a commission on both sides and nothing else."""
    return [
        "+strategy=ema_cross",
        f"+account={account}",
        f"account.size={SIZE}",
        f"account.venue.taker_fee_bps={WORK['fee'] * 1e4:g}",
        f"account.venue.maker_fee_bps={WORK['fee'] * 1e4:g}",
        "account.venue.slippage_bps=0",
        "account.venue.funding=false",
        f"strategy.symbols=[{','.join(symbols)}]",
        "strategy.timeframe=1m",
        f"strategy.entry.fast={WORK['fast']}",
        f"strategy.entry.slow={WORK['slow']}",
        f"strategy.exit.stop.multiple={WORK['multiple']}",
        f"strategy.exit.stop.length={WORK['length']}",
        f"strategy.exit.targets.r={WORK['r']}",
        "sizing@strategy.sizing=fixed_quantity",
        "strategy.sizing.quantity=1",
    ]


if __name__ == "__main__":
    made(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
