"""The same starts at other sizes: pass odds, value and ruin over the risk of a trade."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from runner.machine.state import World
from runner.model.bars import Times
from runner.model.plan import SizingMethod
from runner.odds.engine import Played, Stage, Told
from runner.odds.interval import overlap, share
from runner.odds.restart import Restartable
from runner.odds.results import Curve, Ending, Point
from runner.odds.shares import shares, spread
from runner.odds.value import Terms, lost_first, worth, write

RISKS = (0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05)
FACTORS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
SAME = 1e-9
type Tell = Callable[[float], Told | None]

BY_RISK = (SizingMethod.RISK_OF_INITIAL, SizingMethod.RISK_OF_EQUITY)


def own_risk(world: World) -> float:
    """The fraction of the balance every plan risks at its stop; NaN when they differ or are not sized by risk."""
    plans = world.plans
    if not len(plans) or not np.isin(plans["sizing_method"], BY_RISK).all():
        return math.nan
    values = np.unique(plans["sizing_value"])
    return float(values[0]) if len(values) == 1 else math.nan


def sizes(own: float, asked: Sequence[float] | None) -> list[float]:
    """Factors of the strategy's own size, smallest first, its own among them. asked: risks, or factors where there is no risk."""
    if math.isnan(own):
        wanted = list(asked if asked is not None else FACTORS)
    else:
        wanted = [risk / own for risk in (asked if asked is not None else RISKS)]
    if all(abs(factor - 1.0) > SAME for factor in wanted):
        wanted.append(1.0)
    return sorted(wanted)


@dataclass(frozen=True, kw_only=True)
class Scales:
    """What a played size is weighed with. payouts: the program pays out. every_days: mean days between two starts."""

    given: Terms
    payouts: bool
    every_days: float
    seed: int


def curve(stage: Stage, starts: Times, factors: Sequence[float], scales: Scales, tell: Tell) -> Curve:
    """Play `starts` at every factor; Ctrl-C keeps the sizes that are done. tell: called with a size, gives what counts its starts."""
    own, points, stopped = own_risk(stage.machine.world), list[Point](), False
    for factor in factors:
        played = stage.sized(factor).play(starts, tell(factor), paths=0)
        if played.stopped or stage.halt.is_set():
            stopped = True
            break
        points.append(point(stage.machine, played, factor, scales))
    odds = [one.odds.value for one in points]
    values = [one.value.value if one.value else math.nan for one in points]
    return Curve(
        unit="size" if math.isnan(own) else "risk",
        starts=len(starts),
        points=tuple(points),
        best_odds=int(np.argmax(odds)) if odds and max(odds) > 0 else None,
        best_value=int(np.nanargmax(values)) if values and not all(math.isnan(one) for one in values) else None,
        stopped=stopped,
    )


def point(machine: Restartable, played: Played, factor: float, scales: Scales) -> Point:
    """One size."""
    attempts, over = played.attempts, overlap(played.attempts["days"], scales.every_days)
    write(attempts, played.payments, scales.given)
    passed = attempts["outcome"] == Ending.PASSED
    return Point(
        risk=own_risk(machine.world) * factor,
        factor=factor,
        shares=shares(machine.book, attempts),
        odds=share(passed, over, scales.seed),
        days=spread(attempts["days"][passed]),
        value=worth(attempts, scales.given, over, scales.seed),
        ruin=share(lost_first(attempts, payouts=scales.payouts), over, scales.seed),
        own=abs(factor - 1.0) <= SAME,
    )
