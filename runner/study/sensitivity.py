"""How much harder the world may be: cases, what became of an account in each, and where the profit is gone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from runner.study.result import Result

CALENDAR = 365


@dataclass(frozen=True, kw_only=True)
class Case:
    """A world: fees so many times what they are, basis points of slippage more, signals heard so many bars later."""

    fees: float = 1.0
    slippage: float = 0.0
    delay: int = 0

    @property
    def label(self) -> str:
        """'fees × 2, slippage + 5 bps, 1 bar late'; 'as it is'."""
        parts = [
            f"fees × {self.fees:g}" if self.fees != 1.0 else "",
            f"slippage + {self.slippage:g} bps" if self.slippage else "",
            f"{self.delay} bar{'' if self.delay == 1 else 's'} late" if self.delay else "",
        ]
        return ", ".join(filter(None, parts)) or "as it is"


class Fate(StrEnum):
    """What became of an account that is bought once, on the first day, from the best to the worst."""

    PASSED = "passed"  # every phase with a target
    KEPT = "kept"  # there is nothing to pass, and it was not lost
    UNDECIDED = "undecided"  # the bars ended before
    FAILED = "failed"


BETTER = tuple(Fate)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What became of a trial in a case. result: with accounts bought again. rule: what ended the first one, by code; '' = nothing.

    ended: when it was passed or lost, UTC ms; 0 = never. days: length of the segment. passed: how many of all accounts were passed.
    """

    case: Case
    result: Result
    fate: Fate
    days: float
    rule: str = ""
    ended: int = 0
    passed: int = 0

    @property
    def failed(self) -> int:
        """How many of all accounts failed."""
        return sum(phase["state"] == "failed" for phase in self.result.page.get("phases", ()))

    @property
    def pace(self) -> float:
        """Net profit for 365 days."""
        return self.result.profit / self.days * CALENDAR


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """Where the profit is gone. at: of the quantity that was turned up; NaN where it never is (`beyond` what was tried) or always was.

    beyond: the largest that was tried where there was still a profit; NaN otherwise.
    """

    at: float = math.nan
    beyond: float = math.nan


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """Everything found of one trial. alone: fees, slippage and delay by themselves, the case as it is among them. worst: together."""

    values: Mapping[str, Any]
    base: Standing
    fees: tuple[Standing, ...]
    slippage: tuple[Standing, ...]
    delay: tuple[Standing, ...]
    worst: Standing
    fees_gone: BreakEven
    slippage_gone: BreakEven

    @property
    def cases(self) -> list[Standing]:
        """Every case once, the one as it is first, the worst last."""
        alone = [each for each in (*self.fees, *self.slippage, *self.delay) if each.case != self.base.case]
        return [self.base, *alone, *([] if self.worst.case in [each.case for each in alone] else [self.worst])]


def holds(one: Standing, base: Standing) -> bool:
    """Whether a case leaves the verdict as good as it was, and a profit a profit."""
    return BETTER.index(one.fate) <= BETTER.index(base.fate) and (one.result.profit > 0 or base.result.profit <= 0)


def break_even(
    profit: Callable[[float], float], known: Sequence[tuple[float, float]], further: Sequence[float], steps: int = 8
) -> BreakEven:
    """Where a profit that falls as `x` rises is gone, to a 256th of the step it lies in, by halving.

    known: (x, profit), ascending. further: larger x to try where there still is a profit at the last. Profits that rise again after
    they were gone are not looked at: the first crossing counts.
    """
    tried = list(known)
    for x in further:
        if tried and tried[-1][1] <= 0:
            break
        tried.append((x, profit(x)))
    if not tried or tried[0][1] <= 0:
        return BreakEven()
    after = next((place for place, (_, made) in enumerate(tried) if made <= 0), None)
    if after is None:
        return BreakEven(beyond=tried[-1][0])
    low, high = tried[after - 1][0], tried[after][0]
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if profit(middle) > 0 else (low, middle)
    return BreakEven(at=(low + high) / 2)
