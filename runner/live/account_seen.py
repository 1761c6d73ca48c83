"""An account's rules fed with what a venue tells: its money as trading alone would have left it."""

from __future__ import annotations

from collections.abc import Sequence

from runner.live.money import Meaning, Moved
from runner.live.past_trades import Closing
from runner.machine.observer import Observer, Standing
from runner.model.rules import RuleBook


class AccountSeen:
    """An observer of the account's book, and the money that came or went beside trading.

    `beside` is taken off whatever the venue tells, so that a deposit is no profit, and nothing that is told lifts or sinks a floor.
    """

    def __init__(self, book: RuleBook, symbols: Sequence[str], start_ms: int) -> None:
        self.observer = Observer(book=book, symbols=tuple(symbols) or ("-",), start_ms=start_ms)
        self.beside = 0.0
        self.balance = book.initial  # as the observer has it
        self.equity = book.initial
        self.last_ms = start_ms

    @property
    def standing(self) -> Standing:
        """How the account stood when last looked at."""
        return self.observer.standing()

    def at(self, time_ms: int) -> int:
        """A time that is not before what was seen last: venues round, and clocks are corrected."""
        self.last_ms = max(self.last_ms, time_ms)
        return self.last_ms

    def mark(self, time_ms: int, balance: float, equity: float) -> Standing:
        """Balance and equity as the venue tells them."""
        self.balance, self.equity = balance - self.beside, equity - self.beside
        return self.observer.mark(self.at(time_ms), balance=self.balance, equity=self.equity)

    def day_began(self, time_ms: int, balance: float, equity: float) -> Standing:
        """What the running day began with, as the venue told it then."""
        self.balance, self.equity = balance - self.beside, equity - self.beside
        return self.observer.snapshot(self.at(time_ms), balance=self.balance, equity=self.equity)

    def closed(self, closing: Closing, balance: float) -> Standing:
        """A trade was closed, which left this balance, and equity the same as far as anybody knows.

        What the trade had cost before is put back without being looked at, so that its result counts once, as a trade.
        """
        at, ledger = self.at(closing.closed_ms), self.observer.world.ledger[0]
        ledger["balance"], ledger["seen_open"] = balance - closing.result, 0.0
        self.balance = self.equity = balance
        return self.observer.trade(at, symbol=closing.symbol, opened_ms=closing.opened_ms, notional=closing.notional, result=closing.result)

    def moved(self, money: Moved) -> Standing:
        """Money came or went: the account is worth more or less, and has won or lost nothing."""
        change = float(money.change)
        if money.meaning is Meaning.PAYOUT:
            self.balance += change
            self.equity += change
            return self.observer.mark(self.at(money.at_ms), balance=self.balance, equity=self.equity, payout=-change)
        self.beside += change
        return self.observer.pass_time(self.at(money.at_ms))

    def floors_at_venue(self) -> tuple[float, ...]:
        """The floors in the venue's money."""
        return tuple(floor + self.beside for floor in self.standing.floors)
