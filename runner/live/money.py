"""What money that moved means: trading, a payout, or money that came or went and is neither profit nor loss."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from runner.model.rules import Code, RuleBook
from runner.model.trading import LedgerKind, LedgerSeen

CENT = Decimal("0.01")


class Meaning(StrEnum):
    """What a row of the venue's ledger means for the account's rules."""

    RESULT = "result"  # of trading: fills, fees, funding, liquidation, whatever else the venue books
    PAYOUT = "payout"  # profit that the firm has paid out
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    RESET = "reset"  # somebody has put the balance back to the initial one


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Money that came or went without being profit or loss."""

    at_ms: int
    meaning: Meaning
    change: Decimal
    word: str  # the venue's own
    id: str


def meaning(row: LedgerSeen, book: RuleBook, phase: int) -> Meaning:
    """What a row means. Money that leaves a phase which knows payouts is one; what ends at the initial balance was a reset."""
    if row.kind not in (LedgerKind.DEPOSIT, LedgerKind.WITHDRAWAL):
        return Meaning.RESULT
    if row.change < 0 and any(rule.code == Code.PAYOUT and rule.phase == phase for rule in book.rows):
        return Meaning.PAYOUT
    if row.balance is not None and abs(row.balance - Decimal(repr(book.initial))) < CENT:
        return Meaning.RESET
    return Meaning.DEPOSIT if row.change > 0 else Meaning.WITHDRAWAL


def moved(row: LedgerSeen, book: RuleBook, phase: int) -> Moved | None:
    """A row as money that came or went; None for the result of trading."""
    means = meaning(row, book, phase)
    if means is Meaning.RESULT:
        return None
    return Moved(at_ms=row.at_ms, meaning=means, change=row.change, word=row.word, id=row.id)
