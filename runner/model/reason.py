"""Why a block says what it says at one bar: what was measured, the bound it is held against, and whether it holds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

Relation = Literal["at least", "above", "at most", "below", ""]
Unit = Literal["", "fraction", "price", "times", "bars", "signed", "count"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One condition of a block at one bar. `relation` says how `measured` must stand to `bound`; '' where nothing is compared.

    unit: of both numbers: a fraction of one, a price, a multiple ('times'), bars, a count; 'signed': +1 long, -1 short, 0 neither.
    words: what a reader needs beyond the numbers. parts: the reasons behind this one, which need not all hold.
    """

    name: str
    holds: bool
    measured: float = math.nan
    relation: Relation = ""
    bound: float = math.nan
    unit: Unit = ""
    words: str = ""
    parts: tuple[Reason, ...] = ()


def at_least(name: str, measured: float, bound: float, unit: Unit = "", words: str = "") -> Reason:
    """Holds where `measured` ≥ `bound`; never where one of them is unknown (NaN)."""
    return _compared(Reason(name=name, holds=bool(measured >= bound), relation="at least", unit=unit, words=words), measured, bound)


def above(name: str, measured: float, bound: float, unit: Unit = "", words: str = "") -> Reason:
    """Holds where `measured` > `bound`."""
    return _compared(Reason(name=name, holds=bool(measured > bound), relation="above", unit=unit, words=words), measured, bound)


def at_most(name: str, measured: float, bound: float, unit: Unit = "", words: str = "") -> Reason:
    """Holds where `measured` ≤ `bound`."""
    return _compared(Reason(name=name, holds=bool(measured <= bound), relation="at most", unit=unit, words=words), measured, bound)


def below(name: str, measured: float, bound: float, unit: Unit = "", words: str = "") -> Reason:
    """Holds where `measured` < `bound`."""
    return _compared(Reason(name=name, holds=bool(measured < bound), relation="below", unit=unit, words=words), measured, bound)


def beyond(name: str, measured: float, bound: float, direction: float, unit: Unit = "", words: str = "") -> Reason:
    """Above `bound` for a direction of +1, below it for -1."""
    return (above if direction > 0 else below)(name, measured, bound, unit, words)


def _compared(reason: Reason, measured: float, bound: float) -> Reason:
    return replace(reason, measured=float(measured), bound=float(bound))
