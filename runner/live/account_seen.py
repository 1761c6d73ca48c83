"""An account's rules fed with what a venue tells: its money as trading alone would have left it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from runner.live.money import Meaning, Moved
from runner.live.past_trades import Closing
from runner.machine.observer import Observer, Standing
from runner.model.rules import RuleBook

type Record = Callable[[int, str, Mapping[str, Any]], None]


class AccountSeen:
    """An observer of the account's book, and the money that came or went beside trading.

    `beside` is taken off whatever the venue tells, so that a deposit is no profit, and nothing that is told lifts or sinks a floor.
    `record` is handed everything that was told, as (time, kind, facts); `retell` tells it again.
    """

    def __init__(self, book: RuleBook, symbols: Sequence[str], start_ms: int, record: Record | None = None) -> None:
        self.observer = Observer(book=book, symbols=tuple(symbols) or ("-",), start_ms=start_ms)
        self.record: Record = record or (lambda _at_ms, _kind, _facts: None)
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

    def mark(self, time_ms: int, balance: float, equity: float, *, kept: bool = True) -> Standing:
        """Balance and equity as the venue tells them. `kept`: it is recorded."""
        self._valued(balance, equity)
        if kept:
            self.record(time_ms, "mark", {"balance": balance, "equity": equity})
        return self.observer.mark(self.at(time_ms), balance=self.balance, equity=self.equity)

    def day_began(self, time_ms: int, balance: float, equity: float) -> Standing:
        """What the running day began with, as the venue told it then."""
        self._valued(balance, equity)
        self.record(time_ms, "day", {"balance": balance, "equity": equity})
        return self.observer.snapshot(self.at(time_ms), balance=self.balance, equity=self.equity)

    def closed(self, closing: Closing, balance: float) -> Standing:
        """A trade was closed, which left this balance, and equity the same as far as anybody knows.

        What the trade had cost before is put back without being looked at, so that its result counts once, as a trade.
        """
        self.record(closing.closed_ms, "closed", asdict(closing) | {"balance": balance})
        at, ledger = self.at(closing.closed_ms), self.observer.world.ledger[0]
        self._valued(balance, balance)
        ledger["balance"], ledger["seen_open"] = self.balance - closing.result, 0.0
        return self.observer.trade(at, symbol=closing.symbol, opened_ms=closing.opened_ms, notional=closing.notional, result=closing.result)

    def given(self, time_ms: int, beside: float) -> None:
        """What the account was given before it began, beyond its size."""
        self.record(time_ms, "given", {"beside": beside})
        self.beside += beside

    def moved(self, money: Moved) -> Standing:
        """Money came or went: the account is worth more or less, and has won or lost nothing."""
        self.record(money.at_ms, "moved", asdict(money) | {"change": str(money.change)})
        change = float(money.change)
        if money.meaning is Meaning.PAYOUT:
            self.balance += change
            self.equity += change
            return self.observer.mark(self.at(money.at_ms), balance=self.balance, equity=self.equity, payout=-change)
        self.beside += change
        return self.observer.pass_time(self.at(money.at_ms))

    def counted(self, time_ms: int, *, trading_days: int = 0, profitable_days: int = 0, best_day: float = 0.0) -> None:
        """Days and the best of them that lie before anything that was told."""
        self.record(time_ms, "counted", {"trading_days": trading_days, "profitable_days": profitable_days, "best_day": best_day})
        ledger = self.observer.world.ledger[0]
        ledger["days_counted"] += trading_days
        ledger["profitable_days"] += profitable_days
        ledger["best_day"] = [max(best, best_day) for best in ledger["best_day"]]

    def floors_at_venue(self) -> tuple[float, ...]:
        """The floors in the venue's money."""
        return tuple(floor + self.beside for floor in self.standing.floors)

    def _valued(self, balance: float, equity: float) -> None:
        self.balance, self.equity = balance - self.beside, equity - self.beside


def retell(seen: AccountSeen, at_ms: int, kind: str, facts: Mapping[str, Any]) -> None:
    """Tell an account again what was recorded of it; kinds that say nothing of its money are passed over."""
    if kind == "mark":
        seen.mark(at_ms, facts["balance"], facts["equity"])
    elif kind == "day":
        seen.day_began(at_ms, facts["balance"], facts["equity"])
    elif kind == "given":
        seen.given(at_ms, facts["beside"])
    elif kind == "counted":
        seen.counted(at_ms, **facts)
    elif kind == "moved":
        seen.moved(Moved(**{**facts, "change": Decimal(facts["change"]), "meaning": Meaning(facts["meaning"])}))
    elif kind == "closed":
        seen.closed(Closing(**{name: value for name, value in facts.items() if name != "balance"}), facts["balance"])
