"""Why a balance has changed: trading, or money that came or went. The venue's ledger tells, sometimes a little later than the wallet."""

from __future__ import annotations

from collections.abc import Sequence

from runner.live.account_seen import AccountSeen
from runner.live.adopt import Telling
from runner.live.money import Moved, moved
from runner.model.rules import RuleBook
from runner.model.trading import LedgerSeen, WalletSeen

CENT = 0.01
MATERIAL = 0.005  # of the initial balance: a smaller change need not wait for the ledger
LIKE = 0.5  # share of a change of balance by which equity may differ where money came or went
WAIT_MS = 30_000
OVERLAP_MS = 60_000  # rows of the ledger may appear out of order by so much


class Settling:
    """Which rows of an account's ledger are known, and since when one is missing."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.known: dict[str, int] = {}
        self.since_ms = 0
        self.waits_since_ms: int | None = None

    def knows(self, rows: Sequence[LedgerSeen], now_ms: int) -> None:
        """These rows are told already."""
        self.known.update({row.id: row.at_ms for row in rows})
        self.since_ms = rows[-1].at_ms if rows else now_ms

    def settle(self, seen: AccountSeen, desk: Telling, now_ms: int) -> tuple[WalletSeen, bool, list[Moved]]:
        """The wallet, whether its balance is explained, and what came or went; the account has been told of that."""
        wallet = desk.wallet()
        change = float(wallet.balance) - seen.beside - seen.balance
        if abs(change) < CENT / 2:
            self.waits_since_ms = None
            return wallet, True, []
        new = self.new_rows(desk.ledger(since_ms=self.since_ms - OVERLAP_MS))
        moves = [money for row in new if (money := moved(row, self.book, seen.standing.phase)) is not None]
        before = seen.equity + seen.beside
        for money in moves:
            seen.moved(money)
        last = new[-1].balance if new else None
        explained = bool(new) and (last is None or abs(last - wallet.balance) < CENT)
        if moves and not explained:
            wallet = desk.wallet()
            explained = last is not None and abs(last - wallet.balance) < CENT
        plain = not moves and not resembles(change, float(wallet.equity) - before, self.book.initial)
        return wallet, self._patient(explained=explained or plain, now_ms=now_ms), moves

    def new_rows(self, rows: Sequence[LedgerSeen]) -> list[LedgerSeen]:
        """The rows that were not known, which are from now on."""
        new = [row for row in rows if row.id not in self.known]
        self.known.update({row.id: row.at_ms for row in new})
        self.since_ms = max([self.since_ms, *(row.at_ms for row in new)])
        self.known = {key: at for key, at in self.known.items() if at >= self.since_ms - 2 * OVERLAP_MS}
        return new

    def _patient(self, *, explained: bool, now_ms: int) -> bool:
        """Whether the balance counts: it is explained, or the ledger has had its time."""
        if explained:
            self.waits_since_ms = None
            return True
        self.waits_since_ms = now_ms if self.waits_since_ms is None else self.waits_since_ms
        return now_ms - self.waits_since_ms >= WAIT_MS


def resembles(balance: float, equity: float, initial: float) -> bool:
    """Whether a change may be money that came or went: it is large, and equity moved with it, as it does not when a trade is closed."""
    return abs(balance) >= MATERIAL * initial and abs(equity - balance) <= LIKE * abs(balance)
