"""One symbol: the same signal-and-stop work by everybody, on the same Parquet file, each in fresh processes and in turns."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import BACKTESTING, CALLED, ENGINES, VECTORBT
from benchmarks.process import answered, middle
from benchmarks.record import AGAIN, BARE, COLD, FIRST, OURS, PROCESS, Bar, Row, found, megabytes, seconds, times, with_ratios
from benchmarks.work import SYMBOL, WORK, stored

PART = "single"
CALLS = 6  # in one process; a slow contestant makes two
TICK = 0.1
OWN = [sys.executable, "-m", "benchmarks.ours"]

Ask = Callable[[Path, Path], dict[str, Any]]  # (Parquet file, folder to run in) → answer


def contestants(commands: Mapping[str, Sequence[str]]) -> dict[str, Ask]:
    """Who takes part, by name."""

    def asking(command: Sequence[str], **more: Any) -> Ask:
        return lambda file, folder: answered(
            command, {"file": str(file), "work": WORK, "calls": CALLS, "trades": str(folder / "trades.json"), **more}, folder
        )

    asks = {
        OURS: asking(OWN, account="hyro_2step"),
        BARE: asking(OWN, account="no_limits"),
        COLD: asking(OWN, account="hyro_2step", calls=1, warm=0),
    }
    if BACKTESTING in commands:
        asks[CALLED[BACKTESTING]] = asking(commands[BACKTESTING], calls=2, engine="")
    if VECTORBT in commands:
        asks |= {name: asking(commands[VECTORBT], engine=engine) for engine, name in ENGINES.items()}
    return asks


def measure(folder: Path, commands: Mapping[str, Sequence[str]], sizes: Sequence[int], rounds: int) -> list[Row]:
    """Three figures for each contestant and size: first call, later call, process."""
    rows: list[Row] = []
    for count in sizes:
        file = stored(folder, count) / f"{SYMBOL}-1m.parquet"
        asks = contestants(commands)
        answers = [{name: ask(file, folder / f"single-{at}") for at, (name, ask) in enumerate(asks.items())} for _ in range(rounds)]
        left = {name: trades(folder / f"single-{at}") for at, name in enumerate(asks)}
        for name in asks:
            rows += rows_of(name, count, [each[name] for each in answers], alike(left[BARE], left[name]))
    return with_ratios(rows)


def rows_of(name: str, count: int, answers: Sequence[Mapping[str, Any]], agreed: Mapping[str, float]) -> list[Row]:
    """The medians of one contestant; of the later calls of a process the quickest counts."""
    counted = {key: middle(answers, key) for key in ("trades", "profit")} | dict(agreed)
    stages = {key: middle([each["first_stages"] for each in answers], key) for key in answers[0]["first_stages"]}
    later = {key: middle([each["stages"] for each in answers], key) for key in answers[0]["stages"]}
    picked = [
        (FIRST, [{"wall": each["seconds"][0], "cpu": each["cpu"][0]} for each in answers], counted | stages),
        (AGAIN, [{"wall": min(each["seconds"][1:]), "cpu": min(each["cpu"][1:])} for each in answers if each["seconds"][1:]], later),
        (PROCESS, [{"wall": each["process_s"], "cpu": each["process_cpu"]} for each in answers], {}),
    ]
    peak, versions = int(middle(answers, "peak_bytes")), answers[0]["versions"]
    return [
        Row(
            part=PART,
            who=name,
            n=count,
            timed=timed,
            seconds=middle(spent, "cpu"),
            wall_seconds=middle(spent, "wall"),
            peak_bytes=peak,
            figures=dict(figures),
            versions=versions,
        )
        for timed, spent, figures in picked
        if spent
    ]


def trades(folder: Path) -> dict[tuple[int, int], float]:
    """Profit before fees by the signal's bar and the side."""
    return {(row, side): value for row, side, value in json.loads((folder / "trades.json").read_text(encoding="utf-8"))}


def alike(own: Mapping[tuple[int, int], float], other: Mapping[tuple[int, int], float]) -> dict[str, float]:
    """How many trades both have, and how many of those with the same result: within a tick at either end."""
    both = own.keys() & other.keys()
    return {"shared": float(len(both)), "same_result": float(sum(abs(own[key] - other[key]) <= 2 * TICK + 1e-6 for key in both))}


def bars(rows: Sequence[Row]) -> list[Bar]:
    """What this project promises of its speed on one symbol."""
    made: list[Bar] = []
    for count in sorted({row.n for row in rows}):
        full, again = found(rows, who=OURS, n=count, timed=FIRST), found(rows, who=OURS, n=count, timed=AGAIN)
        other = found(rows, who=CALLED[BACKTESTING], n=count, timed=FIRST)
        compiled = [row for name in ENGINES.values() if (row := found(rows, who=name, n=count, timed=AGAIN))]
        size = f"{count:,} bars"
        if full and count == 1_000_000:
            bare = found(rows, who=BARE, n=count, timed=FIRST)
            made.append(Bar(what=f"columns + plans + machine, {size}", found=full.seconds, bound=0.15, unit="s"))
            made.append(Bar(what=f"machine, {size}", found=full.figures["machine"], bound=0.04, unit="s"))
            made.append(Bar(what=f"peak memory, {size}", found=(full.peak_bytes or 0) / 2**20, bound=600, unit="MB"))
            if bare:
                share = full.figures["machine"] / bare.figures["machine"]
                made.append(Bar(what="machine, of its time with an empty rule table", found=share, bound=2, unit="×"))
        if full and other and count >= 1_000_000:
            made.append(
                Bar(what=f"faster than backtesting.py, {size}", found=other.seconds / full.seconds, bound=45, unit="×", at_least=True)
            )
        if again and compiled:
            fastest = min(compiled, key=lambda row: row.seconds)
            what = f"faster than vectorbt once it is compiled (its faster engine), {size}"
            made.append(Bar(what=what, found=fastest.seconds / again.seconds, bound=1, unit="×", at_least=True))
    return made


def section(rows: Sequence[Row]) -> str:
    """The part of the page."""
    return "\n\n".join(["## One symbol", WORDS, *(table(rows, count) for count in sorted({row.n for row in rows})), stages(rows), FILLS])


WORDS = f"""The work: averages of {WORK["fast"]} and {WORK["slow"]} bars cross, stop {WORK["multiple"]:g} ATR, target {WORK["r"]:g} R, one
coin, the other side reverses, {WORK["fee"]:.3%} commission on both sides and no other cost, on one-minute bars of a seeded
random walk. Everybody reads the same Parquet file before the clock starts. Ours is judged by the whole rule book of
`hyro_2step` (an account of a billion, so that no floor is near and the account lives to the last bar); the others know no
account rules.

*process*: from the start of a process to its first result, with imports, reading and compiling. *first call*: the first time the work
is done in a process. *later call*: the quickest of the calls after it, when whatever compiles is compiled. Ratios are their seconds
over ours."""

FILLS = """*shared*: trades that ours with an empty rule table has too, by the bar of the signal and the side; *same*: those of them with
the same result before fees, within one tick at either end. Under `hyro_2step` the house's defence stops close some trades
earlier. backtesting.py and ours fill at the next open and look at stops from that bar on; only ours moves stops and targets to
ticks. vectorbt fills at the close of the signal's bar (the next open is the same price on this walk), takes a stop before a
signal of the same bar and drops that signal, places the stop from the price it filled at, and knows no ticks."""


def table(rows: Sequence[Row], count: int) -> str:
    """Everybody on one size."""
    lines = [
        f"### {count:,} bars",
        "",
        "| | process | first call | ratio | later call | ratio | peak memory | trades | shared | same | profit |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in dict.fromkeys(row.who for row in rows):
        first, again, whole = (found(rows, who=name, n=count, timed=timed) for timed in (FIRST, AGAIN, PROCESS))
        if first is None:
            continue
        figures = first.figures
        profit, shared = f"{figures['profit']:,.0f}", [f"{figures[key]:,.0f}" for key in ("trades", "shared", "same_result")]
        spent = [
            seconds(whole.seconds if whole else None),
            seconds(first.seconds),
            times(first),
            seconds(again.seconds if again else None),
            times(again),
        ]
        lines.append(f"| {' | '.join([name, *spent, megabytes(first), *shared, profit])} |")
    return "\n".join(lines)


def stages(rows: Sequence[Row]) -> str:
    """Where our time goes."""
    lines = ["| ours, by stage | first call | cold memory | empty rule table | later call |", "|---|---:|---:|---:|---:|"]
    for count in sorted({row.n for row in rows}):
        columns = [
            found(rows, who=who, n=count, timed=timed) for who, timed in ((OURS, FIRST), (COLD, FIRST), (BARE, FIRST), (OURS, AGAIN))
        ]
        for stage in ("columns", "plans", "machine"):
            cells = [seconds(row.figures[stage]) if row else "" for row in columns]
            lines.append(f"| {stage}, {count:,} bars | {' | '.join(cells)} |")
    return "\n".join(lines)
