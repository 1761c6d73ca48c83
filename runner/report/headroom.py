"""How much of what an account may lose a run has used: the measure that profits of different runs are held against."""

from __future__ import annotations

import numpy as np

from runner.model.bars import Floats
from runner.model.records import Outcome
from runner.model.rules import AmountOf, Family, RuleRow
from runner.report.daily import drawdown


def used(outcome: Outcome) -> float:
    """The headroom a run used, money of the account: the largest share of a floor's allowance, times the smallest allowance of its floors.

    So being near to one floor counts as much as being near to another, whatever their allowances are. An account without floors has
    used its deepest fall of equity, bar extremes included. 0 where nothing was lost at any time.
    """
    rows = [row for row, rule in enumerate(outcome.book.rows) if rule.family is Family.FLOOR]
    initial = outcome.book.initial
    smallest = min((float(at_start(outcome.book.rows[row], initial)) for row in rows), default=0.0)
    if smallest <= 0:
        return drawdown(outcome)[0]
    return smallest * max((share(outcome, row) for row in rows), default=0.0)


def share(outcome: Outcome, row: int) -> float:
    """The share of a floor's allowance that was gone where it came closest; 0 of one that was never measured, above 1 beyond the floor."""
    seen = outcome.rule_states[row]
    whole = float(np.asarray(allowance(outcome.book.rows[row], np.asarray(seen["worst_limit"]), outcome.book.initial)))
    if not np.isfinite(seen["worst_headroom"]) or not whole > 0:
        return 0.0
    return max(0.0, 1.0 - float(seen["worst_headroom"]) / whole)


def allowance(rule: RuleRow, level: Floats, initial: float) -> Floats | float:
    """Money between a floor that stands at `level` and what it hangs from."""
    if np.isfinite(rule.amount):
        return rule.amount
    fraction = rule.amount_fraction
    return level * fraction / (1.0 - fraction) if rule.amount_of is AmountOf.ANCHOR and fraction < 1 else initial * fraction


def at_start(rule: RuleRow, initial: float) -> float:
    """The allowance of a floor as an account begins."""
    return rule.amount if np.isfinite(rule.amount) else rule.amount_fraction * initial
