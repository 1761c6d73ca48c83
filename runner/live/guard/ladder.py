"""The house's own ladder as far as money alone decides it: the account's rules fire the rungs, the guard does what they say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runner.live.account_seen import AccountSeen
from runner.live.guard.view import Floor, Rung
from runner.machine.state import FOREVER
from runner.model.rules import Anchor, Code, Family, HouseAction, HouseMeasure, RuleBook, RuleRow, Until

MEASURED = (HouseMeasure.DAY_LOSS, HouseMeasure.DRAWDOWN, HouseMeasure.FLOOR_USED)
DONE_HERE = (HouseAction.BLOCK, HouseAction.FLATTEN, HouseAction.PAUSE, HouseAction.HALT)
OF_DAY = {
    Anchor.DAY_START_EQUITY: ("start_equity",),
    Anchor.DAY_START_BALANCE: ("start_balance",),
    Anchor.MAX_DAY_START: ("start_equity", "start_balance"),
    Anchor.DAY_PEAK_EQUITY: ("peak_equity",),
    Anchor.DAY_PEAK_BALANCE: ("peak_balance",),
}


def enforced(row: RuleRow) -> bool:
    """Whether the guard does what a rung says: money decides it and its end, and it blocks, closes or both."""
    is_rung = row.family == Family.HOUSE and row.code == Code.HOUSE
    ends = row.until != Until.WINNING_TRADE or row.action == HouseAction.HALT
    return is_rung and row.measure in MEASURED and row.action in DONE_HERE and ends


def left_to_bot(book: RuleBook) -> list[str]:
    """The rungs that do something which the guard does not do, each with what it watches and does."""
    rungs = [row for row in book.rows if row.family == Family.HOUSE and row.code == Code.HOUSE and row.action != HouseAction.ALERT]
    named = (f"{row.key} ({words(HouseMeasure(row.measure))}: {words(row.action)})" for row in rungs if not enforced(row))
    return list(dict.fromkeys(named))  # each stands once in every phase


def rungs(
    rules: RuleBook, seen: AccountSeen, floors: Sequence[Floor], flattened: Mapping[str, int], reset_of: Mapping[int, int]
) -> Iterator[Rung]:
    """How each rung of the phase stands. `flattened`: when nothing was open after a rung had fired; `reset_of`: a clock's next day."""
    for number, row in enumerate(rules.rows):
        if row.family == Family.HOUSE and row.phase == seen.standing.phase:
            state = seen.observer.world.rule_states[number]
            fired_ms = last_fired(seen, number)
            still = row.action != HouseAction.FLATTEN or flattened.get(row.key, -1) < fired_ms
            active = int(state["active_until"]) > 0 or (row.action == HouseAction.HALT and int(state["count"]) > 0)
            yield Rung(
                key=row.key,
                act=row.action,
                level=level(row, seen, floors),
                why=why(row, float(state["acted_at"])),
                in_force=active and still,
                until_ms=ends(row, int(state["active_until"]), reset_of),
            )


def why(row: RuleRow, value: float) -> str:
    """What a rung has measured, from where on it acts, and how."""
    return f"{row.key}: {words(HouseMeasure(row.measure))} {value:.2%}, from {row.limit:.2%} on {words(row.action)}"


def last_fired(seen: AccountSeen, number: int) -> int:
    """When a rung has acted last; -1 when it has not."""
    world = seen.observer.world
    events = world.events[: world.ledger[0]["events"]]
    times = events["time"][events["rule"] == number]
    return int(times[-1]) if len(times) else -1


def ends(row: RuleRow, active_until: int, reset_of: Mapping[int, int]) -> int | None:
    """When what a rung does ends; None when only somebody ends it."""
    if row.action == HouseAction.HALT or row.until == Until.PHASE_END:
        return None
    if row.until == Until.RESET:
        return reset_of.get(row.clock)
    return active_until if active_until < FOREVER else None


def level(row: RuleRow, seen: AccountSeen, floors: Sequence[Floor]) -> float:
    """The equity at which a rung fires, in the venue's money; -inf where there is no floor to be used up."""
    world, initial = seen.observer.world, seen.observer.book.initial
    if row.measure == HouseMeasure.FLOOR_USED:
        return max((floor.level + (1 - row.limit) * floor.allowance for floor in floors if floor.firm), default=-math.inf)
    if row.measure == HouseMeasure.DRAWDOWN:
        return float(world.ledger[0]["equity_high"]) - row.limit * initial + seen.beside
    return day_anchor(row, world.clocks[row.clock], initial) - row.limit * initial + seen.beside


def day_anchor(row: RuleRow, clock: Any, initial: float) -> float:
    """What a day's loss is counted from."""
    return max((float(clock[name]) for name in OF_DAY.get(row.anchor, ())), default=initial)


def words(name: HouseMeasure | HouseAction) -> str:
    """As it is written in an account."""
    return name.name.lower()
