"""Closest approaches, and breaches that wait for the end of the instant."""

from __future__ import annotations

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.state import View
from runner.machine.view import ledger_of, rule_at, rule_state


@compiled
def ends_account(severity: int) -> bool:
    """Does a breach of this severity end the account? What the firm judges by hand is taken to."""
    return severity == c.FAIL or severity == c.MANUAL


@compiled
def remember_breach(w: View, r: int, value: float, limit: float) -> None:
    """A fill broke rule `r`: judged at the end of the instant. One that fails the account is not put aside for one that does not."""
    remember_doubt(w, r, value, limit, 0)


@compiled
def remember_doubt(w: View, r: int, value: float, limit: float, ambiguous: int) -> None:
    """The same where it may be that nothing was broken: a breach in doubt gives way to a certain one."""
    ledger = ledger_of(w)
    certain = ambiguous == 0 and ends_account(rule_at(w, r).severity)
    standing = ledger.breach_rule >= 0 and ends_account(rule_at(w, ledger.breach_rule).severity)
    if standing and not (certain and ledger.breach_ambiguous == 1):
        return
    ledger.breach_rule = r
    ledger.breach_value = value
    ledger.breach_limit = limit
    ledger.breach_ambiguous = ambiguous


@compiled
def broken_by(w: View, r: int, value: float, limit: float, ambiguous: int) -> None:
    """A fill broke rule `r` of the calendar: what fails the account is judged at the end of the instant, the rest is counted."""
    if ends_account(rule_at(w, r).severity):
        remember_doubt(w, r, value, limit, ambiguous)
    else:
        rule_state(w, r).count += 1


@compiled
def note_headroom(w: View, r: int, value: float, limit: float, headroom: float, time: int) -> None:
    """Remember a rule's closest approach."""
    state = rule_state(w, r)
    if headroom < state.worst_headroom:
        state.worst_headroom = headroom
        state.worst_value = value
        state.worst_limit = limit
        state.worst_at = time
