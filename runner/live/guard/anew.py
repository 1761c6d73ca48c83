"""An account that the firm has given anew: its money is put back to the beginning, and what was before counts no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runner.live.account_seen import AccountSeen
from runner.live.adopt import Past, begin, replay
from runner.live.money import Meaning, Moved, moved
from runner.live.past_trades import PastTrades
from runner.model.duration import DAY_MS
from runner.model.rules import Code, RuleBook


def given_anew(money: Moved, book: RuleBook, *, failed: bool, since_ms: int | None) -> bool:
    """Whether a balance that was put back to the initial one begins the account anew.

    It does where the phase had failed, where profit was taken out of a phase that has a target to be passed, and on the day on which
    the account was bought. Money that only fills up what a running phase has lost does not: more might be lost than is allowed.
    """
    if money.meaning is not Meaning.RESET:
        return False
    passed = money.change < 0 and any(row.code == Code.PROFIT_TARGET and row.phase == 0 for row in book.rows)
    bought = since_ms is not None and since_ms <= money.at_ms < since_ms + DAY_MS
    return failed or passed or bought


def since_given(past: Past, book: RuleBook, rules: RuleBook, symbols: Sequence[str], since_ms: int | None) -> Past:
    """What of an account's past is of the account as it was last given; `rules`: those that balance and equity decide."""
    if not past.rows:
        return past
    start = past.rows[0].at_ms - 1
    named = list(dict.fromkeys([*symbols, *(row.symbol for row in past.rows if row.symbol)]))
    seen, trades = AccountSeen(rules, named, start), PastTrades(past.fills, past.taker_fee)
    rows = begin(seen, rules, past, start)
    kept = 0
    for number, row in enumerate(rows, start=1):
        money = moved(row, rules, 0)
        if money is not None and given_anew(money, book, failed=seen.standing.failed, since_ms=since_ms):
            kept, seen = number, AccountSeen(rules, named, row.at_ms)
        else:
            list(replay(seen, [row], trades, rules))
    return replace(past, rows=rows[kept:]) if kept else past
