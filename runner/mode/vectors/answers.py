"""What one row of an example expects, and what the machine says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from runner.mode.vectors.notation import ComplaintError, Part, is_number

CLOSE = 1e-6  # money and shares; the machine rounds money to 1e-8
CENTS, SHARES = 2, 4  # decimals


@dataclass(frozen=True)
class Pair:
    """One expectation. `rounded`: a quotient, which an example may write with as many decimals as it likes."""

    name: str
    expected: Any
    found: Any
    rounded: bool = False

    def holds(self) -> bool:
        """Whether the machine says what is expected; money may be written in cents."""
        if not is_number(self.expected) or not is_number(self.found):
            return type(self.expected) is type(self.found) and bool(self.expected == self.found)
        decimals = getattr(self.expected, "decimals", 0)
        if abs(self.expected - self.found) <= CLOSE:
            return True
        if decimals == 1:  # 0.4 is meant to be exact: nobody rounds to one decimal
            decimals = SHARES if self.rounded else 0
        return (self.rounded or decimals >= CENTS) and round_off(self.found, decimals) == round_off(self.expected, decimals)


@dataclass(frozen=True)
class Answer:
    """One row: where it stands, and its expectations."""

    row: str
    pairs: tuple[Pair, ...] = ()
    complaint: ComplaintError | None = None


def round_off(value: float, decimals: int) -> Decimal:
    """A number with this many decimals, halves upwards."""
    return Decimal(repr(round(float(value), 8))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def one_by_one(example: Part, key: str, answer: Callable[[Part], Iterator[Pair]]) -> Iterator[Answer]:
    """Rows that know nothing of each other: what cannot be read in one leaves the others to be checked."""
    for row in example.rows(key):
        try:
            yield Answer(row.path, tuple(answer(row)))
        except ComplaintError as complaint:
            yield Answer(row.path, complaint=complaint)


def wanted(row: Part, key: str, found: float, *, rounded: bool = False) -> Iterator[Pair]:
    """The expectation of a number, where the row has one."""
    if row.has(key):
        yield Pair(key, row.number(key), found, rounded)
