"""How many bars each column needs, measured on real bars: until it is known, and until it no longer matters where history starts.

`python -m tests.contracts.warm` writes the table of docs/indicators.md anew.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

import numpy as np

from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from tests.contracts.discovery import ROOT, built, names, source

PAGE = ROOT / "docs" / "indicators.md"
HEAD = ("indicator", "column", "known after", "settled after")
LINE = re.compile(r"^\| `(\w+)` \| (.+) \| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE)
STARTS = range(0, 1300, 101)  # by 101 bars of four hours, histories begin at every hour of the day and day of the week
ALIKE = 1e-6  # of a value, or of the column's usual size


@dataclass(frozen=True)
class Warm:
    """Bars of history before the first value, and before the last value that a longer history would change."""

    known: int
    settled: int


def measured(name: str) -> dict[str, Warm]:
    """Each column of an indicator as its YAML has it: the longest waits over all starts, on three symbols."""
    block = built("indicator", name)
    assert isinstance(block, Indicator)
    found: dict[str, Warm] = {}
    for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT"):
        for column, warm in _waits(block, source().bars(symbol, "4h").rows(slice(0, 4000))).items():
            so_far = found.get(column, warm)
            found[column] = Warm(max(so_far.known, warm.known), max(so_far.settled, warm.settled))
    return found


def _waits(block: Indicator, bars: Bars) -> dict[str, Warm]:
    whole = block.columns(bars)
    found = dict.fromkeys(whole, Warm(0, 0))
    for start in STARTS:
        for name, late in block.columns(bars.rows(slice(start, None))).items():
            known, settled = _wait(late, whole[name][start:])
            found[name] = Warm(max(found[name].known, known), max(found[name].settled, settled))
    return found


def _wait(late: Floats, whole: Floats) -> tuple[int, int]:
    """Bars before the first value of a late history, and before it agrees for good with the whole one."""
    usual = float(np.nanmedian(np.abs(whole)))
    unlike = ~np.isclose(late, whole, rtol=ALIKE, atol=ALIKE * usual) & ~np.isnan(whole)
    return int(np.argmax(~np.isnan(late))), int(np.flatnonzero(unlike)[-1]) + 1 if unlike.any() else 0


def rows(name: str) -> list[str]:
    """The lines of the table for an indicator; columns that need the same share one."""
    shared: dict[Warm, list[str]] = {}
    for column, warm in measured(name).items():
        shared.setdefault(warm, []).append(f"`{column}`")
    return [f"| `{name}` | {', '.join(columns)} | {warm.known:,} | {warm.settled:,} |" for warm, columns in shared.items()]


def table() -> str:
    """The whole table as Markdown."""
    lines = [f"| {' | '.join(HEAD)} |", "|---|---|--:|--:|", *(line for name in names("indicator") for line in rows(name))]
    return "\n".join(lines)


def declared() -> dict[tuple[str, str], Warm]:
    """What the page says of each indicator's columns."""
    found = LINE.finditer(PAGE.read_text(encoding="utf-8"))
    return {
        (line[1], column.strip("`")): Warm(int(line[3].replace(",", "")), int(line[4].replace(",", "")))
        for line in found
        for column in line[2].split(", ")
    }


def main() -> None:
    """Put the table in place of the old one."""
    text = PAGE.read_text(encoding="utf-8")
    begin = text.index(f"| {HEAD[0]} |")
    end = text.index("\n\n", begin)
    PAGE.write_text(text[:begin] + table() + text[end:], encoding="utf-8")
    sys.stdout.write(f"{len(declared())} columns in {PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
