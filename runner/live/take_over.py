"""What an adopted account remembers, handed to the machine that trades it on: the same bytes each time the journal is told again."""

from __future__ import annotations

import json
from typing import Any

from runner.machine.follower import Follower
from runner.machine.observer import Observer
from runner.machine.state import World
from runner.model.errors import Problem, RunnerError
from runner.model.rules import State

LEDGER = (
    "balance",
    "batch_balance",
    "equity",
    "equity_high",
    "closed_high",
    "old_closed_high",
    "credited_past",
    "base",
    "cycle_from",
    "sum_positive",
    "best_day",
    "best_trade",
    "paid",
    "payouts",
    "next_payout",
    "lock_at",
    "over_cap",
    "deadline",
    "active_at",
    "first_open",
    "phase_started",
    "paused_until",
    "losing_streak",
    "days_counted",
    "profitable_days",
    "day_counted",
    "day_trades",
    "phase_trades",
    "short_trades",
    "day_high",
    "day_low",
    "first_day",
    "first_trade",
)
RECORDS = ("days", "trades")  # that shares of the whole are reckoned from
CLOCK = (
    "orders",
    "moved",
    "started",
    "start_balance",
    "counted_from",
    "day_before",
    "start_equity",
    "peak_equity",
    "peak_balance",
    "eod_balance_high",
    "eod_equity_high",
    "mild_balance",
    "mild_equity",
    "mild_eod_balance",
    "mild_eod_equity",
    "old_peak_balance",
    "old_peak",
)


def handed_over(observer: Observer) -> bytes:
    """Everything that the account's rules remember, for a journal. RunnerError for an account that its own past has ended."""
    standing = observer.standing()
    if standing.phase != 0 or standing.state not in (State.ACTIVE, State.TARGET_REACHED, State.PAUSED):
        why = f"by its own ledger its phase has ended: {standing.state.name.lower()} {standing.code.name.lower()}"
        raise RunnerError("this account cannot be taken over", [Problem(path="account.phase", message=why)])
    world = observer.world
    told: dict[str, Any] = {
        "time": int(world.ledger[0]["time"]),
        "ledger": {name: world.ledger[0][name].tolist() for name in LEDGER},
        "clocks": [{name: clock[name].tolist() for name in CLOCK} for clock in world.clocks],
        "rules": [{name: state[name].tolist() for name in world.rule_states.dtype.names or ()} for state in world.rule_states],
        "records": {name: rows_of(world, name) for name in RECORDS},
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def take_over(machine: Follower | Observer, payload: bytes) -> None:
    """Let a machine of the same rules remember it. RunnerError where the rules are not those it was made under."""
    told, world = json.loads(payload), machine.world
    if len(told["clocks"]) != len(world.clocks) or len(told["rules"]) != len(world.rule_states):
        raise RunnerError("this account cannot be taken over", [Problem(path="account", message="its rules have changed since then")])
    for name, rows in told["records"].items():
        while len(getattr(machine.world, name)) < len(rows):
            machine._grow()  # noqa: SLF001 - what it does when it needs room itself
        world = machine.world
        getattr(world, name)[: len(rows)] = [tuple(row) for row in rows]
        world.ledger[0][name] = len(rows)
    put(world.ledger[0], told["ledger"])
    for number, (clock, values) in enumerate(zip(world.clocks, told["clocks"], strict=True)):
        put(clock, values)
        while clock["next_time"] <= told["time"]:
            clock["next"] += 1
            clock["next_time"] = world.resets[number][clock["next"]]
    for state, values in zip(world.rule_states, told["rules"], strict=True):
        put(state, values)
    world.ledger[0]["alert"] = float("inf")  # rungs look again


def rows_of(world: World, name: str) -> list[Any]:
    """A record's rows."""
    rows: list[Any] = getattr(world, name)[: world.ledger[0][name]].tolist()
    return rows


def put(record: Any, values: dict[str, Any]) -> None:
    """Set the fields of a record."""
    for name, value in values.items():
        record[name] = value
