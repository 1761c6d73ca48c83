"""From shell to shell: the help, the first backtest somebody types, and the memory they take; and a challenge's starts."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.process import answered, middle, run, runner_command
from benchmarks.record import FIRST, OURS, SHELL, Bar, Row, found, megabytes, seconds
from benchmarks.single import OWN

PART, STARTS = "startup", "starts"
JOBS = {"runner --help": (["--help"], 0.6), "runner +strategy=fvg +account=hyro_2step": (["+strategy=fvg", "+account=hyro_2step"], 2.0)}
START_BARS, START_SYMBOLS = 6_400, 3  # of the challenge, see `ours`


def measure(rounds: int) -> list[Row]:
    """Each command in an empty folder, once to warm up and then in turns."""
    spent: dict[str, list[dict[str, float]]] = {name: [] for name in JOBS}
    for number in range(rounds + 1):
        for name, (words, _) in JOBS.items():
            with tempfile.TemporaryDirectory() as folder:
                done = run([*runner_command(), *words], Path(folder))
            if number:
                spent[name].append({"seconds": done.seconds, "peak_bytes": done.peak_bytes})
    return [
        Row(part=PART, who=name, n=1, timed=SHELL, seconds=middle(each, "seconds"), peak_bytes=int(middle(each, "peak_bytes")))
        for name, each in spent.items()
    ]


def measure_starts(folder: Path, starts: int, rounds: int) -> list[Row]:
    """A challenge's starts: the tape joined, all of them played on all processors, read and counted."""
    answers = [answered(OWN, {"starts": starts, "calls": 1}, folder / STARTS) for _ in range(rounds)]
    spent = middle([{"first": each["seconds"][0]} for each in answers], "first")
    peak = int(middle(answers, "peak_bytes"))
    return [Row(part=STARTS, who=OURS, n=starts, timed=FIRST, seconds=spent, peak_bytes=peak, versions=answers[0]["versions"])]


def bars(rows: Sequence[Row]) -> list[Bar]:
    """How long somebody may have to wait."""
    if rows[0].part == STARTS:
        what = f"{rows[0].n:,} starts × {START_BARS:,} bars × {START_SYMBOLS} symbols"
        return [Bar(what=what, found=rows[0].seconds, bound=10, unit="s")]
    return [
        Bar(what=f"`{name}`, shell to shell", found=row.seconds, bound=bound, unit="s")
        for name, (_, bound) in JOBS.items()
        if (row := found(rows, who=name))
    ]


STARTS_WORDS = f"""The same strategy on {START_BARS:,} four-hour bars of {START_SYMBOLS} walks, each begun anew and lived to the last bar
under the account's rules, as `mode=challenge` does, on all processors, with joining the tape, reading and counting."""


def section(rows: Sequence[Row]) -> str:
    """The part of the page."""
    if rows[0].part == STARTS:
        return f"## A challenge's starts\n\n{STARTS_WORDS}\n\n{rows[0].n:,} starts: {seconds(rows[0].seconds)}."
    lines = ["## Starting up", "", "| command | shell to shell | peak memory |", "|---|---:|---:|"]
    return "\n".join([*lines, *(f"| `{row.who}` | {seconds(row.seconds)} | {megabytes(row)} |" for row in rows)])
