"""What is to be done about an account as it stands: a pure function of the view, called every few seconds with everything anew.

Nothing is remembered between two calls: what could not be done is found again the next time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from runner.live.guard.calendar import closed_by_calendar, windowed
from runner.live.guard.margin import buffered
from runner.live.guard.risk import steered
from runner.live.guard.stops import protected
from runner.live.guard.view import PEAKS_LOST, Action, Do, Floor, Rung, View
from runner.live.guard.worst import closing_costs
from runner.live.state import line_of


def judge(view: View) -> list[Action]:
    """Everything that is to be done now, in the order in which it should be."""
    if view.ended and at_stake(view):
        return flat(view, view.ended, f"the phase has ended: {view.ended}")
    reached = next((floor for floor in view.floors if beyond(view, floor)), None)
    if reached is not None:
        left = view.equity - closing_costs(view)
        return flat(view, reached.code, f"{reached.key} is too near", until_ms=reached.until_ms, value=left, limit=reached.level)
    rung = laddered(view)
    if rung is not None:
        actions = flat(view, "HOUSE", rung.why, until_ms=rung.until_ms)
        return actions if rung.blocks else actions[1:]
    cancels = list(cancelled(view))
    first = [*closed_by_calendar(view), *(action for held in view.held for action in protected(view, held))]
    first += [action for held in view.held for action in buffered(view, held)]
    return [*halting(view), *once(first), *cancels, *steered(view, once(first), cancels)]


def at_stake(view: View) -> bool:
    """Whether anything could still lose."""
    return bool(view.held or view.resting)


def beyond(view: View, floor: Floor) -> bool:
    """Whether there is nothing left to steer: leaving now would end too close to a floor."""
    spare = view.terms.flatten * floor.margin * floor.allowance
    return at_stake(view) and view.equity - closing_costs(view) <= floor.level + spare


def laddered(view: View) -> Rung | None:
    """The rung of the house's own ladder by which everything is to be closed; of several one that blocks as well."""
    closing = [rung for rung in view.rungs if rung.in_force and rung.closes]
    return max(closing, key=lambda rung: (rung.blocks, lasting(rung.until_ms)), default=None) if at_stake(view) else None


def lasting(until_ms: int | None) -> float:
    """An end as a number; one that only somebody makes is the last."""
    return math.inf if until_ms is None else until_ms


def flat(
    view: View, code: str, why: str, *, until_ms: int | None = None, value: float | None = None, limit: float | None = None
) -> list[Action]:
    """Close and withdraw everything, and halt: for the floor's day, or until somebody lifts it."""
    stop = Action(do=Do.HALT, code=code, why=why, until_ms=until_ms, value=value, limit=limit)
    closes = [Action(do=Do.CLOSE, code=code, why=why, symbol=held.symbol, quantity=held.position.quantity) for held in view.held]
    cancels = [Action(do=Do.CANCEL, code=code, why=why, symbol=each.symbol, order=each.order) for each in view.resting]
    return [stop, *closes, *cancels]


def once(actions: list[Action]) -> list[Action]:
    """The actions without those on a symbol that an earlier one closes whole, and without a second on the same stop."""
    kept: list[Action] = []
    for action in actions:
        if not any(earlier.symbol == action.symbol and earlier.do in (Do.CLOSE, action.do) for earlier in kept):
            kept.append(action)
    return kept


def cancelled(view: View) -> Iterator[Action]:
    """Resting entries that must not fill: before a time that forbids them, while the account is halted."""
    for each in view.resting:
        window = windowed(view, each)
        if view.halts:
            yield Action(do=Do.CANCEL, code="HALTED", why=line_of(view.halts), symbol=each.symbol, order=each.order)
        elif window is not None:
            yield Action(do=Do.CANCEL, code="CALENDAR", why=window.why, symbol=each.symbol, order=each.order)


def halting(view: View) -> Iterator[Action]:
    """No entries while it is unknown what is allowed, or while a rule pauses the account: of several reasons the one that lasts."""
    reasons = list(pausing(view))
    if reasons:
        yield max(reasons, key=lambda action: lasting(action.until_ms))


def pausing(view: View) -> Iterator[Action]:
    """Every reason to take no entries."""
    if view.ended:
        yield Action(do=Do.HALT, code=view.ended, why=f"the phase has ended: {view.ended}")
    if view.blind_until_ms is not None:
        why = "peaks and day starts are lost, so the allowance counts as used"
        yield Action(do=Do.HALT, code=PEAKS_LOST, why=why, until_ms=view.blind_until_ms)
    if view.paused_until_ms is not None:
        yield Action(do=Do.HALT, code="PAUSED", why="a rule pauses the account", until_ms=view.paused_until_ms)
    for rung in view.rungs:
        if rung.in_force and rung.blocks:
            yield Action(do=Do.HALT, code="HOUSE", why=rung.why, until_ms=rung.until_ms)
