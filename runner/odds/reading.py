"""What became of one start, read from a machine that has played it to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.state import World
from runner.model.duration import DAY_MS
from runner.model.records import Answer
from runner.model.rules import Code, RuleBook, State
from runner.odds.results import ATTEMPT, PATH, Afterwards, Ending

PAYMENT: np.dtype[Any] = np.dtype([("start", "i4"), ("time", "i8"), ("since", "i8"), ("amount", "f8")])  # since: ms funded


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One start: its row, its payments (dtype PAYMENT), the closest approach of every rule, its path (dtype PATH; empty unless asked).

    moment: the first instant at which a verdict hung on the order of prices inside a bar, UTC ms; 0 when every verdict was clear.
    """

    row: NDArray[Any]
    payments: NDArray[Any]
    rule_states: NDArray[Any]
    path: NDArray[Any]
    moment: int


def goal(book: RuleBook) -> int | None:
    """The last phase with a target; None when the account has nothing to pass."""
    return max((row.phase for row in book.rows if row.code == Code.PROFIT_TARGET), default=None)


def read(world: World, number: int, start_ms: int, last: int, *, path: bool) -> Reading:
    """The start numbered `number` that began at `start_ms`. last: the phase that must be passed. path: keep its days too."""
    ledger = world.ledger[0]
    results = world.results[: ledger["results"]]
    days = world.days[: ledger["days"]]
    row = np.zeros(1, ATTEMPT)
    one = row[0]
    one["start"], one["began"], one["balance"] = start_ms, world.settings[0]["first_time"], ledger["balance"]
    decide(one, results, last)
    give_up(one, world, float(results[results["phase"] <= last][-1]["balance"]))
    funded(one, results, last)
    one["days"] = (one["ended"] - start_ms) / DAY_MS
    one["trading_days"] = traded(world, days[days["phase"] <= last])
    one["trades"] = int((world.trades["phase"][: ledger["trades"]] <= last).sum())
    unclear = results["ended"][results["ambiguous"] > 0]
    payments = paid(world, number, int(one["funded_from"]))
    one["payouts"], one["paid_out"] = len(payments), payments["amount"].sum()
    one["first_payout"] = payments["time"][0] if len(payments) else 0
    return Reading(
        row=row,
        payments=payments,
        rule_states=world.rule_states.copy(),
        path=daily(days, results, number, float(ledger["initial"])) if path else np.zeros(0, PATH),
        moment=int(unclear[0]) if len(unclear) else 0,
    )


def decide(one: Any, results: NDArray[Any], last: int) -> None:
    """Passed, failed or unfinished; when, in which phase and by which rule."""
    before = results[results["phase"] <= last]
    verdict = before[-1]
    state = State(int(verdict["state"]))
    ending = Ending.UNFINISHED
    if state is State.PASSED and verdict["phase"] == last:
        ending = Ending.PASSED
    elif state in (State.FAILED, State.AMBIGUOUS):
        ending = Ending.FAILED
    one["outcome"], one["phase"], one["ended"] = ending, verdict["phase"], verdict["ended"]
    one["rule"], one["code"] = (verdict["rule"], verdict["code"]) if ending is Ending.FAILED else (-1, Code.NONE)
    one["ambiguous"], one["cause"] = int(ending is Ending.FAILED and verdict["ambiguous"] > 0), -1


ENDED = (Code.PHASE_OVER, Code.PAUSED, Code.HALTED, Code.NO_MARKET)
SAME = 1e-6  # money


def give_up(one: Any, world: World, balance: float) -> None:
    """An account whose allowance is spent has failed: the gate keeps it above the overall floor, and nothing can be traded any more.

    It is one whose last plans were all refused by the overall floor while the worst that could happen was the `balance` it ended with:
    nothing was open, nothing waited, and nothing has changed since. It failed with the first of them. Where silence ended it later,
    this is why it was silent.
    """
    if one["outcome"] == Ending.PASSED or (one["outcome"] == Ending.FAILED and one["code"] != Code.INACTIVITY):
        return
    decisions = world.decisions
    asked = decisions[(decisions["answer"] != Answer.PENDING) & (decisions["time"] <= one["ended"]) & ~np.isin(decisions["code"], ENDED)]
    asked = asked[np.argsort(asked["time"], kind="stable")]
    refused = (asked["answer"] == Answer.REFUSED) & (asked["code"] == Code.MAX_LOSS)
    others = np.flatnonzero(~(refused & (np.abs(asked["value"] - balance) < SAME)))
    run = asked[others[-1] + 1 if len(others) else 0 :]
    if not len(run):
        return
    if one["outcome"] == Ending.UNFINISHED:
        one["ended"], one["code"] = run["time"][0], Code.MAX_LOSS
    one["outcome"], one["spent"] = Ending.FAILED, 1


def funded(one: Any, results: NDArray[Any], last: int) -> None:
    """What became of the account after it was passed."""
    one["afterwards"], one["funded_rule"] = Afterwards.NEVER, -1
    if one["outcome"] != Ending.PASSED:
        return
    one["funded_from"], one["afterwards"] = one["ended"], Afterwards.ALIVE
    after = results[results["phase"] > last]
    if not len(after):
        return
    verdict = after[-1]
    one["funded_days"] = (verdict["ended"] - one["funded_from"]) / DAY_MS
    if verdict["state"] in (State.FAILED, State.AMBIGUOUS):
        one["afterwards"], one["funded_rule"], one["funded_code"] = Afterwards.LOST, verdict["rule"], verdict["code"]
    elif verdict["state"] == State.PASSED:
        one["afterwards"] = Afterwards.COMPLETE


def traded(world: World, days: NDArray[Any]) -> int:
    """On how many days of the first clock a trade was closed; a day on which two phases met counts once."""
    busy = days["time"][days["trades"] > 0]
    return len(np.unique(np.searchsorted(world.resets[0], busy, side="right"))) if len(busy) else 0


def paid(world: World, number: int, funded_from: int) -> NDArray[Any]:
    """The payouts made, oldest first, dtype PAYMENT."""
    events = world.events[: world.ledger[0]["events"]]
    made = events[events["code"] == Code.PAYOUT]
    payments = np.zeros(len(made), PAYMENT)
    payments["start"], payments["time"], payments["amount"] = number, made["time"], made["value"]
    payments["since"] = made["time"] - funded_from
    return payments


def daily(days: NDArray[Any], results: NDArray[Any], number: int, initial: float) -> NDArray[Any]:
    """Equity at the end of each day of each phase, dtype PATH; day 0 of a phase is its beginning."""
    parts = []
    for phase in results["phase"]:
        lived = days[days["phase"] == phase]
        part = np.zeros(len(lived) + 1, PATH)
        part["start"], part["phase"], part["day"] = number, phase, np.arange(len(part))
        part["equity"], part["low"] = 1.0, 1.0
        part["equity"][1:], part["low"][1:] = lived["equity_end"] / initial, lived["equity_low"] / initial
        parts.append(part)
    return np.concatenate(parts) if parts else np.zeros(0, PATH)
