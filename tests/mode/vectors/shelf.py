"""The worked examples that ship with the tests, and what can be changed in them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from runner.mode.vectors.checking import Mismatch, tally
from runner.mode.vectors.document import examples
from runner.mode.vectors.notation import Written, as_written

FOLDER = Path(__file__).parents[2] / "rulebook" / "vectors"
FILES = sorted(FOLDER.glob("*.yaml"))
Place = tuple[str | int, ...]
EXPECTATIONS = {  # keys by which a row or example says what must come out; the rest goes in
    "floor", "verdict", "total", "cap", "credited", "target_met", "account_failed", "best", "best_share", "blocked", "total_needed",
    "effective_target", "counts_abs", "counts_positive_only", "margin", "notional", "risk", "limit", "utc",
}  # fmt: skip


def every() -> dict[str, Any]:
    """Every example by its id."""
    return {example["id"]: example for file in FILES for example in examples(file)}


def mismatches(example: Any) -> list[Mismatch]:
    """What the machine does not agree with in one example."""
    return tally([example]).mismatches


def leaves(node: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value of an example, with its path."""
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(value, (*path, key))
    else:
        yield path, node


def changed(example: Any, path: Place, value: Any) -> Any:
    """A copy of an example with another value at one place."""
    copied = copy.deepcopy(example)
    place = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copied


def one_off(value: Any, direction: int) -> int | Written | None:
    """A number one unit of its last place further; None for what is no number."""
    if isinstance(value, Written):
        return as_written(str(Decimal(repr(float(value))) + direction * Decimal(1).scaleb(-value.decimals)))
    return value + direction if isinstance(value, int) and not isinstance(value, bool) else None


def expectations() -> Iterator[tuple[str, Place, Any]]:
    """Every number, verdict and flag that an example expects: (id, path, value)."""
    for name, example in every().items():
        for path, value in leaves(example):
            if path[-1] in EXPECTATIONS and not goes_in(example, path):
                yield name, path, value


def goes_in(example: Any, path: Place) -> bool:
    """Whether a number is one from which others follow: notional and margin without units, best and total without days."""
    row = example
    for key in path[:-1]:
        row = row[key]
    follows = {"margin": "units", "notional": "units", "best": "day_pnl", "total": "day_pnl"}
    source = follows.get(str(path[-1]))
    return source is not None and source not in row and "day_pnl" not in example
