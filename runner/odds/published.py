"""Pass rates that were published, beside which simulated odds are read: people who retry, size freely and give up."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from runner.odds.results import Published

FILE = Path(__file__).parent.parent / "data" / "pass_rates.csv"


@cache
def table() -> tuple[dict[str, str], ...]:
    """Every row that ships: firm ('' = many firms), who, what, phases ('' = any), share, weight, source."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def published(firm: str, phases: int) -> tuple[Published, ...]:
    """The firm's own rates first, then those of many firms; those of programs with another number of phases are left out."""
    fitting = [row for row in table() if row["firm"] in ("", firm) and row["phases"] in ("", str(phases))]
    return tuple(
        Published(who=row["who"], what=row["what"], share=float(row["share"]), source=row["source"], weight=row["weight"])
        for row in sorted(fitting, key=lambda row: row["firm"] == "")
    )
