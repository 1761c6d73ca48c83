"""One measurement, and the JSON lines they are kept in."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

OURS, BARE, COLD = "runner", "runner, empty rule table", "runner, cold memory"
FIRST, AGAIN, PROCESS, SHELL = "first call", "later call", "process", "command"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure: what was measured of whom, how much of it, what was timed, and how long it took.

    part: single, scaling, symbols, sweep, starts or startup. n: bars, symbols, combinations or starts. timed: the first call of a fresh
    process, a later one in the same process, the whole process up to the end of its first call, or a command from shell to shell.
    seconds: of the processor where one process computes (single, scaling, symbols); by the clock elsewhere, and then wall_seconds is None.
    ratio: these seconds over ours of the same part, n and timing; None for ours.
    """

    part: str
    who: str
    n: int
    timed: str
    seconds: float
    wall_seconds: float | None = None
    ratio: float | None = None
    peak_bytes: int | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One thing that must hold: what, how it stands, how it may stand at worst."""

    what: str
    found: float
    bound: float
    unit: str
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether it holds."""
        return self.found >= self.bound if self.at_least else self.found <= self.bound

    def row(self) -> str:
        """A line of the table."""
        sign = "≥" if self.at_least else "≤"
        return f"| {self.what} | {figure(self.found, self.unit)} | {sign} {self.bound:g} {self.unit} | {'yes' if self.kept else '**no**'} |"


def figure(value: float, unit: str) -> str:
    """A number as a person reads it."""
    return f"{value:.3f} s" if unit == "s" else f"{value:.1f} ×" if unit == "×" else f"{value:.0f} {unit}"


def seconds(value: float | None) -> str:
    """Seconds with four significant digits at most; empty for nothing."""
    return "" if value is None else f"{value:.4f} s" if value < 0.1 else f"{value:.3f} s" if value < 10 else f"{value:.1f} s"


def megabytes(row: Row | None) -> str:
    """The most memory that was held."""
    return "" if row is None or row.peak_bytes is None else f"{row.peak_bytes / 2**20:.0f} MB"


def times(row: Row | None) -> str:
    """How often ours fits into it."""
    return "" if row is None or row.ratio is None else f"{row.ratio:.1f} ×" if row.ratio < 100 else f"{row.ratio:.0f} ×"


def with_ratios(rows: Sequence[Row]) -> list[Row]:
    """The same rows, each of another with its seconds over ours."""
    own = {(row.part, row.n, row.timed): row.seconds for row in rows if row.who == OURS}
    return [
        row if row.who == OURS else Row(**(asdict(row) | {"ratio": row.seconds / mine if mine else None}))
        for row in rows
        for mine in [own.get((row.part, row.n, row.timed))]
    ]


def found(rows: Iterable[Row], **wanted: Any) -> Row | None:
    """The row with these fields; None where it was not measured."""
    return next((row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())), None)


def median(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The middle of each figure."""
    return {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}


def append(file: Path, rows: Iterable[Row], facts: Mapping[str, Any]) -> None:
    """One JSON object a line, each with the machine it was measured on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.writelines(json.dumps(asdict(row) | {"measured": dict(facts)}, ensure_ascii=False) + "\n" for row in rows)


def newest(file: Path) -> dict[str, tuple[list[Row], dict[str, Any]]]:
    """What was measured last of each part, and where."""
    parts: dict[str, tuple[list[Row], dict[str, Any]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else []:
        said = json.loads(line)
        facts = said.pop("measured")
        rows, known = parts.get(said["part"], ([], {}))
        parts[said["part"]] = ([*(rows if known == facts else []), Row(**said)], facts)
    return parts
