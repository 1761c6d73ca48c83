"""What a rehearsal is measured by, taken from the exchange's own log and held against the bot's journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ENTRY = "e"  # letter of an entry in a client order id
FINAL = ("filled", "cancelled", "rejected", "deactivated")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of one rehearsal. `naked_seconds_max`: the longest any position stood without a full stop at the venue, in its time."""

    requests: int
    refused: int
    orders: int
    fills: int
    naked_seconds_max: float
    naked_symbol: str
    duplicate_orders: int
    lost_fills: int
    faults: Mapping[str, int] = field(default_factory=dict)
    refusals: Mapping[str, int] = field(default_factory=dict)


def figures(log: Sequence[Mapping[str, Any]], booked: Iterable[str], wanted: Mapping[str, float]) -> Figures:
    """The figures of a log.

    booked: execution ids that the bot's journal knows. wanted: approved quantity of each plan, by the first two parts of an entry's id.
    """
    kinds = defaultdict(list)
    for row in log:
        kinds[row["kind"]].append(row)
    naked, symbol = longest_naked(kinds["cover"], log[-1]["at"] if log else 0)
    executions = {row["id"] for row in kinds["fill"]}
    answers = [row for row in kinds["answer"] if row.get("code") not in (0, "0")]
    return Figures(
        requests=len(kinds["request"]),
        refused=len(answers),
        orders=len({row["id"] for row in kinds["order"] if row["origin"] == "user"}),
        fills=len(executions),
        naked_seconds_max=naked / 1000,
        naked_symbol=symbol,
        duplicate_orders=duplicates(kinds["order"], wanted),
        lost_fills=len(executions - set(booked)),
        faults=dict(Counter(row["fault"] for row in kinds["fault"])),
        refusals=dict(Counter(f"{row['path']} {row['code']} {row.get('said', '')}".strip() for row in answers)),
    )


def longest_naked(rows: Sequence[Mapping[str, Any]], end_ms: int) -> tuple[int, str]:
    """(milliseconds, symbol) of the longest time a position stood without a full stop."""
    since: dict[tuple[str, int], int] = {}
    longest, symbol = 0, ""
    for row in rows:
        place = (row["symbol"], row["index"])
        if float(row["naked"]) > 0:
            since.setdefault(place, row["at"])
        elif place in since:
            span = row["at"] - since.pop(place)
            longest, symbol = max((longest, symbol), (span, row["symbol"]))
    for (name, _), began in since.items():
        longest, symbol = max((longest, symbol), (end_ms - began, name))
    return longest, symbol


def duplicates(rows: Sequence[Mapping[str, Any]], wanted: Mapping[str, float]) -> int:
    """Entries that opened more than was approved: the same plan's order has filled twice."""
    filled: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        tag, _, rest = row["link"].partition("-")
        name = rest.split("-")[0]
        if tag and name.startswith(ENTRY):
            filled[name][row["id"]] = float(row["filled"])
    return sum(sum(orders.values()) > wanted.get(name, 0.0) * (1 + 1e-9) + 1e-9 for name, orders in filled.items())
