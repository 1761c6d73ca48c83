"""Rows of evidence from what a live account holds: its decisions with their reasons, how near each rule came, what its venue says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from runner.journal.write import code, real
from runner.machine.follower import Follower
from runner.machine.observer import Observer
from runner.model.duration import DAY_MS
from runner.model.records import Answer
from runner.model.rules import RuleBook
from runner.model.trading import FillSeen, LedgerSeen, PositionSeen, WalletSeen

NUMBERS = (("wanted", "wanted"), ("quantity", "quantity"), ("allowed", "allowed"), ("value", "value"), ("bound", "limit"))


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What the venue says of a day: its ledger and executions, money and positions at its end."""

    ledger: tuple[LedgerSeen, ...] = ()
    fills: tuple[FillSeen, ...] = ()
    wallet: WalletSeen | None = None
    positions: tuple[PositionSeen, ...] = ()


class Telling(Protocol):
    """What is asked of a venue for a statement."""

    def ledger(self, *, since_ms: int, until_ms: int | None = None) -> list[LedgerSeen]:
        """Rows of its ledger."""
        ...

    def fills(self, *, since_ms: int, until_ms: int | None = None) -> list[FillSeen]:
        """Executions."""
        ...

    def positions(self) -> list[PositionSeen]:
        """What is open."""
        ...

    def wallet(self) -> WalletSeen:
        """The money."""
        ...


def statement_of(desk: Telling, day_ms: int) -> Statement:
    """The venue's statement of the day that begins then."""
    until = day_ms + DAY_MS - 1
    return Statement(
        ledger=tuple(desk.ledger(since_ms=day_ms, until_ms=until)),
        fills=tuple(desk.fills(since_ms=day_ms, until_ms=until)),
        wallet=desk.wallet(),
        positions=tuple(desk.positions()),
    )


def decisions_of(follower: Follower) -> Iterator[dict[str, Any]]:
    """One row for each plan the machine was given."""
    return (decision_of(follower, number) for number in range(follower.plan_count))


def decision_of(follower: Follower, number: int) -> dict[str, Any]:
    """What was wanted by a plan, what the rules answered, by which rule, with both numbers."""
    plan, made = follower.world.plans[number], follower.world.decisions[number]
    row = {
        "plan": number,
        "time": int(made["time"] or plan["time"]),
        "strategy": follower.strategies[int(plan["strategy"])],
        "symbol": follower.symbols[int(plan["symbol"])],
        "side": int(plan["side"]),
        "answer": Answer(int(made["answer"])).name,
        "code": code(int(made["code"])),
        "rule": rule_of(follower.book, int(made["rule"])),
    }
    return row | {name: real(float(made[field])) for name, field in NUMBERS}


def planned_of(follower: Follower) -> Mapping[str, float]:
    """The price that each plan was made at, by its number."""
    return {str(number): float(follower.world.plans[number]["reference_price"]) for number in range(follower.plan_count)}


def closest_of(machine: Follower | Observer) -> list[dict[str, Any]]:
    """How near each rule came to its breach, where it was measured."""
    states = machine.world.rule_states
    measured = [number for number in range(len(machine.book.rows)) if math.isfinite(states[number]["worst_headroom"])]
    return [
        {
            "rule": machine.book.rows[number].key,
            "code": machine.book.rows[number].code.name,
            "value": float(states[number]["worst_value"]),
            "bound": float(states[number]["worst_limit"]),
            "time": int(states[number]["worst_at"]),
        }
        for number in measured
    ]


def rule_of(book: RuleBook, row: int) -> str | None:
    """A rule's path; None for none."""
    return book.rows[row].key if 0 <= row < len(book.rows) else None
