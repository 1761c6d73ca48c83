"""Hydra's `range(…)` with the numbers as they are typed: `range(0.003,0.007,0.002)` is 0.003 and 0.005, and never 0.009000000000000001."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hydra._internal.grammar import grammar_functions
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import RangeSweep


class Steps(RangeSweep):
    """Numbers from the first up to, but without, the stop, in steps that are not 0."""

    @property
    def whole(self) -> bool:
        """Whether all of them are whole numbers."""
        return all(isinstance(each, int) for each in (self.start, self.stop, self.step))

    def count(self) -> int:
        """How many there are."""
        first, stop, step = (Decimal(str(each)) for each in (self.start, self.stop, self.step))
        return max(0, math.ceil((stop - first) / step))

    def range(self) -> Iterator[float]:  # type: ignore[override]
        """Each of them."""
        first, step = Decimal(str(self.start)), Decimal(str(self.step))
        kind = int if self.whole else float
        return (kind(first + place * step) for place in range(self.count()))

    def at(self, place: int) -> Any:
        """The one at a place, from 0."""
        value = Decimal(str(self.start)) + place * Decimal(str(self.step))
        return int(value) if self.whole else float(value)


def steps(sweep: RangeSweep) -> Steps:
    """Hydra's range as one of ours."""
    return Steps(start=sweep.start, stop=sweep.stop, step=sweep.step, shuffle=sweep.shuffle, tags=sweep.tags)


def fault(sweep: RangeSweep) -> str:
    """Why a range is none; '' when it is one."""
    typed = f"range({','.join(f'{each}' for each in (sweep.start, sweep.stop, sweep.step))})"
    if not all(math.isfinite(each or 0) for each in (sweep.start, sweep.stop, sweep.step)):
        return f"expected finite numbers, was {typed}"
    if sweep.step == 0:
        return f"expected a step that is not 0, was {typed}"
    made = steps(sweep)
    if not made.whole and made.step == 1 and made.count() == 1:
        return f"is one value, {sweep.start}, for its step is 1; the step is the third number, range({sweep.start},{sweep.stop},STEP)"
    return ""


def ordered(*args: Any, sweep: Any = None, list: Any = None, reverse: bool = False) -> Any:  # noqa: A002 - Hydra's words
    """Hydra's `sort(…)`, which of a range backwards makes other numbers than the range has."""
    one = sweep if sweep is not None else args[0] if len(args) == 1 else None
    if not isinstance(one, RangeSweep) or fault(one):
        return grammar_functions.sort(*args, sweep=sweep, list=list, reverse=reverse)
    made = steps(one)
    if (made.step > 0) is not reverse or not made.count():
        return made
    return Steps(start=made.at(made.count() - 1), stop=made.at(-1), step=-made.step, shuffle=made.shuffle, tags=made.tags)


def parser(loader: Any = None) -> OverridesParser:
    """Hydra's parser of words, with a `sort` that sorts ranges."""
    made = OverridesParser.create(config_loader=loader)
    made.functions.functions["sort"] = ordered
    return made
