"""What would have become of the account if nobody had stood between the strategy and its orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runner.machine import Machine
from runner.model.bot import Bot
from runner.model.records import Outcome
from runner.model.rules import Severity, State
from runner.model.stream import Stream
from runner.report.figures import iso
from runner.report.sentences import amount, at, shown
from runner.report.summary import net_profit
from runner.report.verdict import phase
from runner.report.words import MONEY, short


def what_if(bot: Bot, outcome: Outcome, streams: Sequence[Stream]) -> str:
    """One sentence on the same run with the gate off; empty where no rule could fail, nothing was walked or the gate was off anyway."""
    if (
        not len(outcome.equity_record)
        or not bot.account.gate.enabled
        or not any(row.firm and row.severity is Severity.FAIL for row in bot.account.book.rows)
    ):
        return ""
    return sentence(outcome, without_gate(bot, streams))


def without_gate(bot: Bot, streams: Sequence[Stream]) -> Outcome:
    """The run again, every plan with the size its strategy asked for; the first failure ends it."""
    gate = replace(bot.account.gate, enabled=False)
    return Machine(streams=streams, book=bot.account.book, costs=bot.costs, gate=gate, after_failure="stop").run()


def sentence(outcome: Outcome, ungated: Outcome) -> str:
    """How the run without the gate ended, beside how this one did."""
    row = first_failure(ungated)
    if row is None:
        net = f"net {amount(net_profit(ungated))} instead of {amount(net_profit(outcome))} {outcome.book.currency}"
        return f"With the gate off this account would not have failed either: {net}."
    failed, own = phase(ungated, row), first_failure(outcome)
    unit = failed["unit"] or MONEY
    rule = f"{failed['rule']}" + (f" ({short(failed['path'])})" if failed["path"] else "")
    measured = f"{shown(failed['value'], unit)} against a limit of {shown(failed['floor'], unit)}"
    also = (
        ""
        if own is None
        else " too,"
        if same(outcome, own, ungated, row)
        else f" (with the gate: {at(iso(int(outcome.phases['ended'][own])))} UTC)"
    )
    return f"With the gate off this account would have failed{also} on {at(failed['time'])} UTC: {rule}, {measured}."


def first_failure(outcome: Outcome) -> int | None:
    """The row of the first attempt that failed."""
    failed = [row for row, state in enumerate(outcome.phases["state"]) if State(int(state)) in (State.FAILED, State.AMBIGUOUS)]
    return failed[0] if failed else None


def same(outcome: Outcome, own: int, ungated: Outcome, row: int) -> bool:
    """Whether both failed at the same instant by the same rule."""
    mine, theirs = outcome.phases[own], ungated.phases[row]
    return bool(mine["ended"] == theirs["ended"] and mine["rule"] == theirs["rule"])
