"""docs/benchmarks.md, made of the newest measurement of each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import scaling, single, startup, sweep
from benchmarks.record import Bar, Row

Parts = Mapping[str, tuple[list[Row], dict[str, Any]]]  # rows and machine by part
MODULES = {
    single.PART: single,
    scaling.BARS: scaling,
    scaling.SYMBOLS: scaling,
    sweep.PART: sweep,
    startup.STARTS: startup,
    startup.PART: startup,
}
HEAD = """# Benchmarks

Written by `scripts/bench`; run it to measure your own machine (`scripts/bench --help`). Each figure is the median of rounds in turns.
Imports, loading compiled code and reading bars are counted in *process* only. Another process touches and frees memory right before a clock
starts; with *cold memory* there are five idle seconds instead: see "Which run is timed" in [decisions](decisions.md). Where one process
computes, the seconds are the processor's, which other programs lengthen less than those of the clock on the wall; commands and sweeps are
timed from shell to shell by the clock. Seconds of a shared machine say little on their own: the ratios are what to read."""


def bars(parts: Parts) -> list[Bar]:
    """Everything that is promised of what was measured."""
    return [bar for name, module in MODULES.items() if name in parts for bar in module.bars(parts[name][0])]


def page(parts: Parts, day: str, missing: Sequence[str]) -> str:
    """The whole page; `missing`: lines about what could not be measured."""
    sections = [module.section(parts[name][0]) for name, module in MODULES.items() if name in parts]
    said = [f"**Not measured**: {line}." for line in missing]
    return "\n\n".join([HEAD, machines(parts, day), *said, *sections, promised(bars(parts))]) + "\n"


def machines(parts: Parts, day: str) -> str:
    """When, on what, and with which versions."""
    known = list(parts.values())
    where = {f"{facts['processor']}, {facts['cores']} cores, {facts['system']}": None for _, facts in known}
    libraries = {
        f"Python {facts['python']}, {', '.join(f'{name} {said}' for name, said in facts['libraries'].items())}": None for _, facts in known
    }
    others = {
        who: said
        for rows, _ in known
        for row in rows
        if row.ratio is not None and (said := row.versions)
        for who in [row.who.split(",")[0]]
    }
    lines = [f"- date: {day}", *(f"- machine: {name}" for name in where), *(f"- ours: {name}" for name in libraries)]
    for who, said in others.items():
        if not who.startswith("runner"):
            named = [f"{package} {number}" for package, number in said.items() if package != "python"]
            lines.append(f"- {who}: Python {said['python']}, {', '.join(named)}")
    loads = ", ".join(f"{name} {facts['load']:.1f}" for name, (_, facts) in parts.items())
    return "\n".join([*lines, f"- load of the machine when each part began: {loads}"])


def promised(every: Sequence[Bar]) -> str:
    """The table of bars."""
    return "\n".join(["## What must hold", "", "| bar | found | must be | kept |", "|---|---:|---:|---|", *(bar.row() for bar in every)])
