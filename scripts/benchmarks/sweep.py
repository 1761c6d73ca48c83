"""A sweep: a hundred combinations on ten thousand bars, by the real command line and by the peers' own ways of doing many at once."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import BACKTESTING, CALLED, ENGINES, VECTORBT
from benchmarks.process import answered, middle, run, runner_command
from benchmarks.record import AGAIN, FIRST, OURS, PROCESS, Bar, Row, found, seconds, times, with_ratios
from benchmarks.work import SYMBOL, WORK, Axes, stored, words
from runner.sweep.pool import cores

PART = "sweep"
BARS = 10_000
STAGES = ("columns", "plans", "machine")
MOST_SECONDS, MOST_COMPUTING = 3.0, 0.14


def measure(folder: Path, commands: Mapping[str, Sequence[str]], axes: Axes, rounds: int) -> list[Row]:
    """Ours from shell to shell; the peers in fresh processes and once compiled."""
    place, rows = stored(folder, BARS), []
    grid = list(itertools.product(*axes))
    own = [commanded(folder / f"sweep-{number}", place, axes) for number in range(rounds)]
    figures = {key: middle([each["figures"] for each in own], key) for key in own[0]["figures"]}
    computing = figures["computing"]
    common: dict[str, Any] = {"part": PART, "who": OURS, "n": len(grid), "peak_bytes": int(middle(own, "peak_bytes")), "figures": figures}
    rows += [Row(**common, timed=PROCESS, seconds=middle(own, "seconds")), Row(**common, timed=AGAIN, seconds=computing)]
    asked: dict[str, Any] = {"file": str(place / f"{SYMBOL}-1m.parquet"), "work": WORK, "grid": grid}
    if VECTORBT in commands:
        for engine, name in ENGINES.items():
            answers = [answered(commands[VECTORBT], asked | {"calls": 5, "engine": engine}, folder / "sweep-peer") for _ in range(rounds)]
            rows += rows_of(name, len(grid), answers)
    if BACKTESTING in commands:
        answers = [
            answered(commands[BACKTESTING], asked | {"calls": 1, "engine": ""}, folder / "sweep-peer") for _ in range(min(rounds, 2))
        ]
        rows += rows_of(CALLED[BACKTESTING], len(grid), answers)
    return with_ratios(rows)


def commanded(folder: Path, place: Path, axes: Axes) -> dict[str, Any]:
    """One sweep by the command: wall time, and the seconds its jobs spent computing, from their summaries."""
    keys = ("strategy.entry.fast", "strategy.entry.slow", "strategy.exit.stop.multiple")
    swept = [f"{key}={','.join(map(str, values))}" for key, values in zip(keys, axes, strict=True)]
    named, wanted = set(keys), math.prod(map(len, axes))
    plain = [word for word in words("hyro_2step") if word.split("=")[0] not in named]
    asked = [*plain, f"source.root={place}", *swept, "mode.report=false", "mode.quiet=true"]
    done = run([*runner_command(), "-m", *asked], folder, {"RUNNER_HOME": str(folder)})
    pages = [json.loads(page.read_text(encoding="utf-8")) for page in folder.rglob("summary.json")]
    if len(pages) != wanted:
        raise SystemExit(f"the sweep left {len(pages)} summaries instead of {wanted}:\n{done.out[-2000:]}")
    stages = {stage: sum(page["seconds"][stage] for page in pages) for stage in (*STAGES, "load", "report")}
    trades = sum(page["trades"]["count"] if isinstance(page["trades"], dict) else page["trades"] for page in pages)
    at_once = min(wanted, cores())
    figures = stages | {"computing": sum(stages[stage] for stage in STAGES) / at_once, "at_once": at_once, "trades": trades}
    return {"seconds": done.seconds, "peak_bytes": done.peak_bytes, "figures": figures}


def rows_of(name: str, count: int, answers: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Process, first call and later call of a peer."""
    picked = {
        PROCESS: [each["process_s"] for each in answers],
        FIRST: [each["seconds"][0] for each in answers],
        AGAIN: [min(each["seconds"][1:] or each["seconds"]) for each in answers],
    }
    peak, versions = int(middle(answers, "peak_bytes")), answers[0]["versions"]
    return [
        Row(
            part=PART,
            who=name,
            n=count,
            timed=timed,
            seconds=middle([{"s": one} for one in spent], "s"),
            peak_bytes=peak,
            figures={"trades": answers[0]["trades"]},
            versions=versions,
        )
        for timed, spent in picked.items()
    ]


def bars(rows: Sequence[Row]) -> list[Bar]:
    """How fast a sweep must be."""
    whole, computing = found(rows, who=OURS, timed=PROCESS), found(rows, who=OURS, timed=AGAIN)
    made = []
    if whole and computing:
        made.append(Bar(what=f"a sweep of {whole.n} × {BARS:,} bars, shell to shell", found=whole.seconds, bound=MOST_SECONDS, unit="s"))
        made.append(Bar(what="of it computing: columns + plans + machine", found=computing.seconds, bound=MOST_COMPUTING, unit="s"))
    return made


WORDS = f"""Combinations of fast × slow × ATR multiple on {BARS:,} bars: ours by `runner -m …` from shell to shell, with a folder for each
job and the leaderboard; *computing* is what columns, plans and machine took of these seconds: the sum over all jobs, as their
summaries say, by the processes that ran at once. backtesting.py's `optimize` on all processors; vectorbt with all combinations as
columns of one simulation, whose *computing* is a later call in the same process."""


def section(rows: Sequence[Row]) -> str:
    """The part of the page."""
    lines = [
        "## A sweep",
        "",
        WORDS,
        "",
        f"| {rows[0].n} combinations | process | ratio | computing | ratio | peak memory of a process | trades |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name in dict.fromkeys(row.who for row in rows):
        whole, again = found(rows, who=name, timed=PROCESS), found(rows, who=name, timed=AGAIN)
        if whole and again:
            peak = f"{(whole.peak_bytes or 0) / 2**20:.0f} MB"
            cells = [
                name,
                seconds(whole.seconds),
                times(whole),
                seconds(again.seconds),
                times(again),
                peak,
                f"{whole.figures['trades']:,.0f}",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
