"""What the live side takes and how fast it is; writes docs/load.md. `scripts/load --help` lists the arguments.

Four measurements: a flood of stream messages at one bot, the time from a bar's close to its order, a week of the exchange's time, and the
journal. Status 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
sys.path.insert(0, str(ROOT))

from load_flood import MOST_GROWTH_MS, MOST_LAG_MS, Flood, flooded  # noqa: E402 - it lies beside this file

PAGE = ROOT / "docs" / "load.md"
BAR_MS = 300_000  # of the week
FIRST_MS = 1_704_067_200_000  # 2024-01-01 UTC
WEEK = {"BTCUSDT": (60_000.0, 1), "ETHUSDT": (3_000.0, 2), "SOLUSDT": (150.0, 3)}  # first price, decimals
TRADES = ("+strategy=ema_cross", "strategy.timeframe=5m", "strategy.entry.fast=3", "strategy.entry.slow=8")
FVG = ("+strategy=fvg", "strategy.timeframe=1h")
OFTEN = (  # any gap and any return to it, so that there are orders enough
    "strategy.entry.min_gap_fraction=0.0",
    "strategy.entry.impulse_volume_ratio=0.5",
    "strategy.entry.confirmation_volume_ratio=0.5",
    "strategy.entry.max_wick_fraction=1",
    "strategy.entry.pullback_min_fraction=0",
    "strategy.entry.pullback_max_fraction=1",
    "strategy.entry.boundary=lower",
)
ACCOUNT = "+account=hyro_2step"
HISTORY = 600
RECORD = bytes(range(128))  # about what the machine is told
BATCH = 100
MOST_ORDER_MS, MOST_GROWTH = 20.0, 1.05

Figures = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured."""

    rates: tuple[int, ...] = (5_000, 7_500, 10_000, 15_000, 20_000)
    seconds: float = 20.0  # of the first rate
    more_seconds: float = 5.0  # of each other one
    order_bars: int = 2_000
    week_bars: int = 2_016
    appends: int = 2_000
    least_orders: int = 50  # of which the time is taken


QUICK = Sizes(rates=(500,), seconds=1.0, order_bars=20, week_bars=20, appends=50, least_orders=0)


# --- rehearsals -----------------------------------------------------------------------------------------------------------


def rehearsed(*words: str) -> tuple[Figures, Figures]:
    """One rehearsal by the command: section `rehearsal` of its summary, and what its journal has become."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "runner", *words, ACCOUNT, "mode=rehearse", "mode.quiet=true", f"mode.output={place}/out"]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "RUNNER_HOME": place}
        done = subprocess.run(command, capture_output=True, text=True, cwd=place, env=environment, check=False)  # noqa: S603 - our own words
        summary = Path(place) / "out" / "summary.json"
        if not summary.is_file():
            raise SystemExit(f"{' '.join(words)} did not run:\n{done.stderr}")
        page = json.loads(summary.read_text(encoding="utf-8"))
        return page["rehearsal"] | {"bars": page["bars"], "seconds": page["seconds"]}, written(Path(place) / "out" / "journal.db")


def written(journal: Path) -> Figures:
    """How many rows a journal has, and how many bytes for each; its files are one again once it is closed."""
    import sqlite3

    with closing(sqlite3.connect(journal)) as base:
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        rows = sum(base.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)  # noqa: S608 - its own tables
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"rows": rows, "bytes": journal.stat().st_size}


def stored(folder: Path, count: int) -> Path:
    """A folder of five-minute bars: a seeded walk of each symbol."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for number, (symbol, (price, decimals)) in enumerate(WEEK.items()):
        dice = np.random.default_rng([7, number])
        close = np.round(price * np.exp(np.cumsum(dice.normal(0.0, 0.002, count))), decimals)
        first = np.concatenate(([price], close[:-1]))
        high = np.round(np.maximum(first, close) * (1 + dice.exponential(0.001, count)), decimals)
        low = np.round(np.minimum(first, close) * (1 - dice.exponential(0.001, count)), decimals)
        opened = pa.array(FIRST_MS + BAR_MS * np.arange(count, dtype=np.int64), pa.timestamp("ms", "UTC"))
        values = {"open": first, "high": high, "low": low, "close": close, "volume": np.full(count, 50.0)}
        pq.write_table(pa.table({"time": opened, **values}), folder / f"{symbol}-5m.parquet")
    return folder


def week(bars: int) -> tuple[Figures, Figures]:
    """So many five-minute bars of three symbols; what fails begins anew."""
    with tempfile.TemporaryDirectory() as folder:
        root = stored(Path(folder), bars + HISTORY + 10)
        symbols = f"strategy.symbols=[{','.join(WEEK)}]"
        return rehearsed(*TRADES, symbols, f"source.root={root}", f"mode.bars={bars}", f"mode.history={HISTORY}")


# --- the journal ----------------------------------------------------------------------------------------------------------


def journals(count: int) -> dict[str, float]:
    """Appends a second: by the journal, alone and in batches, for both meanings of durable; and by a file that is synced each time."""
    from runner.journal.live import LiveJournal

    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for durable in ("crash", "power_loss"):
            with LiveJournal.open(Path(folder) / f"{durable}.db", account="load", durable=durable) as journal:
                found[durable] = a_second(count, lambda: journal.told(FIRST_MS, 1, RECORD))

                def batch() -> None:
                    with journal.batch():
                        for _ in range(BATCH):
                            journal.told(FIRST_MS, 1, RECORD)

                found[f"{durable}, batched"] = BATCH * a_second(max(count // BATCH, 5) * 2, batch)
        with (Path(folder) / "plain").open("ab", buffering=0) as file:

            def plain() -> None:
                file.write(RECORD)
                os.fsync(file.fileno())

            found["plain"] = a_second(count, plain)
    return found


def a_second(count: int, work: Callable[[], object]) -> float:
    """How often it is done in one."""
    began = time.perf_counter()
    for _ in range(count):
        work()
    return count / (time.perf_counter() - began)


# --- the page -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything that was measured."""

    floods: list[Flood]
    orders: Figures
    week: Figures
    rows: Figures  # of the week's journal
    appends: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One thing that must hold: what, how it stands, how it must stand, whether it does."""

    what: str
    found: str
    bound: str
    kept: bool

    def row(self) -> str:
        """A line of the table."""
        return f"| {self.what} | {self.found} | {self.bound} | {'yes' if self.kept else '**no**'} |"


def bars_of(found: Found, least_orders: int) -> list[Bar]:
    """What this project promises of its live side."""
    flood, process = found.floods[0], found.week["process"]
    first, half, last = (process[name] for name in ("first", "half", "last"))
    order = found.orders["process"]["close_to_first_order_ms"]["p99"]
    count_of = found.orders["process"]["first_orders_measured"]
    growth = last["rss_mb"] / half["rss_mb"] if "rss_mb" in half else 1.0
    count = f"{flood.asked:,} messages a second"
    bars = [
        Bar(
            what=f"{count}: handled of those sent", found=f"{flood.taken:,} of {flood.sent:,}", bound="all", kept=flood.taken == flood.sent
        ),
        Bar(what=f"{count}: sent a second", found=f"{flood.rate:,.0f}", bound="≥ 98 %", kept=flood.rate >= 0.98 * flood.asked),
        at_most(f"{count}: lag, p99", flood.p99_ms, MOST_LAG_MS),
        at_most(f"{count}: lag, last quarter against first", flood.growth_ms, MOST_GROWTH_MS),
        at_most(f"{count}: handled after the last was sent", flood.drained_ms, MOST_LAG_MS),
        at_most("three symbols' bars close to order request on the wire, p99", float("nan") if order is None else order, MOST_ORDER_MS),
        Bar(what="orders of which that was taken", found=f"{count_of}", bound=f"≥ {least_orders}", kept=count_of >= least_orders),
        Bar(what="a week: memory, last of middle", found=f"{growth:.3f} ×", bound=f"≤ {MOST_GROWTH} ×", kept=growth <= MOST_GROWTH),
    ]
    for name in ("threads", "handles"):
        counts = [sample.get(name, 0) for sample in (first, half, last)]
        told = " → ".join(f"{count:g}" for count in counts)
        bars.append(Bar(what=f"a week: {name}", found=told, bound="none more", kept=counts == sorted(counts, reverse=True)))
    good = bool(found.week["good"] and found.orders["good"])
    bars.append(Bar(what="rehearsals without a red figure", found="both" if good else "not both", bound="both", kept=good))
    return bars


def at_most(what: str, found: float, bound: float) -> Bar:
    """A bar in milliseconds. Where nothing was measured nothing was missed."""
    shown = "nothing measured" if np.isnan(found) else f"{found:.1f} ms"
    return Bar(what=what, found=shown, bound=f"≤ {bound:g} ms", kept=not found > bound)


def flood_row(flood: Flood) -> str:
    """One rate."""
    quarters = " / ".join(f"{each:.0f}" for each in flood.quarters_ms)
    busy, own = (f"{each:.2f} s ({each / flood.seconds:.0%})" for each in (flood.bot_cpu_s, flood.sender_cpu_s))
    lag = f"{flood.p50_ms:.0f} / {flood.p99_ms:.0f} / {flood.max_ms:.0f} ms"
    kept = "yes" if flood.kept else "no"
    counts = f"{flood.seconds:.0f} s | {flood.sent:,} | {flood.taken:,} | {lag} | {quarters} ms | {flood.backlog:,}"
    return f"| {flood.asked:,} | {counts} | {busy} | {own} | {kept} |"


def sample_row(name: str, sample: Figures) -> str:
    """One sample of the week."""
    return f"| {name} | {sample.get('rss_mb', float('nan')):.1f} MB | {sample['threads']} | {sample.get('handles', '')} |"


def page(found: Found, bars: Sequence[Bar], day: str, load: float) -> str:
    """docs/load.md."""
    process, appends = found.week["process"], found.appends
    order = found.orders["process"]
    most = max((flood.asked for flood in found.floods if flood.kept), default=0)
    plain, size = appends["plain"], found.rows["bytes"] / max(found.rows["rows"], 1)
    lines = [
        f"| {what} | {appends[name]:,.0f} | {appends[name] / plain:.1f} × |"
        for what, name in (
            ("`crash`: survives a kill of the process", "crash"),
            (f"`crash`, {BATCH} at a time", "crash, batched"),
            ("`power_loss`: survives the machine going dark", "power_loss"),
            (f"`power_loss`, {BATCH} at a time", "power_loss, batched"),
            ("a plain file, synced each time", "plain"),
        )
    ]
    took, first_took = (between(order[name]) for name in ("close_to_order_ms", "close_to_first_order_ms"))
    return f"""# Load

Written by `scripts/load`; run it to measure your own machine. Everything runs on one machine: exchange, bot and journal.

- date: {day}
- machine: {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; load when it began {load:.1f}
- Python {platform.python_version()}

| bar | found | must be | kept |
|---|---:|---:|---|
{chr(10).join(bar.row() for bar in bars)}

## A flood of messages

[The exchange on your machine](exchange.md) sends frames that it made itself, half tickers and half forming candles of three symbols whose
prices move all the time, over its real websocket. The bot is a process of its own: the real streams, the trader with its machine and
executor, the journal on disk, a position with its stop in each symbol. Lag is the time from the moment a message carries until the
bot has ended the round that took it; both read the same clock. Highest rate that was kept up with: {most:,} messages a second.

| a second | for | sent | handled | lag p50 / p99 / most | by quarter, p50 | backlog at the end | bot's CPU | sender's CPU | kept up |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
{chr(10).join(flood_row(flood) for flood in found.floods)}

The bot listens to tickers and candles, so an exchange sends it no public trades.

## Bar close to order

`{" ".join(("runner", *FVG, ACCOUNT))} mode=rehearse`
on {found.orders["bars"]:,} of the bars that are shipped, three symbols, with an entry that takes any gap so that there are orders enough
(`OFTEN` in `scripts/load.py`): from the moment the first closing candle of an instant is heard until an order that opens is sent.
The first order of an instant, when all three have been thought about: {order["first_orders_measured"]}, p50 / p99 {first_took}. Every
order, where the next one waits for the fill of the one before so that it is sized by what is left:
{order["orders_measured"]}, p50 / p99 {took}.

## A week

{found.week["bars"]:,} five-minute bars of three seeded walks, {found.week["orders"]:,} orders, {found.week["fills"]:,} fills, in
{found.week["seconds"]:.0f} seconds; after a verdict the account is given anew. Samples of the bot's process:

| | memory | threads | handles |
|---|---:|---:|---:|
{chr(10).join(sample_row(name, process[key]) for name, key in (("first", "first"), ("middle", "half"), ("last", "last")))}

Two of the first threads are pybit's: each connection waits with one for its first ping.
The journal has {found.rows["rows"]:,} rows in {found.rows["bytes"] / 1e6:.1f} MB, {size:.0f} bytes each.

## The journal

Records of {len(RECORD)} bytes, appended on this machine's disk:

| | a second | of a plain file |
|---|---:|---:|
{chr(10).join(lines)}
"""


def between(delays: dict[str, float | None]) -> str:
    """Half and p99, as a person reads them."""
    return " / ".join("none" if each is None else f"{each:.1f} ms" for each in delays.values())


def processor() -> str:
    """The processor's own name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


# --- the program ----------------------------------------------------------------------------------------------------------


@contextmanager
def progress(count: int) -> Iterator[Callable[[str], None]]:
    """Tells what is being measured, where somebody looks."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=count)
        done = iter(range(count))
        yield lambda what: shown.update(task, description=what, completed=next(done, count))


def measured(sizes: Sizes) -> Found:
    """Everything, one after the other."""
    seconds = [sizes.seconds, *[sizes.more_seconds] * (len(sizes.rates) - 1)]
    with progress(4) as tell, tempfile.TemporaryDirectory() as folder:
        tell("a flood of messages")
        floods = flooded(Path(folder), sizes.rates, seconds)
        tell("bar close to order")
        orders, _ = rehearsed(*FVG, *OFTEN, f"mode.bars={sizes.order_bars}")
        tell("a week")
        lived, rows = week(sizes.week_bars)
        tell("the journal")
        return Found(floods=floods, orders=orders, week=lived, rows=rows, appends=journals(sizes.appends))


def sizes_of(asked: argparse.Namespace) -> Sizes:
    """The sizes that were asked for."""
    named = {
        name: value for name in ("rates", "seconds", "order_bars", "week_bars", "appends") if (value := getattr(asked, name)) is not None
    }
    return replace(QUICK if asked.quick else Sizes(), **named)


def main() -> int:
    """Measure, write the page, say where."""
    usual = Sizes()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small round of everything, for a look whether it runs")
    parser.add_argument(
        "--rates", type=lambda text: tuple(map(int, text.split(","))), help=f"messages a second (default {','.join(map(str, usual.rates))})"
    )
    parser.add_argument("--seconds", type=float, help=f"seconds of the first rate (default {usual.seconds:g})")
    parser.add_argument("--order-bars", type=int, help=f"bars in which orders are timed (default {usual.order_bars})")
    parser.add_argument("--week-bars", type=int, help=f"five-minute bars of the week (default {usual.week_bars})")
    parser.add_argument("--appends", type=int, help=f"appends to the journal (default {usual.appends})")
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="date on the page")
    parser.add_argument("--output", type=Path, default=PAGE, help="where the page goes (default docs/load.md)")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    sizes = sizes_of(asked)
    found = measured(sizes)
    bars = bars_of(found, sizes.least_orders)
    text = page(found, bars, asked.date, load)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {asked.output}")
    return 0 if all(bar.kept for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
