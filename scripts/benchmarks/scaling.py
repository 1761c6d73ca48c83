"""How time and memory grow: with the bars of one symbol, and with symbols."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peers.shared import WARMED

from benchmarks.process import RUNNER, answered, middle, run
from benchmarks.record import FIRST, OURS, SHELL, Bar, Row, found, megabytes, seconds
from benchmarks.single import OWN
from benchmarks.work import names, stored, words

BARS, SYMBOLS = "scaling", "symbols"
EACH = 10_000  # bars of each symbol
MOST_BYTES = 4 << 30
TOUCHED = 240  # bytes for a bar that are touched before the clock starts: more than the stages ask for
STAGES = ("columns", "plans", "machine")


def measure(folder: Path, sizes: Sequence[int], rounds: int) -> list[Row]:
    """The stages in a fresh process and the whole command, by the number of bars of one symbol."""
    return [row for count in sizes for row in (staged(folder, BARS, count, 1, rounds), commanded(folder, BARS, count, 1))]


def measure_symbols(folder: Path, symbols: Sequence[int], rounds: int) -> list[Row]:
    """The same by the number of symbols of one account, each with its own walk."""
    return [row for count in symbols for row in (staged(folder, SYMBOLS, EACH, count, rounds), commanded(folder, SYMBOLS, EACH, count))]


def staged(folder: Path, part: str, bars: int, symbols: int, rounds: int) -> Row:
    """Columns, plans and machine; medians of fresh processes."""
    place = stored(folder, bars, symbols)
    request: dict[str, Any] = {"folder": str(place), "symbols": symbols, "account": "hyro_2step", "calls": 1}
    request["warm"] = max(WARMED, TOUCHED * bars * symbols)
    answers = [answered(OWN, request, folder / part) for _ in range(rounds if bars * symbols < 10**7 else 1)]
    figures = {key: middle([each["first_stages"] for each in answers], key) for key in STAGES}
    return Row(
        part=part,
        who=OURS,
        n=bars if part == BARS else symbols,
        timed=FIRST,
        seconds=middle([{"first": each["cpu"][0]} for each in answers], "first"),
        wall_seconds=middle([{"first": each["seconds"][0]} for each in answers], "first"),
        peak_bytes=int(middle(answers, "peak_bytes")),
        figures=figures | {"trades": answers[0]["trades"]},
        versions=answers[0]["versions"],
    )


def commanded(folder: Path, part: str, bars: int, symbols: int) -> Row:
    """The command from shell to shell, files written, once."""
    place, run_folder = stored(folder, bars, symbols), folder / f"{part}-{bars}x{symbols}"
    asked = [*words("hyro_2step", names(symbols)), f"source.root={place}", "mode.report=false", "mode.quiet=true"]
    done = run([*RUNNER, *asked, f"mode.output={run_folder / 'out'}"], run_folder, {"RUNNER_HOME": str(run_folder)})
    n = bars if part == BARS else symbols
    return Row(part=part, who=OURS, n=n, timed=SHELL, seconds=done.seconds, peak_bytes=done.peak_bytes)


def bars(rows: Sequence[Row]) -> list[Bar]:
    """Linear, and within four GiB."""
    made: list[Bar] = []
    counts = sorted({row.n for row in rows})
    thing, start = ("bar", 1_000_000) if rows[0].part == BARS else ("symbol", 10)
    base, last = found(rows, n=start, timed=FIRST), found(rows, n=counts[-1], timed=FIRST)
    if base and last and counts[-1] > start:
        grown = (last.seconds / last.n) / (base.seconds / base.n)
        what = f"seconds for a {thing} at {last.n:,}, of those at {base.n:,}"
        made.append(Bar(what=what, found=grown, bound=2, unit="×"))
    most = max((row for row in rows if row.peak_bytes), key=lambda row: row.peak_bytes or 0)
    what = f"peak memory of the whole command, {most.n:,} {thing}s"
    made.append(Bar(what=what, found=(most.peak_bytes or 0) / 2**20, bound=MOST_BYTES / 2**20, unit="MB"))
    return made


ONE = """One symbol under the rules of `hyro_2step`, the first call of a fresh process; *command* is `runner …` from shell to shell with all
its files."""
MANY = f"{EACH:,} bars of each symbol, all in one account under the rules of `hyro_2step`; *command* as above."


def section(rows: Sequence[Row]) -> str:
    """The part of the page."""
    one = rows[0].part == BARS
    head = "## From a thousand bars to ten million" if one else "## Many symbols"
    lines = [
        head,
        "",
        ONE if one else MANY,
        "",
        f"![Time by {'bars' if one else 'symbols'}](pictures/{'scaling' if one else 'symbols'}.svg)",
        "",
        f"| {'bars' if one else 'symbols'} | columns | plans | machine | sum | for one | peak memory | command | its peak memory |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for count in sorted({row.n for row in rows}):
        first, whole = found(rows, n=count, timed=FIRST), found(rows, n=count, timed=SHELL)
        if first is None:
            continue
        stages = [seconds(first.figures[stage]) for stage in STAGES]
        each = f"{first.seconds / count * 1e9:.0f} ns" if one else f"{first.seconds / count * 1e3:.2f} ms"
        cells = [
            f"{count:,}",
            *stages,
            seconds(first.seconds),
            each,
            megabytes(first),
            seconds(whole.seconds if whole else None),
            megabytes(whole),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
