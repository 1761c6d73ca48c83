"""Phases, verdict and rules of an outcome as plain dicts."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from runner.model.records import Answer, Outcome
from runner.model.rules import Code, Family, RuleBook, State
from runner.report.figures import iso, money, number
from runner.report.words import MONEY, UNITS, phase_name, rule_code, rule_path, unit

NOT_EXERCISED = (Code.STOP_DEADLINE,)  # holds by construction in a backtest: stops are set with the entry


class Judged(Protocol):
    """Phases that have ended, by the rules of a book: an outcome, or the ledger of a live account."""

    @property
    def book(self) -> RuleBook:
        """The rules."""

    @property
    def phases(self) -> Any:
        """One row for each attempt, dtype PHASE_RESULT."""


def phases(outcome: Outcome) -> list[dict[str, Any]]:
    """Every attempt at a phase, in order."""
    return [phase(outcome, row) for row in range(len(outcome.phases))]


def phase(outcome: Judged, row: int) -> dict[str, Any]:
    """One attempt: its state, the rule that decided, measured value and floor in `unit`, money and days."""
    result = outcome.phases[row]
    code = Code(int(result["code"]))
    decided = {
        "phase": phase_name(outcome.book, int(result["phase"])),
        "state": State(int(result["state"])).name.lower(),
        "rule": rule_code(outcome.book, int(result["rule"])) or (code.name if code else None),
        "path": rule_path(outcome.book, int(result["rule"])),
        "started": iso(int(result["started"])),
        "time": iso(int(result["ended"])),
    }
    amounts = {name: money(result[name]) for name in ("value", "floor", "balance", "equity", "credited", "target", "paid")}
    counts = {name: int(result[name]) for name in ("days_counted", "days_needed", "payouts")}
    return decided | amounts | counts | {"ambiguous": bool(result["ambiguous"]), "unit": decided_unit(outcome, int(result["rule"]), code)}


def payouts(outcome: Outcome) -> list[dict[str, Any]]:
    """Every payout in order: when, of which phase, the how manieth of the phase, how much."""
    paid = outcome.events[outcome.events["code"] == Code.PAYOUT]
    return [
        {
            "time": iso(int(event["time"])),
            "phase": phase_name(outcome.book, outcome.book.rows[int(event["rule"])].phase),
            "number": int(event["limit"]),
            "amount": money(event["value"]),
        }
        for event in paid
    ]


def decided_unit(outcome: Judged, row: int, code: Code) -> str | None:
    """What the value and floor of a decision are counted in; None where nothing was decided."""
    if 0 <= row < len(outcome.book.rows):
        return unit(outcome.book.rows[row])
    return UNITS.get(code, MONEY) if code else None


def verdict(outcome: Outcome) -> dict[str, Any]:
    """How the last phase stands: phase, state, rule, path, time, value, floor and what these two are counted in."""
    keys = ("phase", "state", "rule", "path", "time", "value", "floor", "unit")
    last = phase(outcome, len(outcome.phases) - 1) if len(outcome.phases) else {}
    return {key: last.get(key) for key in keys} | ({} if last else {"state": State.ACTIVE.name.lower()})


def entered(outcome: Outcome) -> set[int]:
    """Numbers of the phases that were entered."""
    return {int(number_) for number_ in outcome.phases["phase"]}


def rules(outcome: Outcome) -> list[dict[str, Any]]:
    """The closest approach of every rule of every phase that was entered, in table order."""
    known = entered(outcome)
    return [rule(outcome, row) for row, wanted in enumerate(outcome.book.rows) if wanted.phase in known]


def rule(outcome: Outcome, row: int) -> dict[str, Any]:
    """One rule: value, limit and headroom where it came closest, in the rule's own unit. Never measured: None."""
    wanted, seen = outcome.book.rows[row], outcome.rule_states[row]
    measured = bool(np.isfinite(seen["worst_headroom"]))
    write = money if unit(wanted) == MONEY else number
    return {
        "code": wanted.code.name,
        "path": wanted.key,
        "phase": phase_name(outcome.book, wanted.phase),
        "firm": bool(wanted.firm),
        "unit": unit(wanted),
        "worst_value": write(seen["worst_value"]) if measured else None,
        "limit": write(seen["worst_limit"]) if measured else None,
        "headroom": write(seen["worst_headroom"]) if measured else None,
        "at": iso(int(seen["worst_at"])) if measured else None,
        "count": int(seen["count"]),
        "exercised": measured and not (wanted.family is Family.TIMER and wanted.code in NOT_EXERCISED),
    }


def refusals(outcome: Outcome) -> dict[str, int]:
    """How often plans were refused, by code, most frequent first."""
    return counted(outcome.decisions["code"][outcome.decisions["answer"] == Answer.REFUSED])


def reductions(outcome: Outcome) -> dict[str, int]:
    """How often a plan was approved with less than its sizing wanted, by the code that bound it."""
    rows = outcome.decisions
    smaller = (rows["answer"] != Answer.REFUSED) & (rows["answer"] != Answer.PENDING) & (rows["quantity"] < rows["wanted"])
    return counted(rows["code"][smaller & (rows["code"] != Code.SIZING)])


def counted(codes: NDArray[np.int32]) -> dict[str, int]:
    """Names and counts, most frequent first, then by name."""
    kinds, counts = np.unique(codes, return_counts=True)
    found = {Code(code).name: count for code, count in zip(kinds.tolist(), counts.tolist(), strict=True)}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
