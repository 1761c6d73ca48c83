"""Prices near a zone, and bars that come into one: what filters and entries ask of zones, gaps and value areas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.columns.moving import unknown
from runner.model.bars import Bars, Floats
from runner.model.reason import Reason, at_least, at_most, beyond
from runner.model.signal import Signals

Mask = NDArray[np.bool_]


def before(values: Floats) -> Floats:
    """What a column said one bar earlier; NaN at the first."""
    return np.concatenate((unknown(min(1, len(values))), values[:-1]))


def distance(closes: Floats, lower: Floats, upper: Floats, side: int) -> Floats:
    """How far each close is from the zone that is meant to turn it to `side`, over the close: 0 inside, NaN without one or beyond it."""
    near, far = (upper, lower) if side > 0 else (lower, upper)
    away = np.maximum(side * (closes - near), 0) / closes
    return np.where(side * (closes - far) >= 0, away, np.nan)


def wick(bars: Bars, side: int) -> Floats:
    """The end of a bar that comes into a zone first: its low for demand, its high for supply."""
    return bars.low if side > 0 else bars.high


def touched(bars: Bars, lower: Floats, upper: Floats, side: int) -> Mask:
    """Bars that come into the zone from outside and do not close beyond it; the zone is the one known a bar earlier."""
    lower, upper, end = before(lower), before(upper), wick(bars, side)
    near, far = (upper, lower) if side > 0 else (lower, upper)
    inside: Mask = (side * (near - end) >= 0) & (side * (bars.close - far) >= 0)
    return inside & (side * (before(end) - near) > 0)


def touch_told(bars: Bars, lower: Floats, upper: Floats, side: int, row: int) -> list[Reason]:
    """The same of one bar, condition by condition."""
    lower, upper, end = before(lower), before(upper), wick(bars, side)
    near, far, kind = (upper, lower, "low") if side > 0 else (lower, upper, "high")
    not_past, reached = (at_least, at_most) if side > 0 else (at_most, at_least)
    return [
        beyond(f"{kind} of the bar before, outside the zone", before(end)[row], near[row], side, "price"),
        reached(f"{kind} against the edge that is met first", end[row], near[row], "price"),
        not_past("close against the far edge", bars.close[row], far[row], "price"),
    ]


def likelier(reasons: list[list[Reason]]) -> list[Reason]:
    """Of the stories of both sides the one that came nearest to a signal; the first of equals."""
    return min(reasons, key=lambda story: sum(not reason.holds for reason in story))


def two_sided(long: Mask, short: Mask) -> NDArray[np.int8]:
    """+1 where only `long` holds, -1 where only `short` does, 0 elsewhere."""
    return long.astype(np.int8) - short.astype(np.int8)


def of_side(direction: NDArray[np.int8], long: Floats, short: Floats) -> Floats:
    """The value of the side that speaks, NaN where none does."""
    return np.where(direction > 0, long, np.where(direction < 0, short, np.nan))


def touches(bars: Bars, zones: dict[int, tuple[Floats, Floats]], worth: dict[int, Floats], when_open: int) -> Signals:
    """Signals of bars that come into a zone; `zones`: lower and upper edge by side, `worth`: how good, by side, NaN or 0 = no signal.

    Levels `zone_lower`, `zone_upper`, `boundary` (the edge met first); the strength is the worth.
    """
    good = {side: before(worth[side]) for side in zones}
    said = {side: touched(bars, *edges, side) & (good[side] > 0) for side, edges in zones.items()}
    direction = two_sided(said[1], said[-1])
    lower, upper = (of_side(direction, before(zones[1][edge]), before(zones[-1][edge])) for edge in (0, 1))
    return Signals(
        direction=direction,
        strength=np.nan_to_num(of_side(direction, good[1], good[-1])),
        levels={"zone_lower": lower, "zone_upper": upper, "boundary": of_side(direction, upper, lower)},
        plan={"when_open": when_open},
    )


def touches_told(bars: Bars, zones: dict[int, tuple[Floats, Floats]], row: int, more: dict[int, list[Reason]]) -> list[Reason]:
    """The conditions of the side that came nearest to a signal; `more`: further ones by side."""
    stories = {side: [*touch_told(bars, *edges, side, row), *more[side]] for side, edges in zones.items()}
    both = all(reason.holds for story in stories.values() for reason in story)
    alone = [Reason(name="only one direction is spoken for", holds=False)] if both else []
    return [*likelier(list(stories.values())), *alone]
